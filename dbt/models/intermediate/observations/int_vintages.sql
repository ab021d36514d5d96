-- The vintages of each year: every day on which a release of any source came out begins a vintage. The
-- last is current where every release has its day; where a release has none, what is latest now is a
-- vintage of its own that no day is known of. The releases of a vintage: macro in_vintage.
with releases as (

    select * from {{ ref('int_releases') }}

),

years as (

    select financial_year from releases
    union distinct
    select figure_year as financial_year from {{ ref('stg_published') }}
    where figure_year is not null

),

dated_years as (

    select
        financial_year,
        min(case when published_on is null then 0 else 1 end) = 1 as all_are_dated
    from releases
    group by financial_year

),

beginnings as (

    select distinct
        financial_year,
        published_on as known_from
    from releases
    where published_on is not null

),

dated as (

    select
        beginnings.financial_year,
        beginnings.known_from,
        lead(beginnings.known_from) over (
            partition by beginnings.financial_year order by beginnings.known_from
        ) as known_until,
        dated_years.all_are_dated
    from beginnings
    inner join dated_years on beginnings.financial_year = dated_years.financial_year

),

vintages as (

    select
        financial_year,
        known_from,
        known_until,
        all_are_dated and known_until is null as is_current
    from dated
    union all
    select
        years.financial_year,
        cast(null as date) as known_from,
        cast(null as date) as known_until,
        true as is_current
    from years
    left join dated_years on years.financial_year = dated_years.financial_year
    where not coalesce(dated_years.all_are_dated, false)

)

select
    financial_year,
    cast(row_number() over (partition by financial_year order by is_current, known_from) as int) as vintage_no,
    known_from,
    known_until,
    is_current
from vintages
