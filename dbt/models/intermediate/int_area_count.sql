-- Every count the register names, for England, each region and each council, in every release:
-- built from council rows, and beside it as the publisher's own England row has it.
with components as (

    select * from {{ ref('count_components') }}

),

expected as (

    select
        count_name,
        offer,
        count(*) as parts_expected
    from components
    group by count_name, offer

),

observed as (

    select * from {{ ref('int_observation') }}
    where area_level in ('council', 'england')

),

councils as (

    select * from {{ ref('int_council_year') }}

),

summed as (

    select
        components.count_name,
        components.offer,
        components.source,
        observed.financial_year,
        observed.release,
        observed.is_latest,
        observed.area_level,
        observed.area_id,
        count(observed.value) as parts_with_value,
        count(observed.value_upper) as parts_with_bounds,
        sum(components.weight * observed.value) as part_sum,
        sum(components.weight * observed.value_lower) as lower_sum,
        sum(components.weight * observed.value_upper) as upper_sum,
        max(observed.weakness) as weakness,
        -- which wave or series it is, where the component itself does not say
        max(case when components.definition_id is null then observed.definition_id end) as wave_definition_id
    from components
    inner join observed
        on
            components.source = observed.source
            and components.statistic = observed.statistic
            and components.breakdown = observed.breakdown
            and coalesce(components.definition_id, observed.definition_id, 'none')
            = coalesce(observed.definition_id, 'none')
    group by
        components.count_name,
        components.offer,
        components.source,
        observed.financial_year,
        observed.release,
        observed.is_latest,
        observed.area_level,
        observed.area_id

),

whole as (

    select
        summed.*,
        -- a sum with a part missing is missing
        case when summed.parts_with_value = expected.parts_expected then summed.part_sum end as count_value,
        case when summed.parts_with_bounds = expected.parts_expected then summed.lower_sum end as count_lower,
        case when summed.parts_with_bounds = expected.parts_expected then summed.upper_sum end as count_upper
    from summed
    inner join expected on summed.count_name = expected.count_name and summed.offer = expected.offer

),

-- a council whose rate in the wave is above 100 is in no national figure of it
contradictions as (

    select
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
    from whole
    where area_level = 'council' and count_upper is not null

),

in_scope as (

    select
        offered.*,
        councils.council_id,
        councils.council_name,
        councils.region_code,
        whole.count_value,
        whole.count_lower,
        whole.count_upper,
        whole.weakness,
        contradictions.council_id is not null as contradicts
    from offered
    inner join councils on offered.financial_year = councils.financial_year
    left join whole
        on
            offered.count_name = whole.count_name
            and offered.offer = whole.offer
            and offered.financial_year = whole.financial_year
            and offered.release = whole.release
            and whole.area_level = 'council'
            and councils.council_id = whole.area_id
    left join contradictions
        on
            offered.wave_definition_id = contradictions.definition_id
            and offered.financial_year = contradictions.financial_year
            and offered.release = contradictions.release
            and councils.council_id = contradictions.council_id

),

placed as (

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

),

from_councils as (

    select
        count_name,
        offer,
        source,
        financial_year,
        release,
        is_latest,
        wave_definition_id,
        'council_rows' as method,
        area_level,
        area_id,
        sum(count_value) as area_count,
        sum(count_lower) as area_count_lower,
        sum(count_upper) as area_count_upper,
        count(count_upper) as councils,
        {{ joined_text("case when count_upper is null then council_name end", "', '") }} as silent_councils,
        max(weakness) as weakness
    from placed
    group by count_name, offer, source, financial_year, release, is_latest, wave_definition_id, area_level, area_id

),

from_england_row as (

    select
        count_name,
        offer,
        source,
        financial_year,
        release,
        is_latest,
        wave_definition_id,
        'england_row' as method,
        area_level,
        area_id,
        count_value as area_count,
        count_lower as area_count_lower,
        count_upper as area_count_upper,
        cast(null as bigint) as councils,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        weakness
    from whole
    where area_level = 'england' and count_upper is not null

)

select * from from_councils
where area_count_upper is not null
union all
select * from from_england_row
