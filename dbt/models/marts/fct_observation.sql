with observations as (

    select * from {{ ref('int_observations') }}

)

select
    observation_id,
    source,
    financial_year,
    release,
    published_on,
    is_latest,
    known_from,
    known_until,
    area_level,
    area_id,
    definition_id,
    -- a community care count has no definition and no age band: contract, section 6
    case when source = 'ccs' then null else breakdown end as breakdown,
    statistic,
    unit,
    value,
    value_lower,
    value_upper,
    rounding,
    status_code,
    token,
    evidence_class,
    source_file,
    source_sha256,
    source_locator
from observations
