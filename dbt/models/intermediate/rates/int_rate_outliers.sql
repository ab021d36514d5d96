-- Councils whose rate moved by jump_points or more in a year within one series, with what their return
-- of that year says about why. A council that moves does so on several bases at once: it is one jump,
-- told by the basis that names it first and there by the greatest move, beside what else moved.
{%- set jump_points = var('jump_points') %}

with changes as (

    select * from {{ ref('int_rates_yoy') }}
    where area_level = 'council' and change_pp is not null

),

bases as (

    select * from {{ ref('bases') }}

),

returns as (

    select * from {{ ref('int_adass_returns') }}
    where is_current

),

-- compared by counts: a change of exactly so many points is one, whatever a division makes of it
moved as (

    select
        changes.*,
        changes.basis_id || coalesce(' ' || changes.definition_id, '') || ' ' || changes.person_scope as rate_name,
        row_number() over (
            partition by changes.area_id, changes.financial_year
            order by
                bases.jump_order asc,
                abs(changes.change_pp) desc,
                changes.basis_id asc,
                changes.definition_id asc,
                changes.person_scope asc
        ) as place
    from changes
    inner join bases
        on
            changes.basis_id = bases.basis_id
            and changes.person_scope = coalesce(bases.person_scope, changes.person_scope)
    where
        abs(changes.numerator * changes.previous_denominator - changes.previous_numerator * changes.denominator) * 100.0
        >= {{ jump_points }} * changes.denominator * changes.previous_denominator

),

also_moved as (

    select
        area_id,
        financial_year,
        {{ joined_text("rate_name || ' by ' || cast(round(change_pp, 1) as " ~ dbt.type_string() ~ ")", "', '") }} as rates
    from moved
    where place > 1
    group by area_id, financial_year

),

jumps as (

    select * from moved
    where place = 1

)

select
    jumps.area_id as council_id,
    jumps.financial_year,
    jumps.rate_name,
    jumps.rate_pct,
    jumps.previous_rate_pct,
    jumps.change_pp,
    also_moved.rates as also_moved,
    jumps.source_file,
    jumps.source_sha256,
    jumps.source_locator,
    returns.council_id is not null as sent_a_return,
    returns.comments
from jumps
left join also_moved
    on jumps.area_id = also_moved.area_id and jumps.financial_year = also_moved.financial_year
left join returns
    on jumps.area_id = returns.council_id and jumps.financial_year = returns.financial_year
