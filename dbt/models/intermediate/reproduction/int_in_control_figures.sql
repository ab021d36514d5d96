-- What In Control's member returns give for each published figure of them: on the day the figure
-- names, or on the year's last.
with asked as (

    select
        figures.figure_id,
        figures.figure_source as source,
        figures.figure_year,
        figures.as_of,
        in_control_figures.measure,
        in_control_figures.comparison,
        in_control_figures.threshold,
        base_figures.figure_value as base_value
    from {{ ref('stg_published') }} as figures
    inner join {{ ref('in_control_figures') }} as in_control_figures
        on figures.statistic = in_control_figures.statistic
    left join {{ ref('stg_published') }} as base_figures
        on in_control_figures.base_figure = base_figures.figure_id
    where figures.figure_source = 'in_control' and figures.area_level = 'england'

),

counts as (

    select
        *,
        max(as_of) over (partition by financial_year) as last_day
    from {{ ref('int_in_control_counts') }}

),

scopes as (

    select
        financial_year,
        count(*) as councils_in_scope
    from {{ ref('int_councils_by_year') }}
    group by financial_year

),

counted as (

    select
        asked.figure_id,
        asked.source,
        asked.figure_year,
        asked.measure,
        asked.base_value,
        sum(counts.pb_holders) as people,
        count(counts.pb_holders) as councils,
        count(case when {{ compares('counts.pb_holders', 'asked.comparison', 'asked.threshold') }} then 1 end)
            as councils_so,
        max(counts.weakness) as weakness
    from asked
    inner join counts
        on asked.figure_year = counts.financial_year and coalesce(asked.as_of, counts.last_day) = counts.as_of
    group by asked.figure_id, asked.source, asked.figure_year, asked.measure, asked.base_value

)

select
    counted.figure_id,
    counted.source,
    case counted.measure
        when 'people' then counted.people
        when 'councils' then counted.councils
        when 'share_of_returned' then 100.0 * counted.councils_so / counted.councils
        when 'share_of_scope' then 100.0 * counted.councils / scopes.councils_in_scope
        when 'share_of_figure' then 100.0 * counted.people / counted.base_value
    end as computed_value,
    case
        when counted.measure = 'share_of_scope' then scopes.councils_in_scope
        else counted.councils
    end as computed_base_n,
    counted.weakness
from counted
left join scopes on counted.figure_year = scopes.financial_year
