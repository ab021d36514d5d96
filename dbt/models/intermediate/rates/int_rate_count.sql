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
        components.statistic,
        components.taken_from,
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

-- people who are taken away are among those they are taken from: 323 of 288 leave a number that nobody
-- can know
contradicted as (

    select distinct
        taken.basis_id,
        taken.definition_id,
        taken.person_scope,
        taken.offer,
        taken.role,
        taken.vintage,
        taken.breakdown,
        taken.financial_year,
        taken.council_id
    from offered as taken
    inner join offered as whole
        on
            taken.taken_from = whole.statistic
            and taken.basis_id = whole.basis_id
            and coalesce(taken.definition_id, 'none') = coalesce(whole.definition_id, 'none')
            and taken.person_scope = whole.person_scope
            and taken.offer = whole.offer
            and taken.role = whole.role
            and taken.vintage = whole.vintage
            and taken.breakdown = whole.breakdown
            and taken.financial_year = whole.financial_year
            and taken.council_id = whole.council_id
    -- the upper part of what is taken away is the least that it can be
    where taken.upper_part > whole.upper_part

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
    case
        when contradicted.council_id is null then {{ derived_count('summed', 'expected.parts_expected') }}
    end as count_value,
    case
        when contradicted.council_id is null then {{ derived_count_lower('summed', 'expected.parts_expected') }}
    end as count_lower,
    case
        when contradicted.council_id is null then {{ derived_count_upper('summed', 'expected.parts_expected') }}
    end as count_upper,
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
left join contradicted
    on
        summed.basis_id = contradicted.basis_id
        and coalesce(summed.definition_id, 'none') = coalesce(contradicted.definition_id, 'none')
        and summed.person_scope = contradicted.person_scope
        and summed.offer = contradicted.offer
        and summed.role = contradicted.role
        and summed.vintage = contradicted.vintage
        and summed.breakdown = contradicted.breakdown
        and summed.financial_year = contradicted.financial_year
        and summed.council_id = contradicted.council_id
