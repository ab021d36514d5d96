-- national_attainment_vintages as it is known now.
with vintages as (

    select * from {{ ref('national_attainment_vintages') }}
    where is_current

)

select
    financial_year,
    basis_id,
    definition_id,
    person_scope,
    target_id,
    timing,
    councils_in_scope,
    councils_with_data,
    councils_met,
    councils_missed,
    councils_undetermined,
    share_met_pct,
    share_met_wilson_lower_pct,
    share_met_wilson_upper_pct,
    share_met_lower_pct,
    share_met_upper_pct,
    pooled_rate_pct,
    mean_rate_pct,
    estimated_rate_pct,
    estimated_rate_se_pp,
    estimate_note,
    evidence_class
from vintages
