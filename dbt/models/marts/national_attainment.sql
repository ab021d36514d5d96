with attainment as (

    select * from {{ ref('target_attainment') }}

),

estimates as (

    select * from {{ ref('int_national_estimate') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

counted as (

    select
        attainment.financial_year,
        attainment.basis_id,
        attainment.definition_id,
        attainment.person_scope,
        attainment.target_id,
        attainment.timing,
        count(*) as councils_in_scope,
        count(case when attainment.verdict in ('met', 'missed', 'undetermined') then 1 end) as councils_with_data,
        count(case when attainment.verdict = 'met' then 1 end) as councils_met,
        count(case when attainment.verdict = 'missed' then 1 end) as councils_missed,
        count(case when attainment.verdict = 'undetermined' then 1 end) as councils_undetermined,
        -- a rate above 100 has no verdict and is in no national figure
        sum(case when attainment.verdict is not null and attainment.rate_pct is not null then attainment.numerator end)
            as numerator,
        sum(
            case when attainment.verdict is not null and attainment.rate_pct is not null then attainment.denominator end
        ) as denominator,
        avg(case when attainment.verdict is not null then attainment.rate_pct end) as mean_rate_pct,
        max(evidence_classes.weakness) as weakness
    from attainment
    inner join evidence_classes on attainment.evidence_class = evidence_classes.evidence_class
    group by
        attainment.financial_year,
        attainment.basis_id,
        attainment.definition_id,
        attainment.person_scope,
        attainment.target_id,
        attainment.timing

)

select
    counted.financial_year,
    counted.basis_id,
    counted.definition_id,
    counted.person_scope,
    counted.target_id,
    counted.timing,
    cast(counted.councils_in_scope as int) as councils_in_scope,
    cast(counted.councils_with_data as int) as councils_with_data,
    cast(counted.councils_met as int) as councils_met,
    cast(counted.councils_missed as int) as councils_missed,
    cast(counted.councils_undetermined as int) as councils_undetermined,
    case
        when counted.councils_with_data > 0 then 100.0 * counted.councils_met / counted.councils_with_data
    end as share_met_pct,
    {{ wilson_lower_pct('counted.councils_met', 'counted.councils_with_data', var('limits_z')) }}
        as share_met_wilson_lower_pct,
    {{ wilson_upper_pct('counted.councils_met', 'counted.councils_with_data', var('limits_z')) }}
        as share_met_wilson_upper_pct,
    100.0 * counted.councils_met / counted.councils_in_scope as share_met_lower_pct,
    100.0 * (counted.councils_in_scope - counted.councils_missed) / counted.councils_in_scope as share_met_upper_pct,
    {{ rate_pct('counted.numerator', 'counted.denominator') }} as pooled_rate_pct,
    counted.mean_rate_pct,
    estimates.estimated_rate_pct,
    estimates.estimated_rate_se_pp,
    estimates.estimate_note,
    evidence_classes.evidence_class
from counted
inner join evidence_classes on counted.weakness = evidence_classes.weakness
left join estimates
    on
        counted.financial_year = estimates.financial_year
        and counted.basis_id = estimates.basis_id
        and coalesce(counted.definition_id, 'none') = coalesce(estimates.definition_id, 'none')
        and counted.person_scope = estimates.person_scope
