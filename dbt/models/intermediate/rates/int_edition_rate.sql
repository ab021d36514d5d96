-- The rates of all ages as they stood in each edition of their year.
with used as (

    select * from {{ ref('int_edition_offer') }}
    where breakdown = 'total'

),

rates as (

    select * from {{ ref('int_council_rate') }}

)

select
    used.edition_no,
    used.known_from,
    used.known_until,
    used.is_current,
    rates.council_id,
    rates.council_name,
    rates.region_code,
    rates.region_name,
    rates.financial_year,
    rates.basis_id,
    rates.definition_id,
    rates.person_scope,
    rates.basis_note,
    rates.numerator,
    rates.numerator_upper,
    rates.denominator,
    rates.denominator_upper,
    rates.rate_status,
    rates.rate_pct,
    rates.rate_lower_pct,
    rates.rate_upper_pct,
    rates.weakness
from used
inner join rates
    on
        used.basis_id = rates.basis_id
        and coalesce(used.definition_id, 'none') = coalesce(rates.definition_id, 'none')
        and used.person_scope = rates.person_scope
        and used.breakdown = rates.breakdown
        and used.financial_year = rates.financial_year
        and used.offer = rates.offer
        and used.vintage = rates.vintage
