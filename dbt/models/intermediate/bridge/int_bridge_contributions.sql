-- The effect of each switch: what turning it on changes, averaged over all orders in which the
-- switches can be turned on (its Shapley value), and the least and greatest of those changes.
with areas as (

    select * from {{ ref('int_bridge_areas') }}

),

forms as (

    select * from {{ ref('bridge_forms') }}

),

states as (

    select * from {{ ref('shapley_states') }}

),

weights as (

    select * from {{ ref('shapley_weights') }}

),

turned_on as (

    select
        switches,
        state,
        count(case when is_on then 1 end) as on_before
    from states
    group by switches, state

),

turns as (

    select
        forms.form,
        states.switch_no,
        states.state,
        states.state_when_on,
        weights.orders,
        weights.all_orders
    from forms
    inner join states on forms.switches = states.switches and not states.is_on
    inner join turned_on on states.switches = turned_on.switches and states.state = turned_on.state
    inner join weights on states.switches = weights.switches and turned_on.on_before = weights.on_before

),

changes as (

    select
        off_state.form,
        off_state.financial_year,
        off_state.vintage_no,
        off_state.from_definition_id,
        off_state.area_level,
        off_state.area_id,
        turns.switch_no,
        turns.orders,
        turns.all_orders,
        on_state.rate_pct - off_state.rate_pct as change_pp
    from areas as off_state
    inner join turns on off_state.form = turns.form and off_state.state = turns.state
    inner join areas as on_state
        on
            off_state.form = on_state.form
            and off_state.financial_year = on_state.financial_year
            and off_state.vintage_no = on_state.vintage_no
            and off_state.from_definition_id = on_state.from_definition_id
            and off_state.area_level = on_state.area_level
            and off_state.area_id = on_state.area_id
            and turns.state_when_on = on_state.state

),

averaged as (

    select
        form,
        financial_year,
        vintage_no,
        from_definition_id,
        area_level,
        area_id,
        switch_no,
        {{ exact_sum('orders * change_pp') }} / max(all_orders) as mean_change_pp,
        min(change_pp) as effect_min_pp,
        max(change_pp) as effect_max_pp
    from changes
    group by form, financial_year, vintage_no, from_definition_id, area_level, area_id, switch_no

)

select
    form,
    financial_year,
    vintage_no,
    from_definition_id,
    area_level,
    area_id,
    switch_no,
    -- a mean lies among what it is of; the last binary digit of a sum does not know that
    least(greatest(mean_change_pp, effect_min_pp), effect_max_pp) as effect_pp,
    effect_min_pp,
    effect_max_pp
from averaged
