-- Rules about what contains what and about verdicts: part_above_whole, met_and_missed,
-- councils_in_scope, verdict_on_target.
with figures as (

    select * from {{ ref('int_conflict_figure') }}

),

statistics as (

    select * from {{ ref('statistics') }}

),

councils as (

    select * from {{ ref('councils') }}

),

targets as (

    select * from {{ ref('targets') }}

),

definitions as (

    select * from {{ ref('definitions') }}

),

-- what is never more than something else: stated, or by the thresholds that councils are counted at
orders as (

    select
        first_statistic as part_statistic,
        second_statistic as whole_statistic
    from {{ ref('statistic_relations') }}
    where relation = 'at_most'
    union all
    select
        part.statistic as part_statistic,
        whole.statistic as whole_statistic
    from statistics as part
    inner join statistics as whole on part.kind = whole.kind
    where
        part.kind in ('council_count', 'council_share')
        and (
            (part.comparison in ('ge', 'gt') and whole.comparison in ('ge', 'gt') and part.threshold_pct > whole.threshold_pct)
            or (part.comparison = 'gt' and whole.comparison = 'ge' and part.threshold_pct = whole.threshold_pct)
            or (part.comparison = 'lt' and whole.comparison = 'lt' and part.threshold_pct < whole.threshold_pct)
        )

),

parts as (

    select
        part.figure_id as figure_a,
        whole.figure_id as figure_b,
        part.figure_value as value_a,
        whole.figure_value as value_b
    from orders
    inner join figures as part on orders.part_statistic = part.statistic
    inner join figures as whole on orders.whole_statistic = whole.statistic and {{ beside('part', 'whole') }}
    where
        -- shares of different numbers of councils have no order
        (part.kind <> 'council_share' or part.base_n = whole.base_n)
        and {{ lies_below('whole.highest', 'whole.highest_inclusive', 'part.lowest', 'part.lowest_inclusive') }}

),

parts_of_base as (

    select
        figure_id as figure_a,
        figure_value as value_a,
        cast(base_n as double) as value_b
    from figures
    where kind = 'council_count' and lowest > base_n

),

-- councils on one side of a threshold, in percent of those counted
sides as (

    select
        *,
        case when kind = 'council_count' then 100.0 * figure_value / base_n else figure_value end as side_pct,
        case when kind = 'council_count' then 100.0 * lowest / base_n else lowest end as side_lowest,
        case when kind = 'council_count' then 100.0 * highest / base_n else highest end as side_highest
    from figures
    where kind = 'council_share' or (kind = 'council_count' and base_n > 0)

),

two_sides as (

    select
        met.figure_id as figure_a,
        missed.figure_id as figure_b,
        met.side_pct as value_a,
        100.0 - missed.side_pct as value_b
    from sides as met
    inner join sides as missed
        on
            met.threshold_pct = missed.threshold_pct
            and {{ same_occasion('met', 'missed') }}
            and {{ same_or_not_stated('met.definition_id', 'missed.definition_id') }}
            and {{ same_or_not_stated('met.figure_release', 'missed.figure_release') }}
    where
        met.comparison = 'ge'
        and missed.comparison = 'lt'
        and (met.side_highest + missed.side_highest < 100.0 or met.side_lowest + missed.side_lowest > 100.0)

),

scopes as (

    select
        figures.figure_id as figure_a,
        figures.figure_value as value_a,
        figures.lowest,
        figures.highest,
        cast(count(councils.council_id) as double) as value_b
    from figures
    left join councils
        on
            figures.figure_day >= councils.valid_from
            and figures.figure_day <= coalesce(councils.valid_to, figures.figure_day)
    where figures.kind = 'scope' and figures.area_level = 'england'
    group by figures.figure_id, figures.figure_value, figures.lowest, figures.highest

),

-- England's rates on the day a target fell due; a rate of direct payments alone is not what was aimed at
judged as (

    select
        figures.figure_id,
        figures.definition_id,
        figures.figure_value,
        targets.target_id,
        case
            when figures.lowest >= targets.threshold_pct then 'met'
            when
                {{ lies_below('figures.highest', 'figures.highest_inclusive', 'targets.threshold_pct', 'true') }}
                then 'missed'
        end as verdict
    from figures
    inner join targets on figures.figure_day = targets.reference_date
    left join definitions on figures.definition_id = definitions.definition_id
    where
        figures.statistic = 'rate_pct'
        and figures.area_level = 'england'
        and coalesce(definitions.direct_payments, 'not_stated') <> 'is_the_measure'

),

verdicts as (

    select distinct
        met.figure_id as figure_a,
        missed.figure_id as figure_b,
        met.figure_value as value_a,
        missed.figure_value as value_b
    from judged as met
    inner join judged as missed on met.target_id = missed.target_id
    where met.verdict = 'met' and missed.verdict = 'missed'

)

select
    'part_above_whole' as rule,
    figure_a,
    figure_b,
    cast(null as {{ dbt.type_string() }}) as figure_base,
    value_a,
    value_b
from parts
union all
select
    'part_above_whole' as rule,
    figure_a,
    cast(null as {{ dbt.type_string() }}) as figure_b,
    cast(null as {{ dbt.type_string() }}) as figure_base,
    value_a,
    value_b
from parts_of_base
union all
select
    'met_and_missed' as rule,
    figure_a,
    figure_b,
    cast(null as {{ dbt.type_string() }}) as figure_base,
    value_a,
    value_b
from two_sides
union all
select
    'councils_in_scope' as rule,
    figure_a,
    cast(null as {{ dbt.type_string() }}) as figure_b,
    cast(null as {{ dbt.type_string() }}) as figure_base,
    value_a,
    value_b
from scopes
where value_b < lowest or value_b > highest
union all
select
    'verdict_on_target' as rule,
    figure_a,
    figure_b,
    cast(null as {{ dbt.type_string() }}) as figure_base,
    value_a,
    value_b
from verdicts
