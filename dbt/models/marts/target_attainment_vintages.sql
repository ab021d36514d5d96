with rates as (

    select * from {{ ref('int_rates') }}
    where vintage_kind = 'known' and breakdown = 'total'

),

targets as (

    select * from {{ ref('int_targets_by_year') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

judged as (

    select
        rates.*,
        targets.target_id,
        targets.threshold_pct,
        targets.timing,
        evidence_classes.evidence_class,
        case
            when rates.rate_status = 'above_100' then null
            else {{ verdict('rates.rate_lower_pct', 'rates.rate_upper_pct', 'targets.threshold_pct') }}
        end as verdict,
        case
            when rates.rate_status = 'above_100'
                then 'the counts contradict each other: the rate is above 100, so there is no verdict'
            when rates.rate_status = 'range' then 'a count is a range: the verdict comes from the interval'
            when rates.rate_status = 'no_data' and rates.numerator_upper is null and rates.denominator_upper is null
                then 'neither count is known'
            when rates.rate_status = 'no_data' and rates.numerator_upper is null then 'the numerator is not known'
            when rates.rate_status = 'no_data' and rates.denominator_upper is null then 'the denominator is not known'
            when rates.rate_status = 'no_data' then 'nobody in the denominator: there is no rate'
        end as status_note
    from rates
    inner join targets on rates.financial_year = targets.financial_year
    inner join evidence_classes on rates.weakness = evidence_classes.weakness

)

select
    council_id,
    council_name,
    region_name,
    financial_year,
    vintage_no,
    known_from,
    known_until,
    is_current,
    basis_id,
    definition_id,
    person_scope,
    target_id,
    threshold_pct,
    timing,
    numerator,
    denominator,
    rate_pct,
    rate_lower_pct,
    rate_upper_pct,
    rate_pct - threshold_pct as margin_pp,
    verdict,
    evidence_class,
    case
        when basis_note is null then status_note
        when status_note is null then basis_note
        else basis_note || '; ' || status_note
    end as note
from judged
