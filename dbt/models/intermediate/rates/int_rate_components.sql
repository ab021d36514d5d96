-- What the numerator and denominator of every definition and common basis are made of: the components of
-- the quantities that the definition or basis names, as far as they are on that definition.
with definitions as (

    select * from {{ ref('definitions') }}

),

bases as (

    select * from {{ ref('bases') }}

),

components as (

    select * from {{ ref('quantity_components') }}

),

rates as (

    select
        'published' as basis_id,
        definition_id,
        person_scope,
        valid_from_year,
        valid_to_year,
        numerator_quantity,
        denominator_quantity
    from definitions
    where basis_kind = 'percent'
    union all
    select
        basis_id,
        cast(null as {{ dbt.type_string() }}) as definition_id,
        person_scope,
        valid_from_year,
        valid_to_year,
        numerator_quantity,
        denominator_quantity
    from bases
    where basis_id <> 'published'

),

roles as (

    select
        *,
        'numerator' as role,
        numerator_quantity as quantity_id
    from rates
    union all
    select
        *,
        'denominator' as role,
        denominator_quantity as quantity_id
    from rates

)

select
    roles.basis_id,
    roles.definition_id,
    roles.person_scope,
    roles.valid_from_year,
    roles.valid_to_year,
    roles.role,
    -- the first source of the numerator goes with the first of the denominator
    cast(dense_rank() over (
        partition by roles.basis_id, roles.definition_id, roles.person_scope, roles.role
        order by components.source_priority
    ) as int) as offer,
    roles.quantity_id,
    components.source_priority,
    components.source,
    components.statistic,
    components.weight,
    components.taken_from
from roles
inner join components
    on
        roles.quantity_id = components.quantity_id
        and coalesce(components.definition_id, roles.definition_id, 'none')
        = coalesce(roles.definition_id, components.definition_id, 'none')
