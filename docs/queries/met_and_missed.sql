-- One target, two answers: councils of 2012-13 by their verdict on the directors' base (down) and on
-- the official measure (across).
select
    on_adass.verdict as adass_base,
    count(*) filter (where official.verdict = 'met') as official_met,
    count(*) filter (where official.verdict = 'undetermined') as official_undetermined,
    count(*) filter (where official.verdict = 'missed') as official_missed,
    count(*) filter (where 'synthetic' in (on_adass.evidence_class, official.evidence_class)) as synthetic
from marts.target_attainment as on_adass
inner join marts.target_attainment as official using (council_id, financial_year, target_id)
where financial_year = '2012-13' and target_id = 'LAMB_2013_70'
    and on_adass.definition_id = 'ADASS_2013' and official.definition_id = 'ASCOF_1C1_RAP'
group by on_adass.verdict
order by on_adass.verdict
