-- Answers to every outcome by group as they may be shown: rounded, and hidden where the group is too
-- small or would give away one that is. A group that is in any outcome of its instrument has a row in
-- all of them, and a council that took part has one in every instrument: that nobody answered is not
-- to be told from too few.
{%- set within = ['wave', 'instrument', 'domain', 'group_type'] -%}
{%- set parts = ['n_valid', 'n_better', 'n_worse', 'n_same'] %}

with limits as (

    select * from {{ ref('int_disclosure_limits') }}
    where source = 'poet'

),

keys as (

    select * from {{ ref('int_poet_rounding_key') }}

),

counts as (

    select * from {{ ref('int_poet_count') }}

),

councils as (

    select * from {{ ref('int_poet_council_shown') }}

),

domains as (

    select
        wave,
        instrument,
        domain,
        max(weakness) as weakness
    from counts
    group by wave, instrument, domain

),

group_values as (

    select distinct
        wave,
        instrument,
        group_type,
        group_value,
        groups_overlap
    from counts
    where group_type <> 'council'
    union all
    select
        wave,
        instrument,
        'council' as group_type,
        council_id as group_value,
        false as groups_overlap
    from councils

),

every_group as (

    select
        group_values.*,
        domains.domain,
        keys.rounding_key,
        limits.rounding_base,
        limits.smallest_group,
        limits.narrowest_range,
        coalesce(counts.n_valid, 0) as answers,
        coalesce(counts.n_better, 0) as better,
        coalesce(counts.n_worse, 0) as worse,
        coalesce(counts.weakness, domains.weakness) as weakness
    from group_values
    inner join domains on group_values.wave = domains.wave and group_values.instrument = domains.instrument
    inner join keys on group_values.wave = keys.wave
    cross join limits
    left join counts
        on
            group_values.wave = counts.wave
            and group_values.instrument = counts.instrument
            and domains.domain = counts.domain
            and group_values.group_type = counts.group_type
            and group_values.group_value = counts.group_value

),

drawn as (

    select
        *,
        {{ poet_offset('every_group', 'domain', 'group_type', 'group_value') }} as rounding_offset
    from every_group

),

-- better, better or worse, and all are rounded; what is said otherwise is what they leave
accumulated as (

    select
        *,
        {{ rounded_count('answers', 'rounding_offset', 'rounding_base') }} as n_valid,
        {{ rounded_count('better', 'rounding_offset', 'rounding_base') }} as n_better,
        {{ rounded_count('better + worse', 'rounding_offset', 'rounding_base') }} as n_better_or_worse
    from drawn

),

rounded as (

    select
        *,
        n_better_or_worse - n_better as n_worse,
        n_valid - n_better_or_worse as n_same
    from accumulated

),

england as (

    select * from rounded
    where group_type = 'england'

),

judged as (

    select
        rounded.*,
        councils.place as council_place,
        england.n_valid as n_valid_total,
        england.n_better as n_better_total,
        england.n_worse as n_worse_total,
        england.n_same as n_same_total,
        rounded.answers > 0 as has_answers,
        rounded.group_type <> 'council' as has_rest,
        {{ least_count('rounded.n_valid', 'rounded.rounding_base') }} < rounded.smallest_group
        or {{ least_count('england.n_valid', 'england.rounding_base') }} < england.smallest_group
        or not coalesce(councils.is_shown, true) as is_below
    from rounded
    inner join england
        on
            rounded.wave = england.wave
            and rounded.instrument = england.instrument
            and rounded.domain = england.domain
    left join councils
        on
            rounded.wave = councils.wave
            and rounded.instrument = councils.instrument
            and rounded.group_type = 'council'
            and rounded.group_value = councils.council_id

),

placed as (

    select
        *,
        row_number() over (
            partition by {{ within | join(', ') }}
            order by is_below desc, council_place asc, n_valid asc, group_value asc
        ) as place
    from judged
    where not groups_overlap and group_type <> 'england'

),

partitions as (
    {{ with_suppression('placed', within, parts) }}

),

suppressed as (

    select
        {{ within | join(', ') }},
        group_value,
        n_valid,
        n_better,
        n_worse,
        n_same,
        rounding_base,
        smallest_group,
        suppressed,
        weakness
    from partitions
    union all
    -- England is the whole; groups that overlap do not add up to it, so nothing can be taken from it
    select
        {{ within | join(', ') }},
        group_value,
        n_valid,
        n_better,
        n_worse,
        n_same,
        rounding_base,
        smallest_group,
        is_below as suppressed,
        weakness
    from judged
    where groups_overlap or group_type = 'england'

)

select
    wave,
    instrument,
    domain,
    group_type,
    group_value,
    case when not suppressed then n_valid end as n_valid,
    case when not suppressed then n_better end as n_better,
    case when not suppressed then n_worse end as n_worse,
    -- a count is printed where every part of the answers is of enough people
    not suppressed
    and {{ least_count('least(n_better, n_worse, n_same)', 'rounding_base') }} >= smallest_group as parts_printed,
    suppressed,
    weakness
from suppressed
