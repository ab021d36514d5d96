-- The responses of each wave's latest release, one a row: which conditions each met, and what each
-- said of every outcome. A view: to store ten million rows of fifty columns takes longer than to count
-- them, and they are counted in one pass (int_poet_tally).
{{ config(materialized='view') }}
{%- set responses = ref('stg_poet') -%}
{%- set directions = poet_directions(ref('int_poet_answer')) -%}
{%- set conditions = poet_step_columns(responses) + poet_asked_conditions(ref('poet_conditions')) -%}
{%- set tests = poet_test_columns(responses) -%}
{%- set outcomes = poet_outcome_columns(responses) %}

with responses as (

    select * from {{ responses }}

),

latest as (

    select * from {{ ref('int_poet_release') }}
    where is_latest

),

-- answers are looked up before the join: an engine looks up each distinct answer once while the column
-- is as it was read
judged as (

    select
        wave,
        release,
        instrument,
        council_id,
        age_band,
        care_groups,
        management,
        {%- for condition in conditions %}
            {{ looked_up(condition, directions) }} > 0 as cond_{{ condition }},
        {%- endfor %}
        {%- for test in tests %}
            {{ looked_up(test, directions) }} > 0 as {{ test }},
        {%- endfor %}
        {%- for outcome in outcomes %}
            {{ looked_up(outcome, directions) }} as {{ outcome }},
        {%- endfor %}
        all_blank,
        straight_lined
    from responses

)

select
    latest.financial_year,
    latest.weakness,
    judged.*
from judged
inner join latest on judged.wave = latest.wave and judged.release = latest.release
