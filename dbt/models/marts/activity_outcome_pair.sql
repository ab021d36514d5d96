-- Councils that have both a published rate of activity and a published share of better outcomes.
with outcomes as (

    select
        wave,
        instrument,
        domain,
        group_value as council_id,
        better_pct,
        evidence_class
    from {{ ref('poet_outcome') }}
    where group_type = 'council' and not suppressed

),

waves as (

    select * from {{ ref('poet_waves') }}

),

-- one row for all targets; a rate without a verdict contradicts itself
rates as (

    select distinct
        council_id,
        financial_year,
        basis_id as activity,
        definition_id,
        person_scope,
        rate_pct as activity_pct,
        evidence_class
    from {{ ref('target_attainment') }}
    where rate_pct is not null and verdict is not null

),

shares as (

    select
        area_id as council_id,
        financial_year,
        person_scope,
        source,
        measure,
        direct_payment_share_pct as activity_pct,
        evidence_class
    from {{ ref('direct_payment_share') }}
    where area_level = 'council' and direct_payment_share_pct <= 100.0

),

activities as (

    select
        council_id,
        financial_year,
        activity,
        definition_id,
        person_scope,
        cast(null as {{ dbt.type_string() }}) as source,
        cast(null as {{ dbt.type_string() }}) as measure,
        activity_pct,
        evidence_class
    from rates
    union all
    select
        council_id,
        financial_year,
        'direct_payment_share' as activity,
        cast(null as {{ dbt.type_string() }}) as definition_id,
        person_scope,
        source,
        measure,
        activity_pct,
        evidence_class
    from shares

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

)

select
    outcomes.wave,
    waves.financial_year,
    outcomes.instrument,
    outcomes.domain,
    activities.activity,
    activities.definition_id,
    activities.person_scope,
    activities.source,
    activities.measure,
    outcomes.council_id,
    activities.activity_pct,
    outcomes.better_pct,
    greatest(of_outcomes.weakness, of_activities.weakness) as weakness
from outcomes
inner join waves on outcomes.wave = waves.wave
inner join activities
    on waves.financial_year = activities.financial_year and outcomes.council_id = activities.council_id
inner join evidence_classes as of_outcomes on outcomes.evidence_class = of_outcomes.evidence_class
inner join evidence_classes as of_activities on activities.evidence_class = of_activities.evidence_class
