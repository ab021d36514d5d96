with warnings as (

    select * from {{ ref('usage_warnings') }}

)

select
    warning_id,
    title,
    text,
    citation
from warnings
