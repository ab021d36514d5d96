-- How many pass all three tests, as it may be shown: rounded, and hidden where too few answered or where
-- it would give away such an area. Councils add up to England; direct payments, other budgets and those
-- that nobody says how they are managed add up to the whole of an area. So the parts of an area hide
-- together, and never in one council alone.
{%- set parts = ['n_valid', 'n_passing', 'n_failing'] %}

with limits as (

    select * from {{ ref('int_disclosure_limits') }}
    where source = 'poet'

),

keys as (

    select * from {{ ref('int_poet_rounding_key') }}

),

counts as (

    select * from {{ ref('int_poet_test_count') }}

),

councils as (

    select * from {{ ref('int_poet_council_shown') }}
    where instrument = 'adult_holder'

),

wholes as (

    select * from counts
    where budget_type = 'all'

),

every_area as (

    select
        wholes.wave,
        wholes.financial_year,
        wholes.area_level,
        wholes.area_id,
        budget_types.budget_type,
        'adult_holder' as instrument,
        keys.rounding_key,
        limits.rounding_base,
        limits.smallest_group,
        limits.narrowest_range,
        coalesce(counts.n_valid, 0) as answers,
        coalesce(counts.n_passing, 0) as passing,
        wholes.weakness
    from wholes
    inner join keys on wholes.wave = keys.wave
    cross join {{ ref('genuine_budget_types') }} as budget_types
    cross join limits
    left join counts
        on
            wholes.wave = counts.wave
            and wholes.area_level = counts.area_level
            and wholes.area_id = counts.area_id
            and budget_types.budget_type = counts.budget_type

),

drawn as (

    select
        *,
        {{ poet_offset('every_area', "'three_tests'", 'budget_type', 'area_id') }} as rounding_offset
    from every_area

),

passing_rounded as (

    select
        *,
        {{ rounded_count('answers', 'rounding_offset', 'rounding_base') }} as n_valid,
        {{ rounded_count('passing', 'rounding_offset', 'rounding_base') }} as n_passing
    from drawn

),

rounded as (

    select
        *,
        n_valid - n_passing as n_failing,
        {{ least_count('n_valid', 'rounding_base') }} < smallest_group as is_small
    from passing_rounded

),

england as (

    select * from rounded
    where area_level = 'england'

),

with_totals as (

    select
        rounded.*,
        councils.place as council_place,
        coalesce(councils.is_shown, true) as council_is_shown,
        england.is_small as england_is_small,
        {%- for part in parts %}
            england.{{ part }} as {{ part }}_total,
        {%- endfor %}
        rounded.answers > 0 as has_answers,
        false as has_rest
    from rounded
    inner join england on rounded.wave = england.wave and rounded.budget_type = england.budget_type
    left join councils
        on
            rounded.wave = councils.wave
            and rounded.area_level = 'council'
            and rounded.area_id = councils.council_id

),

council_wholes as (

    select
        with_totals.*,
        with_totals.is_small or with_totals.england_is_small or not with_totals.council_is_shown as is_below,
        row_number() over (
            partition by with_totals.wave
            order by
                with_totals.is_small or with_totals.england_is_small or not with_totals.council_is_shown desc,
                with_totals.council_place asc,
                with_totals.area_id asc
        ) as place
    from with_totals
    where with_totals.area_level = 'council' and with_totals.budget_type = 'all'

),

council_wholes_suppressed as (
    {{ with_suppression('council_wholes', ['wave'], parts) }}

),

areas as (

    select
        wave,
        area_level,
        area_id,
        suppressed as whole_suppressed
    from council_wholes_suppressed
    union all
    select
        wave,
        area_level,
        area_id,
        is_small as whole_suppressed
    from england
    where budget_type = 'all'

),

-- what the parts leave for those that nobody says how they are managed
parts_of_areas as (

    select
        areas.wave,
        areas.area_level,
        areas.area_id,
        areas.whole_suppressed,
        max(case when with_totals.budget_type <> 'all' and with_totals.is_small then 1 else 0 end) = 1 as has_small_part,
        {%- for part in parts %}
            max(
                case
                    when with_totals.budget_type = 'all'
                        then {{ greatest_count('with_totals.' ~ part, 'with_totals.rounding_base') }}
                end
            )
            - sum(
                case
                    when with_totals.budget_type <> 'all'
                        then {{ least_count('with_totals.' ~ part, 'with_totals.rounding_base') }}
                    else 0
                end
            ) as greatest_rest_{{ part }},
        {%- endfor %}
        max(with_totals.narrowest_range) as narrowest_range
    from areas
    inner join with_totals
        on
            areas.wave = with_totals.wave
            and areas.area_level = with_totals.area_level
            and areas.area_id = with_totals.area_id
    group by areas.wave, areas.area_level, areas.area_id, areas.whole_suppressed

),

areas_judged as (

    select
        *,
        whole_suppressed
        or has_small_part
        {%- for part in parts %}
            or greatest_rest_{{ part }} + 1 < narrowest_range
        {%- endfor %} as parts_below
    from parts_of_areas

),

england_parts as (

    select
        wave,
        parts_below
    from areas_judged
    where area_level = 'england'

),

-- a council whose parts are hidden has answers in at least one of them: its parts are one row here, of
-- each kind of budget
council_parts as (

    select
        with_totals.*,
        areas_judged.parts_below or england_parts.parts_below as is_below,
        row_number() over (
            partition by with_totals.wave, with_totals.budget_type
            order by
                areas_judged.parts_below or england_parts.parts_below desc,
                with_totals.council_place asc,
                with_totals.area_id asc
        ) as place
    from with_totals
    inner join areas_judged
        on
            with_totals.wave = areas_judged.wave
            and with_totals.area_level = areas_judged.area_level
            and with_totals.area_id = areas_judged.area_id
    inner join england_parts on with_totals.wave = england_parts.wave
    where with_totals.area_level = 'council' and with_totals.budget_type <> 'all'

),

council_parts_suppressed as (
    {{ with_suppression('council_parts', ['wave', 'budget_type'], parts) }}

),

parts_suppressed as (

    select
        wave,
        area_level,
        area_id,
        max(case when suppressed then 1 else 0 end) = 1 as suppressed
    from council_parts_suppressed
    group by wave, area_level, area_id
    union all
    select
        wave,
        area_level,
        area_id,
        parts_below as suppressed
    from areas_judged
    where area_level = 'england'

),

judged as (

    select
        with_totals.*,
        case
            when with_totals.budget_type = 'all' then areas.whole_suppressed
            else parts_suppressed.suppressed
        end as suppressed
    from with_totals
    inner join areas
        on
            with_totals.wave = areas.wave
            and with_totals.area_level = areas.area_level
            and with_totals.area_id = areas.area_id
    inner join parts_suppressed
        on
            with_totals.wave = parts_suppressed.wave
            and with_totals.area_level = parts_suppressed.area_level
            and with_totals.area_id = parts_suppressed.area_id

)

select
    wave,
    financial_year,
    area_level,
    area_id,
    budget_type,
    case when not suppressed then n_valid end as n_valid,
    case when not suppressed then n_passing end as n_passing,
    not suppressed
    and {{ least_count('least(n_passing, n_failing)', 'rounding_base') }} >= smallest_group as parts_printed,
    suppressed,
    weakness
from judged
