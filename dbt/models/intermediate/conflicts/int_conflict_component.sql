-- Two offers of one component of a council whose intervals share no value. What a source says twice,
-- under two of its codes, is held against others once.
with ranked as (

    select
        *,
        source || coalesce(' ' || definition_id, '') as offered_by,
        row_number() over (
            partition by financial_year, council_id, component, person_scope, breakdown
            order by {{ order_of_use() }}
        ) as place,
        first_value(source || coalesce(' ' || definition_id, '')) over (
            partition by financial_year, council_id, component, person_scope, breakdown
            order by {{ order_of_use() }}
        ) as source_used
    from {{ ref('int_components') }}
    where component_upper is not null and is_current

),

repeated as (

    select
        *,
        row_number() over (
            partition by
                financial_year,
                council_id,
                component,
                person_scope,
                breakdown,
                source,
                component_value,
                component_lower,
                component_upper
            order by place
        ) as saying
    from ranked

),

offers as (

    select * from repeated
    where saying = 1

),

components as (

    select * from {{ ref('quantity_components') }}

),

observations as (

    select * from {{ ref('int_observations') }}
    where area_level = 'council'

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

pairs as (

    select
        one.financial_year,
        one.council_id,
        one.component,
        one.person_scope,
        one.breakdown,
        one.source_used,
        one.place as place_a,
        other.place as place_b,
        one.offered_by as source_a,
        other.offered_by as source_b,
        one.component_value as value_a,
        one.component_lower as lower_a,
        one.component_upper as upper_a,
        other.component_value as value_b,
        other.component_lower as lower_b,
        other.component_upper as upper_b,
        -- under one number a source gives a component twice only by two waves of one year
        case when one.source = other.source and one.offer = other.offer then 'other_date' else 'same_component' end as rule,
        case
            when one.component_value is not null and other.component_value is null then 'a value comes before a range'
            when one.offer < other.offer
                then
                    'offer ' || cast(one.offer as {{ dbt.type_string() }})
                    || ' comes before offer ' || cast(other.offer as {{ dbt.type_string() }})
            else 'the later of two waves comes first'
        end as why_first,
        case when one.weakness > other.weakness then one.weakness else other.weakness end as weakness
    from offers as one
    inner join offers as other
        on
            one.financial_year = other.financial_year
            and one.council_id = other.council_id
            and one.component = other.component
            and one.person_scope = other.person_scope
            and one.breakdown = other.breakdown
            and one.place < other.place
    where one.component_upper < other.component_lower or other.component_upper < one.component_lower

),

-- where the parts of an offer stand; several may stand in one line
stood as (

    select distinct
        offers.financial_year,
        offers.council_id,
        offers.component,
        offers.person_scope,
        offers.breakdown,
        offers.place,
        observations.source_file || ' ' || observations.source_locator as stands_at
    from pairs
    inner join offers
        on
            pairs.financial_year = offers.financial_year
            and pairs.council_id = offers.council_id
            and pairs.component = offers.component
            and pairs.person_scope = offers.person_scope
            and pairs.breakdown = offers.breakdown
            and offers.place in (pairs.place_a, pairs.place_b)
    inner join components
        on
            offers.quantity_id = components.quantity_id
            and offers.offer = components.source_priority
    inner join observations
        on
            components.source = observations.source
            and components.statistic = observations.statistic
            and coalesce(offers.definition_id, 'none') = coalesce(observations.definition_id, 'none')
            and offers.financial_year = observations.financial_year
            and offers.release = observations.release
            and offers.council_id = observations.area_id
            and offers.breakdown = observations.breakdown

),

places as (

    select
        financial_year,
        council_id,
        component,
        person_scope,
        breakdown,
        place,
        {{ joined_text('stands_at', "', '") }} as stands_at
    from stood
    group by financial_year, council_id, component, person_scope, breakdown, place

)

select
    pairs.rule,
    pairs.financial_year,
    pairs.council_id,
    pairs.component,
    pairs.person_scope,
    pairs.breakdown,
    pairs.source_a,
    pairs.value_a,
    pairs.lower_a,
    pairs.upper_a,
    place_a.stands_at as locator_a,
    pairs.source_b,
    pairs.value_b,
    pairs.lower_b,
    pairs.upper_b,
    place_b.stands_at as locator_b,
    pairs.source_used,
    case when pairs.place_a = 1 then pairs.why_first else 'a third offer comes before both' end as why_used,
    evidence_classes.evidence_class
from pairs
left join places as place_a
    on
        pairs.financial_year = place_a.financial_year
        and pairs.council_id = place_a.council_id
        and pairs.component = place_a.component
        and pairs.person_scope = place_a.person_scope
        and pairs.breakdown = place_a.breakdown
        and pairs.place_a = place_a.place
left join places as place_b
    on
        pairs.financial_year = place_b.financial_year
        and pairs.council_id = place_b.council_id
        and pairs.component = place_b.component
        and pairs.person_scope = place_b.person_scope
        and pairs.breakdown = place_b.breakdown
        and pairs.place_b = place_b.place
inner join evidence_classes on pairs.weakness = evidence_classes.weakness
