-- Numerator and denominator in every state, summed over the councils that have all components: for
-- each of them, their regions, and England.
with states as (

    select * from {{ ref('int_bridge_coalitions') }}
    where is_usable

),

forms as (

    select * from {{ ref('bridge_forms') }}

),

state_counts as (

    select
        switches,
        count(distinct state) as states_expected
    from {{ ref('shapley_states') }}
    group by switches

),

counted as (

    select
        states.*,
        count(*) over (
            partition by
                states.form,
                states.financial_year,
                states.vintage_no,
                states.from_definition_id,
                states.area_level,
                states.area_id
        ) as states_given,
        state_counts.states_expected
    from states
    inner join forms on states.form = forms.form
    inner join state_counts on forms.switches = state_counts.switches

),

complete as (

    select * from counted
    where states_given = states_expected

),

placed as (

    select
        *,
        area_level as bridge_level,
        area_id as bridge_id
    from complete
    union all
    select
        *,
        'region' as bridge_level,
        region_code as bridge_id
    from complete
    where area_level = 'council'
    union all
    select
        *,
        'england' as bridge_level,
        'England' as bridge_id
    from complete
    where area_level = 'council'

)

select
    form,
    financial_year,
    vintage_no,
    from_definition_id,
    bridge_level as area_level,
    bridge_id as area_id,
    state,
    is_first_state,
    is_last_state,
    {{ rate_pct('sum(numerator)', 'sum(denominator)') }} as rate_pct,
    cast(count(case when area_level = 'council' then 1 end) as int) as councils,
    max(weakness) as weakness
from placed
group by
    form,
    financial_year,
    vintage_no,
    from_definition_id,
    bridge_level,
    bridge_id,
    state,
    is_first_state,
    is_last_state
