-- Who answered for a year: the councils valid on its 31 March, of the type they were of then. A
-- county that became a unitary authority kept its council's code and got another ONS code, whose
-- beginning tells the type.
with years as (

    select distinct financial_year from {{ ref('int_releases') }}

),

year_ends as (

    select
        financial_year,
        {{ financial_year_end('financial_year') }} as year_end
    from years

),

councils as (

    select * from {{ ref('councils') }}

),

codes as (

    select * from {{ ref('council_gss') }}

),

types as (

    select * from {{ ref('gss_council_types') }}

)

select
    year_ends.financial_year,
    councils.council_id,
    councils.council_name,
    councils.region_code,
    councils.region_name,
    coalesce(types.council_type, councils.council_type) as council_type
from year_ends
inner join councils
    on
        year_ends.year_end >= councils.valid_from
        and year_ends.year_end <= coalesce(councils.valid_to, year_ends.year_end)
left join codes
    on
        councils.council_id = codes.council_id
        and year_ends.year_end >= codes.valid_from
        and year_ends.year_end <= coalesce(codes.valid_to, year_ends.year_end)
left join types on codes.gss_code like types.gss_prefix || '%'
