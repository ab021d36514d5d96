with budget_types as (

    select * from {{ ref('genuine_budget_types') }}

),

components as (

    select * from {{ ref('quantity_components') }}

)

select
    budget_types.budget_type,
    components.source,
    components.statistic,
    components.weight
from budget_types
inner join components on budget_types.quantity_id = components.quantity_id
