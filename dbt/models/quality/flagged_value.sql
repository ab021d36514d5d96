with read_flags as (

    select * from {{ ref('stg_flagged_value') }}

),

rates as (

    select * from {{ ref('int_rates') }}
    where is_current and breakdown = 'total' and rate_status = 'above_100'

),

observations as (

    select distinct
        source,
        release,
        source_file,
        source_sha256
    from {{ ref('int_observations') }}

),

jumps as (

    select * from {{ ref('int_rate_outliers') }}

),

-- a rate exists only once numerator and denominator have met, which no reader can see
rate_flags as (

    select
        observations.source,
        rates.financial_year,
        observations.release,
        rates.source_file,
        rates.source_sha256,
        rates.source_locator,
        rates.council_id as area_code,
        rates.basis_id || coalesce(' ' || rates.definition_id, '') as field,
        'rate-above-100' as rule_id,
        cast(rates.numerator as {{ dbt.type_string() }})
        || ' of ' || cast(rates.denominator as {{ dbt.type_string() }}) as token,
        'the numerator is larger than the denominator: the counts stand, without bounds, verdict or a place in a '
        || 'national figure' as message,
        'model' as found_by
    from rates
    inner join observations
        on rates.source_file = observations.source_file and rates.source_sha256 = observations.source_sha256

),

-- what a council wrote beside its answers stands whole: whether it is a reason is for the reader to say
jump_flags as (

    select
        observations.source,
        jumps.financial_year,
        observations.release,
        jumps.source_file,
        jumps.source_sha256,
        jumps.source_locator,
        jumps.council_id as area_code,
        jumps.rate_name as field,
        'rate-jump' as rule_id,
        'from ' || cast(round(jumps.previous_rate_pct, 1) as {{ dbt.type_string() }})
        || ' to ' || cast(round(jumps.rate_pct, 1) as {{ dbt.type_string() }}) as token,
        'the rate moved by ' || cast(round(jumps.change_pp, 1) as {{ dbt.type_string() }})
        || ' points in a year' || coalesce(', beside ' || jumps.also_moved, '') || '; '
        || case
            when jumps.comments is not null
                then 'the ADASS return of ' || jumps.financial_year || ' says: "' || jumps.comments || '"'
            when jumps.sent_a_return
                then 'the ADASS return of ' || jumps.financial_year || ' says nothing about why'
            else 'there is no ADASS return of ' || jumps.financial_year || ' that could say why'
        end as message,
        'model' as found_by
    from jumps
    inner join observations
        on jumps.source_file = observations.source_file and jumps.source_sha256 = observations.source_sha256

)

select
    source,
    financial_year,
    release,
    source_file,
    source_sha256,
    source_locator,
    area_code,
    field,
    rule_id,
    token,
    message,
    'reader' as found_by
from read_flags
union all
select * from rate_flags
union all
select * from jump_flags
