-- Which offer and vintage is used for each basis in each edition of a year: of the offers that stand in
-- it, the first.
with offers as (

    select * from {{ ref('int_rate_offer') }}

),

editions as (

    select * from {{ ref('int_edition') }}

),

standing as (

    select
        offers.basis_id,
        offers.definition_id,
        offers.person_scope,
        offers.breakdown,
        offers.financial_year,
        offers.offer,
        offers.vintage,
        editions.edition_no,
        editions.known_from,
        editions.known_until,
        editions.is_current,
        row_number() over (
            partition by
                offers.basis_id,
                offers.definition_id,
                offers.person_scope,
                offers.breakdown,
                offers.financial_year,
                editions.edition_no
            order by offers.offer
        ) as place
    from offers
    inner join editions on {{ stands_in('offers', 'editions') }}

)

select
    basis_id,
    definition_id,
    person_scope,
    breakdown,
    financial_year,
    offer,
    vintage,
    edition_no,
    known_from,
    known_until,
    is_current
from standing
where place = 1
