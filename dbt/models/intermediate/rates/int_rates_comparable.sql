-- What the year before was in the series of each basis and definition: the definition it was counted
-- on, and why the two years must not be joined where they must not. A definition goes on under
-- another name where the two are the same by int_definitions_compared.
with rates as (

    select distinct
        basis_id,
        definition_id,
        person_scope,
        financial_year,
        {{ previous_financial_year('financial_year') }} as previous_year
    from {{ ref('int_rates') }}
    where is_current and breakdown = 'total'

),

definitions as (

    select * from {{ ref('definitions') }}

),

comparability as (

    select * from {{ ref('int_definitions_compared') }}

),

breaks as (

    select * from {{ ref('series_breaks') }}

),

components as (

    select distinct
        basis_id,
        definition_id,
        person_scope,
        source
    from {{ ref('int_rate_components') }}

),

-- the definitions of the year before that could be the same thing under another name, best first: of
-- those that are the same, one with figures
candidates as (

    select
        rates.definition_id,
        rates.financial_year,
        earlier.definition_id as previous_definition_id,
        comparability.verdict,
        comparability.reasons,
        row_number() over (
            partition by rates.definition_id, rates.financial_year
            order by
                case when earlier.definition_id = rates.definition_id or comparability.verdict = 'same' then 0 else 1 end asc,
                case when comparability.verdict <> 'same' then comparability.weakness end asc,
                case when loaded.definition_id is null then 1 else 0 end asc,
                case when earlier.definition_id = rates.definition_id then 0 else 1 end asc,
                case when earlier.person_scope = rates.person_scope then 0 else 1 end asc,
                earlier.valid_from_year desc,
                earlier.definition_id asc
        ) as place
    from rates
    inner join definitions as current_one on rates.definition_id = current_one.definition_id
    inner join definitions as earlier
        on
            current_one.source = earlier.source
            and current_one.numerator_kind = earlier.numerator_kind
            and {{ year_within('rates.previous_year', 'earlier.valid_from_year', 'earlier.valid_to_year') }}
    left join comparability
        on
            rates.definition_id = comparability.definition_a
            and earlier.definition_id = comparability.definition_b
    left join rates as loaded
        on
            earlier.definition_id = loaded.definition_id
            and rates.previous_year = loaded.financial_year

),

broken as (

    select
        rates.basis_id,
        rates.definition_id,
        rates.person_scope,
        rates.financial_year,
        min(breaks.reason) as reason
    from rates
    inner join components
        on
            rates.basis_id = components.basis_id
            and coalesce(rates.definition_id, 'none') = coalesce(components.definition_id, 'none')
            and rates.person_scope = components.person_scope
    inner join breaks
        on
            components.source = breaks.source
            and rates.financial_year = breaks.first_year_after
            and (
                rates.definition_id is null
                or instr(';' || breaks.definition_ids || ';', ';' || rates.definition_id || ';') > 0
            )
    group by rates.basis_id, rates.definition_id, rates.person_scope, rates.financial_year

)

select
    rates.basis_id,
    rates.definition_id,
    rates.person_scope,
    rates.financial_year,
    rates.previous_year,
    candidates.previous_definition_id,
    case
        when broken.reason is not null
            then 'break in the series with ' || rates.financial_year || ': ' || broken.reason
        when rates.definition_id is null then null
        when candidates.previous_definition_id is null
            then 'the definition begins with ' || rates.financial_year || ': nothing like it was counted before'
        when candidates.previous_definition_id <> rates.definition_id and candidates.verdict <> 'same'
            then
                'change of definition from ' || candidates.previous_definition_id || ' (' || candidates.verdict || '): '
                || candidates.reasons
    end as refused_reason
from rates
left join candidates
    on
        rates.definition_id = candidates.definition_id
        and rates.financial_year = candidates.financial_year
        and candidates.place = 1
left join broken
    on
        rates.basis_id = broken.basis_id
        and coalesce(rates.definition_id, 'none') = coalesce(broken.definition_id, 'none')
        and rates.person_scope = broken.person_scope
        and rates.financial_year = broken.financial_year
