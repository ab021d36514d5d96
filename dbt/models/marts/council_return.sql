with returns as (

    select * from {{ ref('int_adass_returns') }}
    where is_current

)

select
    council_id,
    financial_year,
    cast(wave as int) as wave,
    definition_id,
    release,
    status,
    reference_date,
    q9_target_met_self_declared,
    comments as stated_reason,
    evidence_class,
    source_file,
    source_sha256,
    source_locator
from returns
