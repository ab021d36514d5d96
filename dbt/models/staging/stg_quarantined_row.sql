with landed as (

    select * from {{ source('landing', 'quarantine') }}

)

select
    source,
    financial_year,
    release,
    source_file,
    source_sha256,
    source_locator,
    rule_id,
    field,
    message,
    remedy,
    content
from landed
