with landed as (

    select * from {{ source('landing', 'neighbours') }}

)

select
    -- the release of a list says which kind it is
    release as comparator_kind,
    council_code as council_id,
    neighbour_code as comparator_id,
    rank as comparator_rank,
    source_file,
    source_sha256,
    source_locator
from landed
