-- The quantities that the register knows, in every release, of every council in scope, silent councils
-- included: once for each area the council belongs to, itself, its region, England.
with quantities as (

    select * from {{ ref('int_quantities') }}
    where area_level = 'council' and vintage_kind = 'release' and breakdown = 'total'

),

registered as (

    select counted as quantity_id from {{ ref('statistics') }}
    where kind in ('count', 'growth', 'share')
    union distinct
    select share_of as quantity_id from {{ ref('statistics') }}
    where share_of is not null

),

councils as (

    select * from {{ ref('int_councils_by_year') }}

),

-- a council whose rate in the wave is above 100, whichever age band, is in no national figure of it
contradictions as (

    select distinct
        definition_id,
        financial_year,
        vintage_id as release,
        council_id
    from {{ ref('int_rates') }}
    where basis_id = 'published' and vintage_kind = 'release' and rate_status = 'above_100'

),

given as (

    select distinct
        quantities.quantity_id,
        quantities.source_priority,
        quantities.source,
        quantities.definition_id,
        quantities.wave_definition_id,
        quantities.financial_year,
        quantities.release,
        quantities.is_latest
    from quantities
    inner join registered on quantities.quantity_id = registered.quantity_id
    where quantities.value_upper is not null

),

in_scope as (

    select
        given.quantity_id,
        given.source_priority,
        given.source,
        given.financial_year,
        given.release,
        given.is_latest,
        given.wave_definition_id,
        councils.council_id,
        councils.council_name,
        councils.region_code,
        quantities.value,
        quantities.value_lower,
        quantities.value_upper,
        quantities.weakness,
        contradictions.council_id is not null as contradicts
    from given
    inner join councils on given.financial_year = councils.financial_year
    left join quantities
        on
            given.quantity_id = quantities.quantity_id
            and given.source_priority = quantities.source_priority
            and coalesce(given.definition_id, 'none') = coalesce(quantities.definition_id, 'none')
            and given.financial_year = quantities.financial_year
            and given.release = quantities.release
            and councils.council_id = quantities.area_id
    left join contradictions
        on
            given.wave_definition_id = contradictions.definition_id
            and given.financial_year = contradictions.financial_year
            and given.release = contradictions.release
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
