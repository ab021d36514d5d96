with landed as (

    select * from {{ source('landing', 'corrections') }}

)

select
    source,
    financial_year,
    release,
    source_file,
    source_locator,
    field,
    token,
    expected_token,
    corrected_token,
    effect,
    reason,
    provider,
    status,
    message
from landed
