with councils as (

    select * from {{ ref('councils') }}

)

select
    council_id,
    council_name,
    gss_code,
    region_code,
    region_name,
    council_type,
    valid_from,
    valid_to,
    predecessor_ids,
    successor_ids,
    citation
from councils
