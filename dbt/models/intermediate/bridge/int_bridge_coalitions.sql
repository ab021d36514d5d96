-- Numerator and denominator in every state of the switches, for whoever has the amounts that the
-- state needs: a council, or England in published totals.
with coefficients as (

    select * from {{ ref('int_bridge_coefficients') }}

),

amounts as (

    select * from {{ ref('int_bridge_inputs') }}

),

expected as (

    select
        form,
        state,
        count(*) as terms_expected
    from coefficients
    group by form, state

),

summed as (

    select
        amounts.form,
        amounts.financial_year,
        amounts.vintage_no,
        amounts.from_definition_id,
        amounts.area_level,
        amounts.area_id,
        amounts.region_code,
        coefficients.state,
        coefficients.is_first_state,
        coefficients.is_last_state,
        count(*) as terms_given,
        sum(case when coefficients.role = 'numerator' then coefficients.weight * amounts.amount end) as numerator,
        sum(case when coefficients.role = 'denominator' then coefficients.weight * amounts.amount end) as denominator,
        max(amounts.weakness) as weakness
    from amounts
    inner join coefficients
        on
            amounts.form = coefficients.form
            and amounts.source = coefficients.source
            and amounts.counted = coefficients.counted
            and amounts.person_scope = coefficients.person_scope
    group by
        amounts.form,
        amounts.financial_year,
        amounts.vintage_no,
        amounts.from_definition_id,
        amounts.area_level,
        amounts.area_id,
        amounts.region_code,
        coefficients.state,
        coefficients.is_first_state,
        coefficients.is_last_state

),

complete as (

    select summed.*
    from summed
    inner join expected
        on
            summed.form = expected.form
            and summed.state = expected.state
            and summed.terms_given = expected.terms_expected

)

select
    form,
    financial_year,
    vintage_no,
    from_definition_id,
    area_level,
    area_id,
    region_code,
    state,
    is_first_state,
    is_last_state,
    numerator,
    denominator,
    -- what a definition at either end makes above 100, or of nobody, is in no national figure
    denominator > 0 and (numerator <= denominator or not (is_first_state or is_last_state)) as is_usable,
    weakness
from complete
