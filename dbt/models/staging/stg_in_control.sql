{%- set measured = [('pb_holders', 'pb_holders', 'total', 'people')] -%}

with landed as (

    select * from {{ source('landing', 'in_control') }}

),

definitions as (

    select * from {{ ref('definitions') }}

),

-- an observation is of a year: of several days in it, a council's last
of_the_year as (

    select
        landed.*,
        landed.area_code as area_id,
        definitions.definition_id,
        row_number() over (
            partition by landed.financial_year, landed.release, landed.area_code
            order by landed.as_of desc
        ) as from_the_last
    from landed
    inner join definitions on landed.source = definitions.source

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
