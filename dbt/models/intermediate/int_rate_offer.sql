-- Which bases a year knows, from which offer and release; the current one is the first offer with
-- both counts, in its latest release.
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
        max(weakness) as weakness
    from counts
    group by basis_id, definition_id, person_scope, breakdown, financial_year, offer, vintage, is_latest
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
        ) as offer_in_vintage,
        row_number() over (
            partition by basis_id, definition_id, person_scope, breakdown, financial_year
            order by case when is_latest then 0 else 1 end, offer
        ) as offer_now
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
    weakness,
    offer_in_vintage = 1 as is_first_offer,
    is_latest and offer_now = 1 as is_current
from ranked
