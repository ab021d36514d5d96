with parts as (

    select * from {{ ref('direct_payment_components') }}

)

select
    source,
    measure,
    person_scope,
    role,
    statistic,
    definition_id
from parts
