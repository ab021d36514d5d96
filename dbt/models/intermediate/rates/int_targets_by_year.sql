-- Where each year stands to each target's reference date; the due year is the one it lies in. "By
-- April 2013" is 31 March 2013, the last day before April and the day snapshots are taken.
with years as (

    select distinct financial_year from {{ ref('int_releases') }}

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
        when {{ financial_year_start('years.financial_year') }} > targets.reference_date then 'after'
        else 'due'
    end as timing
from years
cross join targets
