-- What every source says, one observation a row, with its interval and its place among the releases.
with observed as (

    {{ union_of_sources(['*']) }}

),

releases as (

    select * from {{ ref('int_releases') }}

),

rounding_rules as (

    select * from {{ ref('rounding_rules') }}

),

rounding_kinds as (

    select * from {{ ref('rounding_kinds') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

rounded as (

    select
        observed.*,
        releases.is_latest,
        releases.known_from,
        releases.known_until,
        rounding_rules.rounding,
        evidence_classes.weakness
    from observed
    inner join releases
        on
            observed.source = releases.source
            and observed.financial_year = releases.financial_year
            and coalesce(observed.definition_id, 'none') = releases.definition_key
            and observed.release = releases.release
    left join rounding_rules
        on
            observed.source = rounding_rules.source
            and observed.unit = rounding_rules.unit
            and observed.area_level = coalesce(rounding_rules.area_level, observed.area_level)
            and {{ year_within('observed.financial_year', 'rounding_rules.first_year', 'rounding_rules.last_year') }}
    left join evidence_classes on observed.evidence_class = evidence_classes.evidence_class

),

bounded as (

    select
        rounded.*,
        case
            when rounded.measured_value is null then rounded.token_lower
            else {{ count_lower('rounded.measured_value', 'kind') }}
        end as value_lower,
        case
            when rounded.measured_value is null then rounded.token_upper
            else {{ count_upper('rounded.measured_value', 'kind') }}
        end as value_upper
    from rounded
    left join rounding_kinds as kind on rounded.rounding = kind.rounding

)

select
    {{ dbt.hash(
        "source || '|' || financial_year || '|' || release || '|' || area_level || '|' || area_id"
        ~ " || '|' || coalesce(definition_id, '') || '|' || breakdown || '|' || statistic"
    ) }} as observation_id,
    source,
    financial_year,
    release,
    published_on,
    is_latest,
    known_from,
    known_until,
    area_level,
    area_id,
    definition_id,
    breakdown,
    statistic,
    unit,
    measured_value as value,
    value_lower,
    value_upper,
    rounding,
    status_code,
    token,
    evidence_class,
    weakness,
    source_file,
    source_sha256,
    source_locator
from bounded
