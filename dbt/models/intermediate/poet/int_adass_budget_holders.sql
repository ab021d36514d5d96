-- ADASS's own count of people on an ongoing budget, by the area it speaks of: of a council what it
-- returned; of England the figure that ADASS published of the last day in the year, and the sum of
-- the returns where it published none.
with returns as (

    select * from {{ ref('int_quantities') }}
    where
        quantity_id = 'people_with_budget' and breakdown = 'total' and area_level = 'council'
        and vintage_kind = 'known' and is_current and is_last_wave and value is not null

),

figures as (

    select * from {{ ref('stg_published') }}
    where
        figure_source = 'adass' and statistic = 'people_with_budget'
        and area_level = 'england' and as_of is not null
        -- neither recalled nor worked out by us
        and verification not in ('U', 'D')

),

ordered as (

    select
        *,
        row_number() over (
            partition by figure_year
            order by as_of desc, figure_precision asc, figure_id asc
        ) as place
    from figures

),

published as (

    select * from ordered
    where place = 1

),

summed as (

    select
        financial_year,
        sum(value) as estimate,
        cast(count(*) as int) as councils,
        max(weakness) as weakness
    from returns
    group by financial_year

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

england as (

    select
        coalesce(published.figure_year, summed.financial_year) as financial_year,
        coalesce(published.figure_value, summed.estimate) as estimate,
        published.figure_id,
        case when published.figure_id is null then summed.councils end as councils,
        coalesce(evidence_classes.weakness, summed.weakness) as weakness
    from summed
    full outer join published on summed.financial_year = published.figure_year
    left join evidence_classes
        on published.figure_id is not null and evidence_classes.evidence_class = 'published'

)

select
    financial_year,
    'council' as area_level,
    area_id,
    value as estimate,
    cast(null as {{ dbt.type_string() }}) as figure_id,
    cast(1 as int) as councils,
    weakness
from returns
union all
select
    financial_year,
    'england' as area_level,
    'England' as area_id,
    estimate,
    figure_id,
    councils,
    weakness
from england
