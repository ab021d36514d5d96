{%- set z = var('limits_z') -%}
{%- set within = ['wave', 'instrument', 'domain', 'group_type'] -%}
{%- set measures = ['n_better', 'n_worse'] %}

with counts as (

    select
        counts.*,
        disclosure_rules.smallest_group
    from {{ ref('int_poet_count') }} as counts
    inner join {{ ref('disclosure_rules') }} as disclosure_rules on disclosure_rules.source = 'poet'

),

apart as (

    select * from counts
    where not groups_overlap

),

apart_suppressed as (
    {{ with_suppression('apart', within, measures, 'smallest_group') }}

),

suppressed as (

    select
        wave,
        instrument,
        domain,
        group_type,
        group_value,
        n_valid,
        n_better,
        n_worse,
        suppressed,
        weakness
    from apart_suppressed
    union all
    -- groups that overlap do not add up to a total, so nothing can be taken from it
    select
        wave,
        instrument,
        domain,
        group_type,
        group_value,
        n_valid,
        n_better,
        n_worse,
        n_valid < smallest_group as suppressed,
        weakness
    from counts
    where groups_overlap

),

shown as (

    select
        wave,
        instrument,
        domain,
        group_type,
        group_value,
        case when not suppressed then n_valid end as n_valid,
        case when not suppressed then n_better end as n_better,
        case when not suppressed then n_worse end as n_worse,
        suppressed,
        weakness
    from suppressed

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
    shown.n_better,
    {{ rate_pct('shown.n_better', 'shown.n_valid') }} as better_pct,
    {{ wilson_lower_pct('shown.n_better', 'shown.n_valid', z) }} as better_lower_pct,
    {{ wilson_upper_pct('shown.n_better', 'shown.n_valid', z) }} as better_upper_pct,
    shown.n_worse,
    {{ rate_pct('shown.n_worse', 'shown.n_valid') }} as worse_pct,
    shown.suppressed,
    evidence_classes.evidence_class
from shown
inner join waves on shown.wave = waves.wave
inner join evidence_classes on shown.weakness = evidence_classes.weakness
left join items
    on
        shown.wave = items.wave
        and shown.instrument = items.instrument
        and shown.domain = items.domain
