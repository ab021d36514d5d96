-- Councils whose rate moved by jump_points or more in a year within one series, with what their return
-- of that year says about why.
{%- set jump_points = var('jump_points') %}

with changes as (

    select * from {{ ref('int_series_change') }}
    where area_level = 'council' and change_pp is not null

),

returns as (

    select * from {{ ref('int_adass_return') }}

),

-- compared by counts: a change of exactly so many points is one, whatever a division makes of it
jumps as (

    select * from changes
    where
        abs(numerator * previous_denominator - previous_numerator * denominator) * 100.0
        >= {{ jump_points }} * denominator * previous_denominator

)

select
    jumps.area_id as council_id,
    jumps.financial_year,
    jumps.basis_id,
    jumps.definition_id,
    jumps.person_scope,
    jumps.rate_pct,
    jumps.previous_rate_pct,
    jumps.change_pp,
    jumps.source_file,
    jumps.source_sha256,
    jumps.source_locator,
    returns.council_id is not null as sent_a_return,
    returns.comments
from jumps
left join returns
    on jumps.area_id = returns.council_id and jumps.financial_year = returns.financial_year
