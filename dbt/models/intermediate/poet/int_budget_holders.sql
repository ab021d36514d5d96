-- Official holders of each kind of budget, with the interval their rounding leaves: of each council,
-- and of England as the publisher's own England row has it.
with budget_types as (

    select * from {{ ref('genuine_budget_types') }}

),

quantities as (

    select * from {{ ref('int_quantities') }}
    where vintage_kind = 'known' and is_current and breakdown = 'total'

)

select
    quantities.financial_year,
    quantities.area_level,
    quantities.area_id,
    budget_types.budget_type,
    quantities.value as holders,
    quantities.value_lower as holders_lower,
    quantities.value_upper as holders_upper,
    quantities.is_inconsistent as contradicts,
    quantities.weakness
from quantities
inner join budget_types on quantities.quantity_id = budget_types.quantity_id
