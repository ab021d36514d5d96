with targets as (

    select * from {{ ref('targets') }}

)

select
    target_id,
    title,
    threshold_pct,
    comparator,
    reference_date,
    stated_base,
    status,
    status_reason,
    citation
from targets
