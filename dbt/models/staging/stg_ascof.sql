with landed as (

    select * from {{ source('landing', 'ascof') }}

),

measure_codes as (

    select * from {{ ref('measure_codes') }}

),

of_known_measures as (

    select
        landed.*,
        measure_codes.definition_id,
        measure_codes.breakdown
    from landed
    inner join measure_codes
        on
            landed.measure_code = measure_codes.printed_code
            and {{ year_within('landed.financial_year', 'measure_codes.first_year', 'measure_codes.last_year') }}
    where landed.measure_type in ('numerator', 'denominator', 'outcome')

),

observed as (

    select
        of_known_measures.source,
        of_known_measures.financial_year,
        of_known_measures.release,
        of_known_measures.published_on,
        of_known_measures.area_level,
        of_known_measures.area_id,
        of_known_measures.definition_id,
        of_known_measures.breakdown,
        of_known_measures.measure_type as statistic,
        case of_known_measures.measure_type when 'outcome' then 'percent' else 'people' end as unit,
        of_known_measures.measure_value as measured_value,
        of_known_measures.measure_value_lower as token_lower,
        of_known_measures.measure_value_upper as token_upper,
        of_known_measures.measure_value_status as status_code,
        of_known_measures.measure_value_token as token,
        of_known_measures.evidence_class,
        of_known_measures.source_file,
        of_known_measures.source_sha256,
        of_known_measures.source_locator
    from of_known_measures

)

select
    {{ observation_columns() }}
from observed
