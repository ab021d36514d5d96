{%- set measured = [('pb_holders', 'pb_holders', 'total', 'people')] -%}

with returns as (

    select * from {{ ref('stg_in_control_return') }}

),

-- an observation is of a year: of several days in it, a council's last one
of_the_year as (

    select
        returns.*,
        row_number() over (
            partition by returns.financial_year, returns.release, returns.area_id
            order by returns.as_of desc
        ) as from_the_last
    from returns

),

last_of_the_year as (

    select * from of_the_year
    where from_the_last = 1

),

observed as (
    {{ unpivot_measured(
        'last_of_the_year', provenance_columns() + ['area_level', 'area_id', 'definition_id'], measured
    ) }}

)

select
    {{ observation_columns() }}
from observed
