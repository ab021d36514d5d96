-- The numerators and denominators that the parts of int_rate_component build from council rows, per
-- council. A published definition is built for every release, a common basis for the latest ones.
with components as (

    select * from {{ ref('int_rate_component') }}

),

expected as (

    select
        basis_id,
        definition_id,
        person_scope,
        offer,
        role,
        count(*) as parts_expected
    from components
    group by basis_id, definition_id, person_scope, offer, role

),

observed as (

    select * from {{ ref('int_observation') }}
    where area_level = 'council'

),

offered as (

    select
        components.basis_id,
        components.definition_id,
        components.person_scope,
        components.offer,
        components.role,
        components.weight,
        case when components.basis_id = 'published' then observed.release else 'latest' end as vintage,
        observed.is_latest,
        observed.breakdown,
        observed.financial_year,
        observed.area_id as council_id,
        observed.value,
        case when components.weight < 0 then observed.value_upper else observed.value_lower end as lower_part,
        case when components.weight < 0 then observed.value_lower else observed.value_upper end as upper_part,
        observed.weakness,
        observed.source_file,
        observed.source_sha256,
        observed.source_locator
    from components
    inner join observed
        on
            components.source = observed.source
            and components.statistic = observed.statistic
            and coalesce(observed.definition_id, components.definition_id, 'none')
            = coalesce(components.definition_id, observed.definition_id, 'none')
            and {{ year_within('observed.financial_year', 'components.valid_from_year', 'components.valid_to_year') }}
    where components.basis_id = 'published' or observed.is_latest

),

summed as (

    select
        basis_id,
        definition_id,
        person_scope,
        offer,
        role,
        vintage,
        is_latest,
        breakdown,
        financial_year,
        council_id,
        count(value) as parts_with_value,
        count(lower_part) as parts_with_bounds,
        sum(weight * value) as part_sum,
        sum(weight * lower_part) as lower_sum,
        sum(weight * upper_part) as upper_sum,
        max(weakness) as weakness,
        min(source_file) as source_file,
        min(source_sha256) as source_sha256,
        min(source_locator) as source_locator
    from offered
    group by basis_id, definition_id, person_scope, offer, role, vintage, is_latest, breakdown, financial_year, council_id

)

select
    summed.basis_id,
    summed.definition_id,
    summed.person_scope,
    summed.offer,
    summed.role,
    summed.vintage,
    summed.is_latest,
    summed.breakdown,
    summed.financial_year,
    summed.council_id,
    -- a sum with a part missing is missing
    case when summed.parts_with_value = expected.parts_expected then summed.part_sum end as count_value,
    case
        when summed.parts_with_bounds = expected.parts_expected then greatest(summed.lower_sum, 0.0)
    end as count_lower,
    case when summed.parts_with_bounds = expected.parts_expected then summed.upper_sum end as count_upper,
    summed.weakness,
    summed.source_file,
    summed.source_sha256,
    summed.source_locator
from summed
inner join expected
    on
        summed.basis_id = expected.basis_id
        and coalesce(summed.definition_id, 'none') = coalesce(expected.definition_id, 'none')
        and summed.person_scope = expected.person_scope
        and summed.offer = expected.offer
        and summed.role = expected.role
