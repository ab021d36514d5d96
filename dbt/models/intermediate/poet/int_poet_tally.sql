-- Every response counted in one pass, once for each way in which figures group: by the person's own
-- marks, by the care groups ticked, and by conditions of the process, some of them together so that
-- there are fewer ways. A column that is not of a way is NULL in its rows; sums of these rows are the
-- counts of POET.
{%- set responses = ref('int_poet_response') -%}
{%- set outcomes = poet_outcome_columns(responses) -%}
{%- set conditions = poet_condition_columns(responses) %}

with responses as (

    select * from {{ responses }}

)

select
    wave,
    instrument,
    council_id,
    age_band,
    management,
    care_groups,
    {%- for condition in conditions %}
        {{ condition }},
    {%- endfor %}
    case
        when grouping(age_band) = 0 then 'person'
        when grouping(care_groups) = 0 then 'care_groups'
        else 'conditions'
    end as counted_by,
    count(*) as n_responses,
    max(weakness) as weakness,
    {{- poet_counted(outcomes) }}
from responses
group by grouping sets (
    (wave, instrument, council_id, age_band, management),
    (wave, instrument, care_groups),
    {%- for together in conditions | batch(var('conditions_counted_together')) %}
        (wave, instrument, council_id, {{ together | join(', ') }}){{ ',' if not loop.last }}
    {%- endfor %}
)
