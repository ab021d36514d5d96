-- reconciliation_bridge_edition as it is known now.
with editions as (

    select * from {{ ref('reconciliation_bridge_edition') }}
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
from editions
