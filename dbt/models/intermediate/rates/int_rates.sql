-- The rate of every council in scope on every basis its year knows, in total and by age band, silent
-- councils included: in every vintage of what was known, and of a published definition in every release.
-- Of several sources the first that gives both counts is taken, for all councils alike.
with components as (

    select distinct
        basis_id,
        definition_id,
        coalesce(definition_id, 'none') as definition_key,
        person_scope,
        valid_from_year,
        valid_to_year,
        role,
        offer,
        quantity_id,
        source_priority
    from {{ ref('int_rate_components') }}

),

quantities as (

    select
        *,
        coalesce(definition_id, 'none') as definition_key
    from {{ ref('int_quantities') }}
    where area_level = 'council'

),

vintages as (

    select * from {{ ref('int_vintages') }}

),

councils as (

    select * from {{ ref('int_councils_by_year') }}

),

bases as (

    select * from {{ ref('bases') }}

),

paired as (

    select
        components.basis_id,
        components.definition_id,
        components.person_scope,
        components.offer,
        quantities.breakdown,
        quantities.financial_year,
        quantities.vintage_kind,
        quantities.vintage_id,
        quantities.vintage_no,
        components.basis_id || '|' || components.definition_key || '|' || components.person_scope
        || '|' || quantities.breakdown || '|' || quantities.financial_year
        || '|' || quantities.vintage_kind || '|' || quantities.vintage_id as rate_key,
        quantities.area_id as council_id,
        max(case when components.role = 'numerator' then quantities.value end) as numerator,
        max(case when components.role = 'numerator' then quantities.value_lower end) as numerator_lower,
        max(case when components.role = 'numerator' then quantities.value_upper end) as numerator_upper,
        max(case when components.role = 'denominator' then quantities.value end) as denominator,
        max(case when components.role = 'denominator' then quantities.value_lower end) as denominator_lower,
        max(case when components.role = 'denominator' then quantities.value_upper end) as denominator_upper,
        max(quantities.weakness) as weakness,
        max(case when components.role = 'numerator' then quantities.source end) as source,
        max(case when components.role = 'numerator' then quantities.release end) as release,
        max(case when components.role = 'numerator' then quantities.source_file end) as source_file,
        max(case when components.role = 'numerator' then quantities.source_sha256 end) as source_sha256,
        max(case when components.role = 'numerator' then quantities.source_locator end) as source_locator
    from components
    inner join quantities
        on
            components.quantity_id = quantities.quantity_id
            and components.source_priority = quantities.source_priority
            and {{ year_within('quantities.financial_year', 'components.valid_from_year', 'components.valid_to_year') }}
            -- a definition takes its own figures and those of no definition; a common basis, which is made of
            -- what is known of all sources, takes the later of two waves
            and case
                when components.basis_id = 'published'
                    then quantities.definition_key in (components.definition_key, 'none')
                else quantities.vintage_kind = 'known' and quantities.is_last_wave
            end
    group by
        components.basis_id,
        components.definition_id,
        components.definition_key,
        components.person_scope,
        components.offer,
        quantities.breakdown,
        quantities.financial_year,
        quantities.vintage_kind,
        quantities.vintage_id,
        quantities.vintage_no,
        quantities.area_id

),

judged_sources as (

    select
        *,
        count(numerator_upper) over (partition by rate_key, offer) > 0
        and count(denominator_upper) over (partition by rate_key, offer) > 0 as has_both
    from paired

),

preferred as (

    select *
    from (
        select
            *,
            min(offer) over (partition by rate_key) as first_offer
        from judged_sources
        where has_both
    ) as of_sources
    where offer = first_offer

),

-- what a year knows, in each vintage
known as (

    select
        rate_key,
        basis_id,
        definition_id,
        person_scope,
        breakdown,
        financial_year,
        vintage_kind,
        vintage_id,
        vintage_no,
        offer,
        max(source) as source,
        max(release) as release,
        max(weakness) as weakness
    from preferred
    group by
        rate_key,
        basis_id,
        definition_id,
        person_scope,
        breakdown,
        financial_year,
        vintage_kind,
        vintage_id,
        vintage_no,
        offer

),

in_scope as (

    select
        councils.council_id,
        councils.council_name,
        councils.region_code,
        councils.region_name,
        known.financial_year,
        known.vintage_kind,
        known.vintage_id,
        known.vintage_no,
        vintages.known_from,
        vintages.known_until,
        coalesce(vintages.is_current, false) as is_current,
        known.basis_id,
        known.definition_id,
        known.breakdown,
        known.person_scope,
        known.offer,
        bases.note as basis_note,
        preferred.numerator,
        preferred.numerator_lower,
        preferred.numerator_upper,
        preferred.denominator,
        preferred.denominator_lower,
        preferred.denominator_upper,
        coalesce(preferred.weakness, known.weakness) as weakness,
        known.source,
        known.release,
        preferred.source_file,
        preferred.source_sha256,
        preferred.source_locator
    from known
    inner join councils on known.financial_year = councils.financial_year
    inner join bases
        on
            known.basis_id = bases.basis_id
            and known.person_scope = coalesce(bases.person_scope, known.person_scope)
    left join vintages
        on known.financial_year = vintages.financial_year and known.vintage_no = vintages.vintage_no
    left join preferred on known.rate_key = preferred.rate_key and councils.council_id = preferred.council_id

),

judged as (

    select
        *,
        case
            when numerator_upper is null or denominator_upper is null then 'no_data'
            when denominator_upper = 0 or denominator = 0 then 'no_data'
            when numerator > denominator then 'above_100'
            when numerator is null or denominator is null then 'range'
            else 'rate'
        end as rate_status
    from in_scope

)

select
    council_id,
    council_name,
    region_code,
    region_name,
    financial_year,
    vintage_kind,
    vintage_id,
    vintage_no,
    known_from,
    known_until,
    is_current,
    basis_id,
    definition_id,
    breakdown,
    person_scope,
    offer,
    basis_note,
    numerator,
    denominator,
    rate_status,
    case when rate_status in ('rate', 'above_100') then {{ rate_pct('numerator', 'denominator') }} end as rate_pct,
    case
        when rate_status in ('rate', 'range') then {{ rate_lower_pct('numerator_lower', 'denominator_upper') }}
    end as rate_lower_pct,
    case
        when rate_status in ('rate', 'range') then {{ rate_upper_pct('numerator_upper', 'denominator_lower') }}
    end as rate_upper_pct,
    numerator_lower,
    numerator_upper,
    denominator_lower,
    denominator_upper,
    weakness,
    source,
    release,
    source_file,
    source_sha256,
    source_locator
from judged
