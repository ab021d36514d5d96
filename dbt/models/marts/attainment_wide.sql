-- Every financial year found in the data is a column: a new one needs no change here.
{%- set attainment = ref('target_attainment') %}
with rates as (

    -- a rate is the same for every target
    select distinct
        council_id,
        council_name,
        region_name,
        financial_year,
        basis_id,
        definition_id,
        person_scope,
        rate_pct,
        evidence_class
    from {{ without_database(attainment) }}

),

classes as (

    select distinct
        council_id,
        basis_id,
        definition_id,
        person_scope,
        evidence_class
    from rates

),

evidence as (

    select
        council_id,
        basis_id,
        definition_id,
        person_scope,
        {{ joined_text('evidence_class', "', '") }} as evidence_classes
    from classes
    group by council_id, basis_id, definition_id, person_scope

)

select
    rates.council_id,
    rates.council_name,
    rates.region_name,
    rates.basis_id,
    rates.definition_id,
    rates.person_scope,
    {%- for year in financial_years(attainment) %}
    max(case when rates.financial_year = '{{ year }}' then rates.rate_pct end)
        as rate_{{ year | replace('-', '_') }}_pct,
    {%- endfor %}
    evidence.evidence_classes
from rates
inner join evidence
    on
        rates.council_id = evidence.council_id
        and rates.basis_id = evidence.basis_id
        and rates.definition_id is not distinct from evidence.definition_id
        and rates.person_scope = evidence.person_scope
group by
    rates.council_id,
    rates.council_name,
    rates.region_name,
    rates.basis_id,
    rates.definition_id,
    rates.person_scope,
    evidence.evidence_classes
