with parts as (

    select * from {{ ref('genuine_budget_parts') }}

),

counts as (

    select * from {{ ref('count_components') }}

)

select
    parts.budget_type,
    counts.source,
    counts.statistic,
    parts.weight * counts.weight as weight
from parts
inner join counts on parts.count_name = counts.count_name
