-- One count of one member on one day; a year may have several days.
with landed as (

    select * from {{ source('landing', 'in_control') }}

),

definitions as (

    select * from {{ ref('definitions') }}

)

select
    landed.source,
    landed.financial_year,
    landed.release,
    landed.published_on,
    landed.area_level,
    landed.area_code as area_id,
    definitions.definition_id,
    landed.as_of,
    landed.pb_holders,
    landed.pb_holders_token,
    landed.pb_holders_status,
    landed.pb_holders_lower,
    landed.pb_holders_upper,
    landed.evidence_class,
    landed.source_file,
    landed.source_sha256,
    landed.source_locator
from landed
inner join definitions on landed.source = definitions.source
