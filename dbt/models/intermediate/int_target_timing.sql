-- Where each year stands to each target's reference date. The due year is the one that holds the
-- day before it: "by April 2013" is the year 2012-13.
with years as (

    select distinct financial_year from {{ ref('int_observed') }}

),

targets as (

    select * from {{ ref('targets') }}

)

select
    years.financial_year,
    targets.target_id,
    targets.threshold_pct,
    case
        when {{ financial_year_end('years.financial_year') }} < targets.reference_date then 'before'
        when {{ financial_year_start('years.financial_year') }} >= targets.reference_date then 'after'
        else 'due'
    end as timing
from years
cross join targets
