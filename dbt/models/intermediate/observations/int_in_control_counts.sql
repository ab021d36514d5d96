-- Every count of a member in the latest release of its year, each day of it.
with returns as (

    select * from {{ ref('stg_in_control_return') }}

),

releases as (

    select * from {{ ref('int_releases') }}
    where is_latest

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

)

select
    returns.area_id as council_id,
    returns.financial_year,
    returns.as_of,
    returns.release,
    returns.definition_id,
    returns.pb_holders,
    returns.evidence_class,
    evidence_classes.weakness,
    returns.source_file,
    returns.source_sha256,
    returns.source_locator
from returns
inner join releases
    on
        returns.source = releases.source
        and returns.financial_year = releases.financial_year
        and returns.definition_id = releases.definition_key
        and returns.release = releases.release
left join evidence_classes on returns.evidence_class = evidence_classes.evidence_class
