-- The one target a year is judged by: the latest that was due by its end, before the first such the
-- next to come. A withdrawn target judges no year.
with timing as (

    select * from {{ ref('int_targets_by_year') }}

),

targets as (

    select * from {{ ref('targets') }}
    where status <> 'withdrawn'

),

ordered as (

    select
        timing.financial_year,
        timing.target_id,
        timing.threshold_pct,
        timing.timing,
        row_number() over (
            partition by timing.financial_year
            order by
                case when timing.timing = 'before' then 1 else 0 end asc,
                case when timing.timing = 'before' then targets.reference_date end asc,
                targets.reference_date desc
        ) as place
    from timing
    inner join targets on timing.target_id = targets.target_id

)

select
    financial_year,
    target_id,
    threshold_pct,
    timing
from ordered
where place = 1
