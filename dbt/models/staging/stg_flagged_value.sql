with landed as (

    select * from {{ source('landing', 'flags') }}

)

select
    source,
    financial_year,
    release,
    source_file,
    source_sha256,
    source_locator,
    area_code,
    field,
    rule_id,
    token,
    message
from landed
