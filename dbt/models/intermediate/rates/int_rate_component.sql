-- Numerator and denominator of every definition and common basis, as weighted parts of what the
-- sources give: the rules of a definition are matched with the parts that serve them.
with definitions as (

    select * from {{ ref('definitions') }}

),

bases as (

    select * from {{ ref('bases') }}

),

parts as (

    select * from {{ ref('rate_parts') }}

),

rules as (

    select
        'published' as basis_id,
        definition_id,
        source as stated_by,
        person_scope,
        numerator_kind,
        denominator_base,
        one_off,
        valid_from_year,
        valid_to_year
    from definitions
    where basis_kind = 'percent'
    union all
    select
        basis_id,
        cast(null as {{ dbt.type_string() }}) as definition_id,
        'common' as stated_by,
        person_scope,
        numerator_kind,
        denominator_base,
        one_off,
        valid_from_year,
        valid_to_year
    from bases
    where basis_id <> 'published'

)

select
    rules.basis_id,
    rules.definition_id,
    rules.person_scope,
    rules.valid_from_year,
    rules.valid_to_year,
    parts.offer,
    parts.role,
    parts.source,
    parts.statistic,
    parts.weight,
    parts.taken_from
from rules
inner join parts
    on
        rules.stated_by = parts.stated_by
        -- a rule that a part does not name is served whatever it is
        and rules.numerator_kind = coalesce(parts.numerator_kind, rules.numerator_kind)
        and rules.denominator_base = coalesce(parts.denominator_base, rules.denominator_base)
        and rules.person_scope = coalesce(parts.person_scope, rules.person_scope)
        and rules.one_off = coalesce(parts.one_off, rules.one_off)
