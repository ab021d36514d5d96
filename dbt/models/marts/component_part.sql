with parts as (

    select * from {{ ref('component_parts') }}

)

select
    component,
    person_scope,
    offer,
    source,
    statistic,
    definition_id,
    weight
from parts
