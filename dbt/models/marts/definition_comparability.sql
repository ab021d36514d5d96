with compared as (

    select * from {{ ref('int_definitions_compared') }}

)

select
    definition_a,
    definition_b,
    verdict,
    reasons
from compared
