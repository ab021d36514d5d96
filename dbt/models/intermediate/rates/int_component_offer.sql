-- Every component of a rate, as each source that offers it gives it, per council in scope, person
-- scope and age band, in each edition of a year.
with components as (

    select * from {{ ref('component_parts') }}

),

expected as (

    select
        component,
        person_scope,
        offer,
        count(*) as parts_expected
    from components
    group by component, person_scope, offer

),

observed as (

    select * from {{ ref('int_observation') }}
    where area_level = 'council'

),

editions as (

    select * from {{ ref('int_edition') }}

),

councils as (

    select * from {{ ref('int_council_year') }}

),

offered as (

    select
        components.component,
        components.person_scope,
        components.offer,
        components.source,
        components.weight,
        observed.definition_id,
        observed.financial_year,
        editions.edition_no,
        editions.is_current,
        observed.area_id as council_id,
        observed.breakdown,
        observed.value,
        case when components.weight < 0 then observed.value_upper else observed.value_lower end as lower_part,
        case when components.weight < 0 then observed.value_lower else observed.value_upper end as upper_part,
        observed.weakness
    from components
    inner join observed
        on
            components.source = observed.source
            and components.statistic = observed.statistic
            and coalesce(components.definition_id, observed.definition_id, 'none')
            = coalesce(observed.definition_id, 'none')
    inner join editions on {{ stands_in('observed', 'editions') }}

),

summed as (

    select
        component,
        person_scope,
        offer,
        source,
        definition_id,
        financial_year,
        edition_no,
        is_current,
        council_id,
        breakdown,
        count(value) as parts_with_value,
        count(upper_part) as parts_with_bounds,
        sum(weight * value) as part_sum,
        sum(weight * lower_part) as lower_sum,
        sum(weight * upper_part) as upper_sum,
        max(weakness) as weakness
    from offered
    group by
        component,
        person_scope,
        offer,
        source,
        definition_id,
        financial_year,
        edition_no,
        is_current,
        council_id,
        breakdown

)

select
    summed.financial_year,
    summed.edition_no,
    summed.is_current,
    summed.council_id,
    councils.region_code,
    summed.component,
    summed.person_scope,
    summed.breakdown,
    summed.offer,
    summed.source,
    summed.definition_id,
    {{ derived_count('summed', 'expected.parts_expected') }} as component_value,
    {{ derived_count_lower('summed', 'expected.parts_expected') }} as component_lower,
    {{ derived_count_upper('summed', 'expected.parts_expected') }} as component_upper,
    summed.weakness
from summed
inner join expected
    on
        summed.component = expected.component
        and summed.person_scope = expected.person_scope
        and summed.offer = expected.offer
inner join councils
    on summed.financial_year = councils.financial_year and summed.council_id = councils.council_id
