-- Councils that sent a return that could be read, per source, definition, year and release.
with observed as (

    select * from {{ ref('int_observations') }}
    where area_level = 'council'

)

select
    source,
    definition_id,
    financial_year,
    release,
    is_latest,
    count(distinct area_id) as councils_returned,
    max(weakness) as weakness
from observed
group by source, definition_id, financial_year, release, is_latest
