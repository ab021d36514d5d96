-- One council in one year on every base: its rate, what rounding leaves open, and its verdict on 70%.
select
    coalesce(definition_id, basis_id) as base, replace(person_scope, '_', ' ') as people,
    round(rate_pct, 1) as rate_pct, round(rate_lower_pct, 1) as at_least, round(rate_upper_pct, 1) as at_most,
    verdict, evidence_class as evidence
from marts.target_attainment
where council_name = 'Darlington' and financial_year = '2012-13' and target_id = 'LAMB_2013_70'
order by basis_id <> 'published', definition_id, basis_id, person_scope
