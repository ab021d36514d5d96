-- reconciliation_bridge_vintages as it is known now.
with vintages as (

    select * from {{ ref('reconciliation_bridge_vintages') }}
    where is_current

)

select
    financial_year,
    area_level,
    area_id,
    from_definition_id,
    to_definition_id,
    step_no,
    step,
    effect_pp,
    effect_min_pp,
    effect_max_pp,
    rate_before_pct,
    rate_after_pct,
    councils,
    councils_before,
    evidence_class,
    label,
    note
from vintages
