{%- set measured = [
    ('users', 'users', 'total', 'people'),
    ('users_sds', 'users_sds', 'total', 'people'),
    ('users_dp', 'users_dp', 'total', 'people'),
    ('carers', 'carers', 'total', 'people'),
    ('carers_sds', 'carers_sds', 'total', 'people'),
    ('carers_dp', 'carers_dp', 'total', 'people'),
] -%}

with landed as (

    select * from {{ source('landing', 'ccs') }}

),

long_form as (
    {{ unpivot_measured('landed', provenance_columns() + ['area_level', 'area_code'], measured) }}

),

observed as (

    select
        *,
        case area_level when 'england' then 'England' else area_code end as area_id,
        -- a community care count is a component of several definitions and belongs to none
        cast(null as {{ dbt.type_string() }}) as definition_id
    from long_form

)

select
    {{ observation_columns() }}
from observed
