-- Every quantity of quantity_components, of each council and of the publisher's own England row, as each
-- source gives it in each vintage. A vintage is a set of releases: all that were known at a time (`known`),
-- or those of one name (`release`). A sum with a part missing is missing. The observations behind a row are
-- those of its source, definition, release, area and breakdown that its components name.
with components as (

    select
        *,
        count(*) over (partition by quantity_id, source_priority) as components_expected
    from {{ ref('quantity_components') }}

),

observations as (

    select
        *,
        coalesce(definition_id, 'none') as definition_key
    from {{ ref('int_observations') }}
    where area_level in ('council', 'england')

),

releases as (

    select * from {{ ref('int_releases') }}

),

vintages as (

    select * from {{ ref('int_vintages') }}

),

vintage_releases as (

    select
        'known' as vintage_kind,
        cast(vintages.vintage_no as {{ dbt.type_string() }}) as vintage_id,
        vintages.vintage_no,
        vintages.is_current,
        releases.source,
        releases.financial_year,
        releases.definition_key,
        releases.release,
        releases.is_latest
    from releases
    inner join vintages on {{ in_vintage('releases', 'vintages') }}
    union all
    select
        'release' as vintage_kind,
        release as vintage_id,
        cast(null as int) as vintage_no,
        false as is_current,
        source,
        financial_year,
        definition_key,
        release,
        is_latest
    from releases

),

weighted as (

    select
        components.quantity_id,
        components.source_priority,
        components.components_expected,
        observations.source,
        observations.definition_id,
        observations.definition_key,
        -- the wave or series, where the quantity itself does not name a definition
        case when components.definition_id is null then observations.definition_id end as wave_definition_id,
        observations.financial_year,
        observations.release,
        observations.area_level,
        observations.area_id,
        -- a quantity of one age band is whole in itself
        case when components.breakdown is null then observations.breakdown else 'total' end as breakdown,
        -- what is taken away is part of what it is taken from
        coalesce(components.taken_from, components.statistic) as part,
        components.weight * observations.value as value,
        components.weight
        * case when components.weight < 0 then observations.value_upper else observations.value_lower end as value_lower,
        components.weight
        * case when components.weight < 0 then observations.value_lower else observations.value_upper end as value_upper,
        observations.weakness,
        observations.source_file,
        observations.source_sha256,
        observations.source_locator
    from components
    inner join observations
        on
            components.source = observations.source
            and components.statistic = observations.statistic
            and coalesce(components.breakdown, observations.breakdown) = observations.breakdown
            and coalesce(components.definition_id, observations.definition_key) = observations.definition_key

),

parts as (

    select
        quantity_id,
        source_priority,
        components_expected,
        source,
        definition_id,
        definition_key,
        wave_definition_id,
        financial_year,
        release,
        area_level,
        area_id,
        breakdown,
        count(value) as values_known,
        count(case when value_lower is not null then value_upper end) as bounds_known,
        sum(value) as value,
        sum(value_lower) as value_lower,
        sum(value_upper) as value_upper,
        max(weakness) as weakness,
        min(source_file) as source_file,
        min(source_sha256) as source_sha256,
        min(source_locator) as source_locator
    from weighted
    group by
        quantity_id,
        source_priority,
        components_expected,
        source,
        definition_id,
        definition_key,
        wave_definition_id,
        financial_year,
        release,
        area_level,
        area_id,
        breakdown,
        part

),

summed as (

    select
        quantity_id,
        source_priority,
        components_expected,
        source,
        definition_id,
        definition_key,
        wave_definition_id,
        financial_year,
        release,
        area_level,
        area_id,
        breakdown,
        sum(values_known) = components_expected as has_value,
        sum(bounds_known) = components_expected as has_bounds,
        -- 323 of 288 leave a number that nobody can know
        sum(bounds_known) = components_expected and min(value_upper) < 0 as is_inconsistent,
        min(value) < 0 as is_negative,
        sum(value) as value,
        sum(greatest(value_lower, 0.0)) as value_lower,
        sum(value_upper) as value_upper,
        max(weakness) as weakness,
        min(source_file) as source_file,
        min(source_sha256) as source_sha256,
        min(source_locator) as source_locator
    from parts
    group by
        quantity_id,
        source_priority,
        components_expected,
        source,
        definition_id,
        definition_key,
        wave_definition_id,
        financial_year,
        release,
        area_level,
        area_id,
        breakdown

)

select
    summed.quantity_id,
    summed.source_priority,
    summed.source,
    summed.definition_id,
    summed.wave_definition_id,
    summed.financial_year,
    vintage_releases.vintage_kind,
    vintage_releases.vintage_id,
    vintage_releases.vintage_no,
    vintage_releases.is_current,
    summed.release,
    vintage_releases.is_latest,
    summed.area_level,
    summed.area_id,
    summed.breakdown,
    case
        when summed.has_value and not summed.is_inconsistent and not summed.is_negative then summed.value
    end as value,
    case when summed.has_bounds and not summed.is_inconsistent then summed.value_lower end as value_lower,
    case when summed.has_bounds and not summed.is_inconsistent then summed.value_upper end as value_upper,
    summed.is_inconsistent,
    summed.weakness,
    summed.source_file,
    summed.source_sha256,
    summed.source_locator,
    -- of two waves of a survey in one year, the later
    row_number() over (
        partition by
            summed.quantity_id,
            summed.source_priority,
            summed.financial_year,
            vintage_releases.vintage_kind,
            vintage_releases.vintage_id,
            summed.area_level,
            summed.area_id,
            summed.breakdown
        order by summed.definition_key desc
    ) = 1 as is_last_wave
from summed
inner join vintage_releases
    on
        summed.source = vintage_releases.source
        and summed.financial_year = vintage_releases.financial_year
        and summed.definition_key = vintage_releases.definition_key
        and summed.release = vintage_releases.release
