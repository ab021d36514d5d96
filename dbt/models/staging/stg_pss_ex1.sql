{%- set measured = [('clients_dp', 'clients_dp', 'total', 'people')] -%}

with landed as (

    select * from {{ source('landing', 'pss_ex1') }}

),

pss_ex1_series as (

    select * from {{ ref('pss_ex1_series') }}

),

long_form as (
    {{ unpivot_measured('landed', provenance_columns() + ['area_level', 'area_code', 'series'], measured) }}

),

observed as (

    select
        long_form.*,
        case long_form.area_level when 'england' then 'England' else long_form.area_code end as area_id,
        pss_ex1_series.definition_id
    from long_form
    left join pss_ex1_series on long_form.series = pss_ex1_series.series

)

select
    {{ observation_columns() }}
from observed
