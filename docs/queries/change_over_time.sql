-- England's rate of the national indicator and its successors, with the year before, and why some
-- years cannot be compared.
select
    financial_year as year, definition_id as definition, round(previous_rate_pct, 1) as before_pct,
    round(rate_pct, 1) as rate_pct, round(change_pp, 1) as change_pp, evidence_class as evidence,
    split_part(refused_reason, ':', 1) as why_not
from marts.rate_change
where area_level = 'england' and definition_id in ('NI130_V2', 'ASCOF_1C1_RAP', 'ASCOF_1C1A', 'ASCOF_3D1A_SALT', 'ASCOF_3D1A_CLD')
order by financial_year, definition_id
