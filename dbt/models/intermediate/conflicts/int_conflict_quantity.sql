-- Rules about figures of one quantity: same_quantity, other_date, other_release, falls_between_waves.
with figures as (

    select * from {{ ref('int_conflict_figure') }}

),

pairs as (

    select
        one.figure_id as figure_a,
        other.figure_id as figure_b,
        one.figure_value as value_a,
        other.figure_value as value_b,
        case
            when one.figure_release <> other.figure_release then 'other_release'
            when one.figure_day <> other.figure_day then 'other_date'
            else 'same_quantity'
        end as rule,
        {{ same_or_neither('one.definition_id', 'other.definition_id') }} as is_one_definition
    from figures as one
    inner join figures as other
        on
            one.figure_source = other.figure_source
            and one.figure_year = other.figure_year
            and one.area_level = other.area_level
            and one.area_id = other.area_id
            and one.statistic = other.statistic
            and {{ same_or_not_stated('one.definition_id', 'other.definition_id') }}
            and one.figure_id < other.figure_id
    where {{ figures_apart('one', 'other') }}

),

-- the counts of a wave and of the nearest one before it
waves as (

    select
        figure_source,
        statistic,
        area_level,
        area_id,
        figure_year,
        lag(figure_year) over (
            partition by figure_source, statistic, area_level, area_id
            order by figure_year
        ) as year_before
    from figures
    where kind = 'count'
    group by figure_source, statistic, area_level, area_id, figure_year

),

-- a fall that its source publishes as a fall is no puzzle
falls_published as (

    select distinct
        figure_source,
        figure_year,
        area_level,
        area_id,
        counted
    from figures
    where kind = 'growth' and highest < 0

),

falls as (

    select
        before.figure_id as figure_a,
        after.figure_id as figure_b,
        before.figure_value as value_a,
        after.figure_value as value_b
    from waves
    inner join figures as before
        on
            waves.figure_source = before.figure_source
            and waves.statistic = before.statistic
            and waves.area_level = before.area_level
            and waves.area_id = before.area_id
            and waves.year_before = before.figure_year
    inner join figures as after
        on
            waves.figure_source = after.figure_source
            and waves.statistic = after.statistic
            and waves.area_level = after.area_level
            and waves.area_id = after.area_id
            and waves.figure_year = after.figure_year
    left join falls_published
        on
            after.figure_source = falls_published.figure_source
            and after.figure_year = falls_published.figure_year
            and after.area_level = falls_published.area_level
            and after.area_id = falls_published.area_id
            and after.counted = falls_published.counted
    where
        before.definition_id <> after.definition_id
        and falls_published.figure_source is null
        and {{ lies_below('after.highest', 'after.highest_inclusive', 'before.lowest', 'before.lowest_inclusive') }}

)

select
    rule,
    figure_a,
    figure_b,
    cast(null as {{ dbt.type_string() }}) as figure_base,
    value_a,
    value_b
from pairs
-- a figure that names no definition is held against those of its own day only
where rule = 'same_quantity' or is_one_definition
union all
select
    'falls_between_waves' as rule,
    figure_a,
    figure_b,
    cast(null as {{ dbt.type_string() }}) as figure_base,
    value_a,
    value_b
from falls
