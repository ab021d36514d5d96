-- The one rate that stands for a basis in a year, chosen for all councils alike.
with chosen as (

    select * from {{ ref('scorecard_rates') }}

),

rates as (

    select * from {{ ref('int_rates') }}
    where is_current and breakdown = 'total'

),

offered as (

    select
        rates.*,
        rank() over (
            partition by rates.financial_year, rates.basis_id
            order by chosen.preference
        ) as preference_in_year
    from rates
    inner join chosen
        on
            rates.basis_id = chosen.basis_id
            and coalesce(rates.definition_id, 'none') = coalesce(chosen.definition_id, 'none')
            and rates.person_scope = chosen.person_scope

)

select
    financial_year,
    council_id,
    basis_id,
    definition_id,
    person_scope,
    rate_pct,
    rate_lower_pct,
    rate_upper_pct,
    rate_status,
    weakness
from offered
where preference_in_year = 1
