-- The rate of every published definition for England, each region and each council, in every
-- release, pooled over the councils with both counts.
with rates as (

    select * from {{ ref('int_rates') }}
    where basis_id = 'published' and (vintage_kind = 'release' or is_current)

),

placed as (

    select
        *,
        'england' as area_level,
        'England' as area_id
    from rates
    union all
    select
        *,
        'region' as area_level,
        region_code as area_id
    from rates
    union all
    select
        *,
        'council' as area_level,
        council_id as area_id
    from rates

),

pooled as (

    select
        definition_id,
        breakdown,
        financial_year,
        vintage_kind,
        vintage_id,
        is_current,
        area_level,
        area_id,
        sum(case when rate_status = 'rate' then numerator end) as numerator,
        sum(case when rate_status = 'rate' then numerator_lower end) as numerator_lower,
        sum(case when rate_status = 'rate' then numerator_upper end) as numerator_upper,
        sum(case when rate_status = 'rate' then denominator end) as denominator,
        sum(case when rate_status = 'rate' then denominator_lower end) as denominator_lower,
        sum(case when rate_status = 'rate' then denominator_upper end) as denominator_upper,
        min(case when rate_status = 'rate' then rate_pct end) as least_rate_pct,
        max(case when rate_status = 'rate' then rate_pct end) as greatest_rate_pct,
        {{ exact_mean("case when rate_status = 'rate' then rate_pct end") }} as mean_rate_pct,
        {{ median_of("case when rate_status = 'rate' then rate_pct end") }} as median_rate_pct,
        count(case when rate_status in ('rate', 'range') then 1 end) as councils,
        -- nobody to count is no silence
        {{ joined_text("case when rate_status <> 'rate' and denominator is null then council_name end", "', '") }}
            as silent_councils,
        max(weakness) as weakness
    from placed
    group by definition_id, breakdown, financial_year, vintage_kind, vintage_id, is_current, area_level, area_id

)

select
    *,
    {{ rate_pct('numerator', 'denominator') }} as rate_pct,
    {{ rate_lower_pct('numerator_lower', 'denominator_upper') }} as rate_lower_pct,
    {{ rate_upper_pct('numerator_upper', 'denominator_lower') }} as rate_upper_pct
from pooled
