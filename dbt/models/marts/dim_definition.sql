with definitions as (

    select * from {{ ref('definitions') }}

)

select
    definition_id,
    publisher,
    measure_code,
    title,
    valid_from_year,
    valid_to_year,
    person_scope,
    numerator,
    denominator,
    denominator_base,
    one_off,
    direct_payments,
    time_basis,
    rounding,
    verification,
    citation,
    note
from definitions
