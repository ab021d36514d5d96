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
{%- set kept = provenance_columns() | reject('equalto', 'source_locator') | list -%}

with landed as (

    select
        *,
        source_locator as row_locator
    from {{ source('landing', 'adass') }}

),

definitions as (

    select * from {{ ref('definitions') }}

),

long_form as (
    {{ unpivot_measured('landed', kept + ['row_locator', 'area_level', 'area_code', 'wave'], measured) }}

),

placed as (

    select
        *,
        -- a return that is a sheet of its own has a row for each question, which the question tells
        case
            when row_locator like '% rows %' then row_locator || ', ' || measured_column
            else row_locator
        end as source_locator
    from long_form

),

observed as (

    select
        placed.*,
        placed.area_code as area_id,
        -- a wave that no definition is known for yet is loaded and belongs to none
        definitions.definition_id
    from placed
    left join definitions
        on definitions.definition_id = 'ADASS_' || cast(placed.wave as {{ dbt.type_string() }})

)

select
    {{ observation_columns() }}
from observed
