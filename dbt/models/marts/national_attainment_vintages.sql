with attainment as (

    select * from {{ ref('target_attainment_vintages') }}

),

estimates as (

    select * from {{ ref('int_national_estimates') }}

),

vintages as (

    select * from {{ ref('int_vintages') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

-- many rows to few in one plain aggregation; what a verdict means for the totals comes after it
tallied as (

    select
        financial_year,
        vintage_no,
        basis_id,
        definition_id,
        person_scope,
        target_id,
        timing,
        verdict,
        evidence_class,
        count(*) as councils,
        sum(case when rate_pct is not null then numerator end) as numerator,
        sum(case when rate_pct is not null then denominator end) as denominator,
        {{ exact_sum_of_rates('rate_pct') }} as rate_sum,
        count(rate_pct) as rates
    from attainment
    group by
        financial_year,
        vintage_no,
        basis_id,
        definition_id,
        person_scope,
        target_id,
        timing,
        verdict,
        evidence_class

),

counted as (

    select
        tallied.financial_year,
        tallied.vintage_no,
        tallied.basis_id,
        tallied.definition_id,
        tallied.person_scope,
        tallied.target_id,
        tallied.timing,
        sum(tallied.councils) as councils_in_scope,
        sum(case when tallied.verdict in ('met', 'missed', 'undetermined') then tallied.councils else 0 end)
            as councils_with_data,
        sum(case when tallied.verdict = 'met' then tallied.councils else 0 end) as councils_met,
        sum(case when tallied.verdict = 'missed' then tallied.councils else 0 end) as councils_missed,
        sum(case when tallied.verdict = 'undetermined' then tallied.councils else 0 end) as councils_undetermined,
        -- a rate above 100 has no verdict and is in no national figure
        sum(case when tallied.verdict is not null then tallied.numerator end) as numerator,
        sum(case when tallied.verdict is not null then tallied.denominator end) as denominator,
        {{ exact_sum('case when tallied.verdict is not null then tallied.rate_sum end') }}
        / nullif(sum(case when tallied.verdict is not null then tallied.rates end), 0) as mean_rate_pct,
        max(evidence_classes.weakness) as weakness
    from tallied
    inner join evidence_classes on tallied.evidence_class = evidence_classes.evidence_class
    group by
        tallied.financial_year,
        tallied.vintage_no,
        tallied.basis_id,
        tallied.definition_id,
        tallied.person_scope,
        tallied.target_id,
        tallied.timing

)

select
    counted.financial_year,
    counted.vintage_no,
    vintages.known_from,
    vintages.known_until,
    vintages.is_current,
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
inner join vintages
    on counted.financial_year = vintages.financial_year and counted.vintage_no = vintages.vintage_no
inner join evidence_classes on counted.weakness = evidence_classes.weakness
left join estimates
    on
        counted.financial_year = estimates.financial_year
        and counted.vintage_no = estimates.vintage_no
        and counted.basis_id = estimates.basis_id
        and coalesce(counted.definition_id, 'none') = coalesce(estimates.definition_id, 'none')
        and counted.person_scope = estimates.person_scope
