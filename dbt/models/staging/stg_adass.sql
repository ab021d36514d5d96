{%- set measured = [
    ('q1_eligible_total', 'q1_eligible', 'total', 'people'),
    ('q1_eligible_18_64', 'q1_eligible', '18_64', 'people'),
    ('q1_eligible_65_over', 'q1_eligible', '65_over', 'people'),
    ('q2_ongoing_pb_total', 'q2_ongoing_pb', 'total', 'people'),
    ('q2_ongoing_pb_18_64', 'q2_ongoing_pb', '18_64', 'people'),
    ('q2_ongoing_pb_65_over', 'q2_ongoing_pb', '65_over', 'people'),
    ('q2_ongoing_pb_direct_payment', 'q2_ongoing_pb_direct_payment', 'total', 'people'),
    ('q2_ongoing_pb_managed', 'q2_ongoing_pb_managed', 'total', 'people'),
    ('q2_ongoing_pb_mixed', 'q2_ongoing_pb_mixed', 'total', 'people'),
    ('q3_one_off_pb_total', 'q3_one_off_pb', 'total', 'people'),
    ('q3_one_off_pb_carers', 'q3_one_off_pb_carers', 'total', 'people'),
    ('q4_carers_eligible', 'q4_carers_eligible', 'total', 'people'),
    ('q4_carers_pb', 'q4_carers_pb', 'total', 'people'),
    ('q4_carers_direct_payment', 'q4_carers_direct_payment', 'total', 'people'),
    ('q6_spend_direct_payment_gbp', 'q6_spend_direct_payment', 'total', 'gbp'),
    ('q6_spend_managed_gbp', 'q6_spend_managed', 'total', 'gbp'),
    ('q6_spend_mixed_gbp', 'q6_spend_mixed', 'total', 'gbp'),
    ('q6_spend_total_gbp', 'q6_spend', 'total', 'gbp'),
    ('q8_forecast_next_year', 'q8_forecast_next_year', 'total', 'people'),
] -%}

with landed as (

    select * from {{ source('landing', 'adass') }}

),

definitions as (

    select * from {{ ref('definitions') }}

),

long_form as (
    {{ unpivot_measured('landed', provenance_columns() + ['area_level', 'area_code', 'wave'], measured) }}

),

observed as (

    select
        long_form.*,
        long_form.area_code as area_id,
        -- a wave that no definition is known for yet is loaded and belongs to none
        definitions.definition_id
    from long_form
    left join definitions
        on definitions.definition_id = 'ADASS_' || cast(long_form.wave as {{ dbt.type_string() }})

)

select
    {{ observation_columns() }}
from observed
