-- How many councils stand at, above or below a threshold of the vocabulary, per definition, year and
-- release: surely, and possibly where an interval holds the threshold.
with rates as (

    select * from {{ ref('int_rates') }}
    where basis_id = 'published' and breakdown = 'total' and (vintage_kind = 'release' or is_current)

),

statistics as (

    select * from {{ ref('statistics') }}
    where kind in ('council_count', 'council_share')

),

compared as (

    select
        rates.definition_id,
        rates.financial_year,
        rates.vintage_kind,
        rates.vintage_id,
        rates.release,
        rates.is_current,
        rates.rate_status,
        rates.weakness,
        statistics.statistic,
        case statistics.comparison
            when 'ge' then rates.rate_lower_pct >= statistics.threshold_pct
            when 'gt' then rates.rate_lower_pct > statistics.threshold_pct
            when 'le' then rates.rate_upper_pct <= statistics.threshold_pct
            when 'lt' then rates.rate_upper_pct < statistics.threshold_pct
        end as is_sure,
        case statistics.comparison
            when 'ge' then rates.rate_upper_pct >= statistics.threshold_pct
            when 'gt' then rates.rate_upper_pct > statistics.threshold_pct
            when 'le' then rates.rate_lower_pct <= statistics.threshold_pct
            when 'lt' then rates.rate_lower_pct < statistics.threshold_pct
        end as is_possible,
        case statistics.comparison
            when 'ge' then rates.rate_pct >= statistics.threshold_pct
            when 'gt' then rates.rate_pct > statistics.threshold_pct
            when 'le' then rates.rate_pct <= statistics.threshold_pct
            when 'lt' then rates.rate_pct < statistics.threshold_pct
        end as is_so
    from rates
    cross join statistics

),

tallied as (

    select
        definition_id,
        financial_year,
        vintage_kind,
        vintage_id,
        release,
        is_current,
        statistic,
        count(case when rate_status in ('rate', 'range') then 1 end) as councils,
        count(case when rate_status = 'rate' and is_so then 1 end) as councils_so,
        count(case when is_sure then 1 end) as councils_sure,
        count(case when is_possible then 1 end) as councils_possible,
        max(weakness) as weakness
    from compared
    group by definition_id, financial_year, vintage_kind, vintage_id, release, is_current, statistic

)

select * from tallied
where councils > 0
