{%- set z = var('limits_z') %}

with shown as (

    select * from {{ ref('int_poet_outcome_shown') }}

),

limits as (

    select * from {{ ref('int_disclosure_limits') }}
    where source = 'poet'

),

items as (

    select * from {{ ref('poet_items') }}
    where kind = 'outcome'

),

waves as (

    select * from {{ ref('poet_waves') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

)

select
    shown.wave,
    waves.financial_year,
    shown.instrument,
    shown.domain,
    -- an outcome that the catalogue does not list was asked on its wave's scale, and is in no series
    coalesce(items.scale, waves.outcome_scale) as scale,
    items.series,
    shown.group_type,
    shown.group_value,
    shown.n_valid,
    case when shown.parts_printed then shown.n_better end as n_better,
    {{ disclosed_pct('shown.n_better', 'shown.n_valid', 'limits.percent_unit') }} as better_pct,
    {{ to_unit(wilson_lower_pct('shown.n_better', 'shown.n_valid', z), 'limits.percent_unit') }} as better_lower_pct,
    {{ to_unit(wilson_upper_pct('shown.n_better', 'shown.n_valid', z), 'limits.percent_unit') }} as better_upper_pct,
    case when shown.parts_printed then shown.n_worse end as n_worse,
    {{ disclosed_pct('shown.n_worse', 'shown.n_valid', 'limits.percent_unit') }} as worse_pct,
    shown.suppressed,
    evidence_classes.evidence_class
from shown
cross join limits
inner join waves on shown.wave = waves.wave
inner join evidence_classes on shown.weakness = evidence_classes.weakness
left join items
    on
        shown.wave = items.wave
        and shown.instrument = items.instrument
        and shown.domain = items.domain
