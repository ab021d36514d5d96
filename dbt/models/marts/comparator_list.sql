with listed as (

    select * from {{ ref('stg_neighbours') }}

),

kinds as (

    select * from {{ ref('comparator_kinds') }}

)

select
    listed.comparator_kind,
    kinds.precedence,
    listed.council_id,
    listed.comparator_id,
    cast(listed.comparator_rank as int) as comparator_rank,
    listed.source_file,
    listed.source_sha256,
    listed.source_locator
from listed
inner join kinds on listed.comparator_kind = kinds.comparator_kind
