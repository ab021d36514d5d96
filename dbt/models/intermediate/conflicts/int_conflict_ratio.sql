-- Rules about percentages, rates and sums and the counts beside them: percent_of_counts,
-- no_such_count, rate_of_counts, mean_of_parts, sum_of_parts.
with figures as (

    select * from {{ ref('int_conflict_figure') }}

),

relations as (

    select * from {{ ref('statistic_relations') }}

),

shares as (

    select
        statistic,
        counted as numerator_quantity,
        share_of as denominator_quantity
    from {{ ref('statistics') }}
    where share_of is not null

),

-- a share of councils and the number of councils it is a share of
council_shares as (

    select
        shares_of_councils.statistic as share_statistic,
        counts_of_councils.statistic as count_statistic
    from {{ ref('statistics') }} as shares_of_councils
    inner join {{ ref('statistics') }} as counts_of_councils
        on
            shares_of_councils.comparison = counts_of_councils.comparison
            and shares_of_councils.threshold_pct = counts_of_councils.threshold_pct
    where shares_of_councils.kind = 'council_share' and counts_of_councils.kind = 'council_count'
    union all
    select
        statistic as share_statistic,
        first_statistic as count_statistic
    from relations
    where relation = 'share_of_base'

),

percents as (

    select
        percent.figure_id as figure_a,
        counted.figure_id as figure_b,
        percent.figure_value as value_a,
        100.0 * counted.figure_value / coalesce(counted.base_n, percent.base_n) as value_b,
        {{ figure_apart_from(
            'percent',
            '100.0 * counted.lowest / coalesce(counted.base_n, percent.base_n)',
            '100.0 * counted.highest / coalesce(counted.base_n, percent.base_n)'
        ) }} as is_apart
    from council_shares
    inner join figures as percent on council_shares.share_statistic = percent.statistic
    inner join figures as counted on council_shares.count_statistic = counted.statistic and {{ beside('percent', 'counted') }}
    where coalesce(counted.base_n, percent.base_n) > 0

),

share_statistics as (

    select distinct share_statistic from council_shares

),

-- the least and greatest number of councils that the percentage leaves open
numbers as (

    select
        percent.figure_id as figure_a,
        percent.figure_value as value_a,
        percent.base_n,
        {{ lowest_whole(without_noise('percent.lowest / 100.0 * percent.base_n'), 'percent.lowest_inclusive') }} as least_number,
        {{ highest_whole(without_noise('percent.highest / 100.0 * percent.base_n'), 'percent.highest_inclusive') }}
            as greatest_number
    from figures as percent
    inner join share_statistics on percent.statistic = share_statistics.share_statistic
    where percent.base_n > 0

),

ratio_statistics as (

    select
        statistic,
        numerator_quantity as part_statistic,
        denominator_quantity as whole_statistic
    from shares
    union all
    select
        statistic,
        first_statistic as part_statistic,
        second_statistic as whole_statistic
    from relations
    where relation = 'ratio'

),

ratios as (

    select
        ratio.figure_id as figure_a,
        part.figure_id as figure_b,
        whole.figure_id as figure_base,
        ratio.figure_value as value_a,
        100.0 * part.figure_value / nullif(whole.figure_value, 0) as value_b,
        {{ figure_apart_from(
            'ratio',
            '100.0 * part.lowest / nullif(whole.highest, 0)',
            '100.0 * part.highest / case when whole.lowest > 0 then whole.lowest end'
        ) }} as is_apart
    from ratio_statistics
    inner join figures as ratio on ratio_statistics.statistic = ratio.statistic
    inner join figures as part on ratio_statistics.part_statistic = part.statistic and {{ beside('ratio', 'part') }}
    inner join figures as whole
        on
            ratio_statistics.whole_statistic = whole.statistic
            and {{ beside('ratio', 'whole') }}
            and {{ same_or_not_stated('part.figure_release', 'whole.figure_release') }}

),

parted as (

    select
        relations.relation,
        whole.figure_id as figure_a,
        first_part.figure_id as first_id,
        second_part.figure_id as second_id,
        whole.figure_value as value_a,
        first_part.figure_value as first_value,
        second_part.figure_value as second_value,
        {{ figures_apart('first_part', 'second_part') }} as parts_are_apart,
        coalesce(whole.lowest = first_part.lowest and whole.highest = first_part.highest, false) as is_first,
        coalesce(whole.lowest = second_part.lowest and whole.highest = second_part.highest, false) as is_second,
        (
            {{ lies_below('whole.highest', 'whole.highest_inclusive', 'first_part.lowest', 'first_part.lowest_inclusive') }}
            and {{ lies_below('whole.highest', 'whole.highest_inclusive', 'second_part.lowest', 'second_part.lowest_inclusive') }}
        )
        or (
            {{ lies_below('first_part.highest', 'first_part.highest_inclusive', 'whole.lowest', 'whole.lowest_inclusive') }}
            and {{ lies_below('second_part.highest', 'second_part.highest_inclusive', 'whole.lowest', 'whole.lowest_inclusive') }}
        ) as is_outside,
        {{ figure_apart_from(
            'whole', 'first_part.lowest + second_part.lowest', 'first_part.highest + second_part.highest'
        ) }} as is_apart_from_sum
    from relations
    inner join figures as whole on relations.statistic = whole.statistic
    inner join figures as first_part on relations.first_statistic = first_part.statistic and {{ beside('whole', 'first_part') }}
    inner join figures as second_part
        on
            relations.second_statistic = second_part.statistic
            and {{ beside('whole', 'second_part') }}
            and {{ same_or_not_stated('first_part.figure_release', 'second_part.figure_release') }}
    where relations.relation in ('mean', 'sum')

)

select
    'percent_of_counts' as rule,
    figure_a,
    figure_b,
    cast(null as {{ dbt.type_string() }}) as figure_base,
    value_a,
    value_b
from percents
where is_apart
union all
select
    'no_such_count' as rule,
    figure_a,
    cast(null as {{ dbt.type_string() }}) as figure_b,
    cast(null as {{ dbt.type_string() }}) as figure_base,
    value_a,
    -- the nearest percentage that a number of councils gives
    100.0 * round(value_a * base_n / 100.0) / base_n as value_b
from numbers
where coalesce(least_number > greatest_number, false)
union all
select
    'rate_of_counts' as rule,
    figure_a,
    figure_b,
    figure_base,
    value_a,
    value_b
from ratios
where is_apart
union all
select
    'mean_of_parts' as rule,
    figure_a,
    case when is_second then second_id else first_id end as figure_b,
    case when is_second then first_id else second_id end as figure_base,
    value_a,
    case when is_second then second_value else first_value end as value_b
from parted
-- a mean is inside its parts, and is one of them only where both are alike
where relation = 'mean' and (is_outside or (parts_are_apart and (is_first or is_second)))
union all
select
    'sum_of_parts' as rule,
    figure_a,
    first_id as figure_b,
    second_id as figure_base,
    value_a,
    first_value + second_value as value_b
from parted
where relation = 'sum' and is_apart_from_sum
