with kinds as (

    select * from {{ ref('rounding_kinds') }}

)

select
    rounding,
    below,
    above,
    zero_is_exact,
    smallest_printed,
    description
from kinds
