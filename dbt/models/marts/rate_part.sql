with parts as (

    select * from {{ ref('int_rate_components') }}

)

select
    basis_id,
    definition_id,
    person_scope,
    valid_from_year,
    valid_to_year,
    role,
    offer,
    source,
    statistic,
    weight,
    taken_from
from parts
