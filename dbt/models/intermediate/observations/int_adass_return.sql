-- The return of a council that stands for a year, as it is known now.
with returns as (

    select * from {{ ref('int_edition_return') }}
    where is_current

)

select
    financial_year,
    council_id,
    release,
    wave,
    definition_id,
    reference_date,
    status,
    q9_target_met_self_declared,
    comments,
    evidence_class,
    source_file,
    source_sha256,
    source_locator
from returns
