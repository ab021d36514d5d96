{#- A bridge of rows: each step starts where the one before ended, and the effects add up. -#}

{% test bridge_adds_up(model, by, tolerance_pp) %}
with steps as (

    select
        *,
        lag(rate_after_pct) over (partition by {{ by | join(', ') }} order by step_no) as ended_before_pct,
        row_number() over (partition by {{ by | join(', ') }} order by step_no desc) as steps_left
    from {{ model }}

),

bridges as (

    select
        {{ by | join(', ') }},
        sum(effect_pp) as effects_pp,
        max(case when step_no = 1 then rate_before_pct end) as first_pct,
        max(case when steps_left = 1 then rate_after_pct end) as last_pct,
        max(abs(rate_before_pct - coalesce(ended_before_pct, rate_before_pct))) as widest_gap_pp
    from steps
    group by {{ by | join(', ') }}

)

-- an effect that is not known is no bridge either
select * from bridges
where
    not coalesce(abs(last_pct - first_pct - effects_pp) <= {{ tolerance_pp }}, false)
    or not coalesce(widest_gap_pp <= {{ tolerance_pp }}, false)
{% endtest %}

{#- England's bridge runs from one national rate to another, in each vintage. -#}

{% test bridge_runs_between(model, national, tolerance_pp) %}
with steps as (

    select
        *,
        row_number() over (partition by financial_year, vintage_no, from_definition_id order by step_no desc) as steps_left
    from {{ model }}
    where area_level = 'england' and councils is not null

),

national as (

    select distinct
        financial_year,
        vintage_no,
        basis_id,
        definition_id,
        person_scope,
        pooled_rate_pct
    from {{ national }}

)

select
    steps.financial_year,
    steps.vintage_no,
    steps.step,
    steps.rate_before_pct,
    steps.rate_after_pct,
    national.pooled_rate_pct
from steps
-- a wave that has no national rate of its own has nothing to be compared with
inner join national
    on
        steps.financial_year = national.financial_year
        and steps.vintage_no = national.vintage_no
        and (
            (steps.step_no = 1 and national.basis_id = 'published' and steps.from_definition_id = national.definition_id)
            or (
                steps.steps_left = 1
                and national.basis_id = 'any_per_community'
                and national.person_scope = 'users_and_carers'
            )
        )
where
    (steps.step_no = 1 or steps.steps_left = 1)
    and not coalesce(
        abs(
            case when steps.step_no = 1 then steps.rate_before_pct else steps.rate_after_pct end
            - national.pooled_rate_pct
        ) <= {{ tolerance_pp }},
        false
    )
{% endtest %}
