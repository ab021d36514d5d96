-- The two ends of England's bridge on every council that has what that end needs: the ADASS rate over
-- all that answered, and the official rate over all with its four counts.
with states as (

    select * from {{ ref('int_bridge_coalitions') }}
    where is_usable and area_level = 'council'

)

select
    form,
    financial_year,
    vintage_no,
    from_definition_id,
    case when is_first_state then 'from' else 'to' end as bridge_end,
    {{ rate_pct('sum(numerator)', 'sum(denominator)') }} as rate_pct,
    cast(count(*) as int) as councils,
    max(weakness) as weakness
from states
where is_first_state or is_last_state
group by form, financial_year, vintage_no, from_definition_id, case when is_first_state then 'from' else 'to' end
