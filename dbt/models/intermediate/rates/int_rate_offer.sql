-- Which bases a year knows: the offers that have both counts, in every release or edition.
with counts as (

    select * from {{ ref('int_rate_count') }}

),

offers as (

    select
        basis_id,
        definition_id,
        person_scope,
        breakdown,
        financial_year,
        offer,
        vintage,
        is_latest,
        known_from,
        known_until,
        max(weakness) as weakness
    from counts
    group by
        basis_id,
        definition_id,
        person_scope,
        breakdown,
        financial_year,
        offer,
        vintage,
        is_latest,
        known_from,
        known_until
    having
        count(case when role = 'numerator' and count_upper is not null then 1 end) > 0
        and count(case when role = 'denominator' and count_upper is not null then 1 end) > 0

),

ranked as (

    select
        *,
        row_number() over (
            partition by basis_id, definition_id, person_scope, breakdown, financial_year, vintage
            order by offer
        ) as offer_in_vintage
    from offers

)

select
    basis_id,
    definition_id,
    person_scope,
    breakdown,
    financial_year,
    offer,
    vintage,
    is_latest,
    known_from,
    known_until,
    weakness,
    offer_in_vintage = 1 as is_first_offer
from ranked
