-- In Control's latest count by the end of each year that POET asked about, of every member council
-- and of them together.
with counts as (

    select * from {{ ref('int_in_control_counts') }}

),

years as (

    select distinct
        financial_year,
        {{ financial_year_end('financial_year') }} as year_end
    from {{ ref('poet_waves') }}

),

ordered as (

    select
        years.financial_year,
        counts.council_id,
        counts.as_of,
        counts.pb_holders,
        counts.weakness,
        row_number() over (
            partition by years.financial_year, counts.council_id
            order by counts.as_of desc
        ) as newer
    from counts
    inner join years on counts.as_of <= years.year_end
    where counts.pb_holders is not null

),

latest as (

    select * from ordered
    where newer = 1

)

select
    financial_year,
    'council' as area_level,
    council_id as area_id,
    pb_holders,
    as_of,
    cast(1 as int) as councils,
    weakness
from latest
union all
select
    financial_year,
    'england' as area_level,
    'England' as area_id,
    sum(pb_holders) as pb_holders,
    max(as_of) as as_of,
    cast(count(*) as int) as councils,
    max(weakness) as weakness
from latest
group by financial_year
