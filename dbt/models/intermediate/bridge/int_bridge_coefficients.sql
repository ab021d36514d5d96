-- With which weight a counted figure stands in numerator and denominator, in every state of a
-- bridge's switches.
with forms as (

    select * from {{ ref('bridge_forms') }}

),

terms as (

    select * from {{ ref('bridge_terms') }}

),

states as (

    select * from {{ ref('shapley_states') }}

),

state_numbers as (

    select
        forms.form,
        states.state,
        count(case when states.is_on then 1 end) as switches_on,
        forms.switches
    from forms
    inner join states on forms.switches = states.switches
    group by forms.form, states.state, forms.switches

),

-- a term without a switch counts in every state
counting as (

    select
        state_numbers.form,
        state_numbers.state,
        state_numbers.switches_on,
        state_numbers.switches,
        terms.role,
        terms.source,
        terms.counted,
        terms.person_scope,
        terms.weight
    from state_numbers
    inner join terms on state_numbers.form = terms.form
    left join states
        on
            state_numbers.switches = states.switches
            and state_numbers.state = states.state
            and terms.switch_no = states.switch_no
    where coalesce(states.is_on, true)

),

weighted as (

    select
        form,
        state,
        switches_on,
        switches,
        role,
        source,
        counted,
        person_scope,
        sum(weight) as weight
    from counting
    group by form, state, switches_on, switches, role, source, counted, person_scope

)

select
    form,
    state,
    switches_on = 0 as is_first_state,
    switches_on = switches as is_last_state,
    role,
    source,
    counted,
    person_scope,
    weight
from weighted
where weight <> 0
