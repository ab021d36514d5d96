-- Every count the register names, as count_components builds it from what a source prints: council
-- rows, and the publisher's own England row.
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

)

select
    count_name,
    offer,
    source,
    financial_year,
    release,
    is_latest,
    wave_definition_id,
    area_level,
    area_id,
    count_value,
    count_lower,
    count_upper,
    weakness
from whole
