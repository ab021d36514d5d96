with compared as (

    select * from {{ ref('int_definition_comparability') }}

)

select
    definition_a,
    definition_b,
    verdict,
    reasons
from compared
