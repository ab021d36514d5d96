with components as (

    select * from {{ ref('quantity_components') }}

),

quantities as (

    select * from {{ ref('quantities') }}
    where component is not null

)

select
    quantities.component,
    quantities.person_scope,
    components.source_priority as offer,
    components.source,
    components.statistic,
    components.definition_id,
    components.weight
from quantities
inner join components on quantities.quantity_id = components.quantity_id
