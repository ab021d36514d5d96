with amounts as (

    select * from {{ ref('direct_payment_amounts') }}

),

components as (

    select * from {{ ref('quantity_components') }}

)

select
    amounts.source,
    amounts.measure,
    amounts.person_scope,
    amounts.role,
    components.statistic,
    components.definition_id
from amounts
inner join components on amounts.quantity_id = components.quantity_id and amounts.source = components.source
