-- Responses without what could name a person: identifier, gender, ethnicity and free text stay in
-- landing, as does what no figure rests on.
{%- set landed = source('landing', 'poet') -%}
{%- set answers = poet_test_columns(landed) + poet_step_columns(landed) + poet_outcome_columns(landed) %}

with landed as (

    select * from {{ landed }}

)

select
    wave,
    release,
    published_on,
    evidence_class,
    instrument,
    council_code as council_id,
    age_band,
    care_groups,
    management,
    views_included,
    help_to_plan,
    {%- for answer in answers %}
        {{ answer }},
    {%- endfor %}
    all_blank,
    straight_lined
from landed
