with bases as (

    select * from {{ ref('bases') }}

)

select
    basis_id,
    person_scope,
    title,
    numerator,
    denominator,
    valid_from_year,
    valid_to_year,
    note
from bases
