with breaks as (

    select * from {{ ref('series_breaks') }}

)

select
    break_id,
    source,
    definition_ids,
    first_year_after,
    reason,
    citation
from breaks
