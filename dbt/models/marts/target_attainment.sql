-- target_attainment_vintages as it is known now.
with vintages as (

    select * from {{ ref('target_attainment_vintages') }}
    where is_current

)

select
    council_id,
    council_name,
    region_name,
    financial_year,
    basis_id,
    definition_id,
    person_scope,
    target_id,
    threshold_pct,
    timing,
    numerator,
    denominator,
    rate_pct,
    rate_lower_pct,
    rate_upper_pct,
    margin_pp,
    verdict,
    evidence_class,
    note
from vintages
