-- A point for each rate, once: target_attainment has it once for each target.
with judged as (

    select * from {{ without_database(ref('target_attainment')) }}

),

-- the one target that a year is judged by
year_targets as (

    select distinct
        financial_year,
        target_id
    from {{ without_database(ref('council_scorecard')) }}

)

select
    judged.council_id,
    judged.council_name,
    judged.region_name,
    judged.financial_year,
    {{ financial_year_end('judged.financial_year') }} as year_ends_on,
    coalesce(judged.definition_id, judged.basis_id) || ', ' || replace(judged.person_scope, '_', ' ') as series,
    judged.basis_id,
    judged.definition_id,
    judged.person_scope,
    judged.rate_pct,
    judged.rate_lower_pct,
    judged.rate_upper_pct,
    judged.target_id,
    judged.threshold_pct,
    judged.timing,
    judged.verdict,
    judged.evidence_class,
    judged.note
from judged
inner join year_targets
    on
        judged.financial_year = year_targets.financial_year
        and judged.target_id = year_targets.target_id
