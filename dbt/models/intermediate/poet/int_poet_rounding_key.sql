-- What the rounding of each wave is drawn from: a digest of every count of its answers. One answer more or
-- another answer gives another key, and so another rounding of every figure of the wave.
{%- set responses = ref('int_poet_response') -%}
{%- set outcomes = poet_outcome_columns(responses) -%}
{%- set conditions = poet_condition_columns(responses) -%}
{%- set columns = [
    'instrument', 'counted_by', 'council_id', 'age_band', 'management', 'care_groups', 'n_responses',
] + conditions -%}
{%- for outcome in outcomes -%}
    {%- for measure in ['n_valid_', 'n_better_', 'n_worse_'] -%}
        {%- do columns.append(measure ~ outcome[('out_' | length):]) -%}
    {%- endfor -%}
{%- endfor %}

with tallies as (

    select
        wave,
        md5(
            {% for column in columns %}
                coalesce(cast({{ column }} as {{ dbt.type_string() }}), '') {{ "|| '|' ||" if not loop.last }}
            {% endfor %}
        ) as digest
    from {{ ref('int_poet_tally') }}

),

tests as (

    select
        wave,
        md5(
            area_id || '|' || budget_type || '|' || cast(n_valid as {{ dbt.type_string() }})
            || '|' || cast(n_passing as {{ dbt.type_string() }})
        ) as digest
    from {{ ref('int_poet_test_count') }}

),

digests as (

    select * from tallies
    union all
    select * from tests

)

select
    wave,
    md5({{ joined_text('digest', "''") }}) as rounding_key
from digests
group by wave
