-- The numerators and denominators that the parts of int_rate_component build from council rows, per
-- council. A published definition is built for every release. A common basis, which may take its parts
-- from several sources, is built for every edition of its year, and stands as long as the edition does.
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

editions as (

    select * from {{ ref('int_edition') }}

),

dated as (

    select
        'release' as kind,
        release as vintage,
        is_latest,
        known_from,
        known_until,
        area_id,
        breakdown,
        definition_id,
        financial_year,
        source,
        statistic,
        value,
        value_lower,
        value_upper,
        weakness,
        source_file,
        source_sha256,
        source_locator
    from observed
    union all
    select
        'edition' as kind,
        'edition ' || cast(editions.edition_no as {{ dbt.type_string() }}) as vintage,
        editions.is_current as is_latest,
        editions.known_from,
        editions.known_until,
        observed.area_id,
        observed.breakdown,
        observed.definition_id,
        observed.financial_year,
        observed.source,
        observed.statistic,
        observed.value,
        observed.value_lower,
        observed.value_upper,
        observed.weakness,
        observed.source_file,
        observed.source_sha256,
        observed.source_locator
    from observed
    inner join editions on {{ stands_in('observed', 'editions') }}

),

offered as (

    select
        components.basis_id,
        components.definition_id,
        components.person_scope,
        components.offer,
        components.role,
        components.weight,
        dated.vintage,
        dated.is_latest,
        dated.known_from,
        dated.known_until,
        dated.breakdown,
        dated.financial_year,
        dated.area_id as council_id,
        dated.value,
        case when components.weight < 0 then dated.value_upper else dated.value_lower end as lower_part,
        case when components.weight < 0 then dated.value_lower else dated.value_upper end as upper_part,
        dated.weakness,
        dated.source_file,
        dated.source_sha256,
        dated.source_locator
    from components
    inner join dated
        on
            components.source = dated.source
            and components.statistic = dated.statistic
            and coalesce(dated.definition_id, components.definition_id, 'none')
            = coalesce(components.definition_id, dated.definition_id, 'none')
            and {{ year_within('dated.financial_year', 'components.valid_from_year', 'components.valid_to_year') }}
            and case when components.basis_id = 'published' then 'release' else 'edition' end = dated.kind

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
        known_from,
        known_until,
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
    group by
        basis_id,
        definition_id,
        person_scope,
        offer,
        role,
        vintage,
        is_latest,
        known_from,
        known_until,
        breakdown,
        financial_year,
        council_id

)

select
    summed.basis_id,
    summed.definition_id,
    summed.person_scope,
    summed.offer,
    summed.role,
    summed.vintage,
    summed.is_latest,
    summed.known_from,
    summed.known_until,
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
