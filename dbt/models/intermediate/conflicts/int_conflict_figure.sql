-- Every figure of the register as somebody published it, with the values its wording and last digit
-- leave open. What was derived for the register is left out: it can only repeat a conflict of its
-- inputs. People, councils and money come in whole numbers, so the ends of a count are whole.
with figures as (

    select * from {{ ref('stg_published') }}
    where verification <> 'D'

),

statistics as (

    select * from {{ ref('statistics') }}

),

comparators as (

    select * from {{ ref('comparators') }}

),

worded as (

    select
        figures.figure_id,
        figures.figure_source,
        figures.definition_id,
        figures.figure_year,
        figures.as_of,
        -- a figure that names no day stands for its year
        coalesce(figures.as_of, {{ financial_year_end('figures.figure_year') }}) as figure_day,
        figures.figure_release,
        figures.area_level,
        figures.area_id,
        figures.statistic,
        statistics.kind,
        statistics.counted,
        statistics.comparison,
        statistics.threshold_pct,
        statistics.unit,
        statistics.unit not in ('percent', 'ratio', 'per_1000') as is_whole,
        statistics.description,
        figures.figure_value,
        figures.base_n,
        figures.verification,
        figures.citation,
        comparators.lower_inclusive,
        comparators.upper_inclusive,
        {{ without_noise('figures.figure_value + comparators.lower_multiple * figures.figure_precision') }} as worded_from,
        {{ without_noise('figures.figure_value + comparators.upper_multiple * figures.figure_precision') }} as worded_to
    from figures
    inner join statistics on figures.statistic = statistics.statistic
    inner join comparators on figures.comparator = comparators.comparator

)

select
    figure_id,
    figure_source,
    definition_id,
    figure_year,
    as_of,
    figure_day,
    figure_release,
    area_level,
    area_id,
    statistic,
    kind,
    counted,
    comparison,
    threshold_pct,
    unit,
    description,
    figure_value,
    base_n,
    verification,
    citation,
    case
        when is_whole then {{ lowest_whole('worded_from', 'lower_inclusive') }}
        else worded_from
    end as lowest,
    case
        when is_whole then {{ highest_whole('worded_to', 'upper_inclusive') }}
        else worded_to
    end as highest,
    is_whole or coalesce(lower_inclusive, false) as lowest_inclusive,
    is_whole or coalesce(upper_inclusive, false) as highest_inclusive
from worded
