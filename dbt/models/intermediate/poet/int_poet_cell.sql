-- Answers to an outcome by whether a condition of the process was met, council by council: responses
-- that answered both.
{%- set responses = ref('int_poet_response') -%}
{%- set outcomes = poet_outcome_columns(responses) -%}
{%- set conditions = poet_condition_columns(responses) %}

with tally as (

    select * from {{ ref('int_poet_tally') }}
    where counted_by = 'conditions'

),

by_condition as (
    {{ poet_by_condition('tally', conditions) }}

),

summed as (

    select
        wave,
        instrument,
        condition,
        council_id,
        cond as condition_met,
        {{- poet_summed(outcomes) }}
    from by_condition
    where cond is not null
    group by wave, instrument, condition, council_id, cond

),

by_domain as (
    {{ poet_by_domain('summed', ['wave', 'instrument', 'condition', 'council_id', 'condition_met'], outcomes) }}

)

select
    wave,
    instrument,
    condition,
    domain,
    council_id,
    condition_met,
    n_valid,
    n_better,
    n_worse,
    weakness
from by_domain
where n_valid > 0
