with items as (

    select * from {{ ref('poet_items') }}

)

select
    wave,
    instrument,
    item,
    kind,
    domain,
    scale,
    series,
    wording_key as wording,
    verification,
    citation
from items
