-- Rules about rises: growth_of_counts (a rise that the counts of the two years do not give) and
-- growth_of_parts (a rise of a whole that the rises of its parts do not give).
with figures as (

    select * from {{ ref('int_conflict_figure') }}

),

relations as (

    select * from {{ ref('statistic_relations') }}
    where relation = 'sum'

),

-- the count of the period before that a rise and the count it ends at leave open
implied as (

    select
        growth.figure_id,
        growth.figure_source,
        growth.definition_id,
        growth.figure_year,
        growth.figure_day,
        coalesce(growth.figure_release, ended.figure_release) as figure_release,
        growth.area_level,
        growth.area_id,
        growth.figure_value,
        growth.counted,
        ended.figure_id as count_id,
        ended.figure_value as count_value,
        ended.figure_value / (1 + growth.figure_value / 100.0) as before_value,
        ended.lowest / (1 + growth.highest / 100.0) as before_lowest,
        ended.highest / (1 + growth.lowest / 100.0) as before_highest,
        {{ financial_year_end(previous_financial_year("growth.figure_year")) }} as day_before
    from figures as growth
    inner join figures as ended
        on growth.counted = ended.statistic and ended.kind = 'count' and {{ beside('growth', 'ended') }}
    where growth.kind = 'growth'

),

counts as (

    select
        implied.figure_id as figure_a,
        implied.count_id as figure_b,
        started.figure_id as figure_base,
        implied.figure_value as value_a,
        100.0 * (implied.count_value / nullif(started.figure_value, 0) - 1) as value_b,
        {{ figure_apart_from('started', 'implied.before_lowest', 'implied.before_highest') }} as is_apart
    from implied
    inner join figures as started
        on
            implied.counted = started.statistic
            and implied.figure_source = started.figure_source
            and implied.area_level = started.area_level
            and implied.area_id = started.area_id
            -- the last day before the year that the rise is given in
            and implied.day_before = started.figure_day

),

parts as (

    select
        whole.figure_id as figure_a,
        first_part.figure_id as figure_b,
        second_part.figure_id as figure_base,
        whole.figure_value as value_a,
        100.0 * (
            (first_part.count_value + second_part.count_value) / (first_part.before_value + second_part.before_value) - 1
        ) as value_b,
        {{ lies_below(
            'whole.before_highest', 'true', 'first_part.before_lowest + second_part.before_lowest', 'true'
        ) }}
        or {{ lies_below(
            'first_part.before_highest + second_part.before_highest', 'true', 'whole.before_lowest', 'true'
        ) }} as is_apart
    from relations
    inner join implied as whole on relations.statistic = whole.counted
    inner join implied as first_part
        on relations.first_statistic = first_part.counted and {{ beside('whole', 'first_part') }}
    inner join implied as second_part
        on
            relations.second_statistic = second_part.counted
            and {{ beside('whole', 'second_part') }}
            and {{ same_or_not_stated('first_part.figure_release', 'second_part.figure_release') }}

)

select
    'growth_of_counts' as rule,
    figure_a,
    figure_b,
    figure_base,
    value_a,
    value_b
from counts
-- from nothing there is no rise in percent
where is_apart and value_b is not null
union all
select
    'growth_of_parts' as rule,
    figure_a,
    figure_b,
    figure_base,
    value_a,
    value_b
from parts
where is_apart
