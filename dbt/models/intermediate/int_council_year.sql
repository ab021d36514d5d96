-- Who answered for a year: the councils valid on its 31 March.
with years as (

    select distinct financial_year from {{ ref('int_observed') }}

),

year_ends as (

    select
        financial_year,
        {{ financial_year_end('financial_year') }} as year_end
    from years

),

councils as (

    select * from {{ ref('councils') }}

)

select
    year_ends.financial_year,
    councils.council_id,
    councils.council_name,
    councils.region_code,
    councils.region_name,
    councils.council_type
from year_ends
inner join councils
    on
        year_ends.year_end >= councils.valid_from
        and year_ends.year_end <= coalesce(councils.valid_to, year_ends.year_end)
