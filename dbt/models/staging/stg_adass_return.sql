-- One return of one council, with what it says in words: the counts are in stg_adass.
with landed as (

    select * from {{ source('landing', 'adass') }}

),

definitions as (

    select * from {{ ref('definitions') }}

)

select
    landed.source,
    landed.financial_year,
    landed.release,
    landed.published_on,
    landed.area_code as area_id,
    landed.wave,
    -- a wave that no definition is known for yet is loaded and belongs to none
    definitions.definition_id,
    landed.reference_date,
    landed.status,
    landed.q9_target_met_self_declared,
    landed.comments,
    landed.evidence_class,
    landed.source_file,
    landed.source_sha256,
    landed.source_locator
from landed
left join definitions
    on definitions.definition_id = 'ADASS_' || cast(landed.wave as {{ dbt.type_string() }})
