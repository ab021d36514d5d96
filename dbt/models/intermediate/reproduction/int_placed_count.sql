-- The named counts of every council in scope, silent ones included, once for each area the council
-- belongs to: itself, its region, England.
with named_counts as (

    select * from {{ ref('int_named_count') }}

),

councils as (

    select * from {{ ref('int_council_year') }}

),

-- a council whose rate in the wave is above 100 is in no national figure of it; its age bands may be
-- above 100 as well
contradictions as (

    select distinct
        definition_id,
        financial_year,
        vintage as release,
        council_id
    from {{ ref('int_council_rate') }}
    where basis_id = 'published' and rate_status = 'above_100' and is_first_offer

),

offered as (

    select distinct
        count_name,
        offer,
        source,
        financial_year,
        release,
        is_latest,
        wave_definition_id
    from named_counts
    where area_level = 'council' and count_upper is not null

),

in_scope as (

    select
        offered.*,
        councils.council_id,
        councils.council_name,
        councils.region_code,
        named_counts.count_value,
        named_counts.count_lower,
        named_counts.count_upper,
        named_counts.weakness,
        contradictions.council_id is not null as contradicts
    from offered
    inner join councils on offered.financial_year = councils.financial_year
    left join named_counts
        on
            offered.count_name = named_counts.count_name
            and offered.offer = named_counts.offer
            and offered.financial_year = named_counts.financial_year
            and offered.release = named_counts.release
            and named_counts.area_level = 'council'
            and councils.council_id = named_counts.area_id
    left join contradictions
        on
            offered.wave_definition_id = contradictions.definition_id
            and offered.financial_year = contradictions.financial_year
            and offered.release = contradictions.release
            and councils.council_id = contradictions.council_id

)

select
    *,
    'england' as area_level,
    'England' as area_id
from in_scope
where not contradicts
union all
select
    *,
    'region' as area_level,
    region_code as area_id
from in_scope
where not contradicts
union all
select
    *,
    'council' as area_level,
    council_id as area_id
from in_scope
