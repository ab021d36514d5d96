-- The ratio estimate with silent councils filled in, and its standard error, in each vintage of a year:
-- docs/estimate.md.
-- A silent council's counts are its community care count x times a ratio of sums over responding
-- councils: those of its region, or of England where the region has too few. The error is linearised,
-- u = numerator - rate * denominator, with e = u - q * x about the ratio q of the stratum. Councils
-- differ in their rates whatever their size, so e grows with x, and one relative spread
-- s2 = sum e2 / sum x2 * (1 - 2h + sum h2), h = x / sum x, serves every region:
-- var = s2 * (sum of x2 over the silent + sum of (g * x)2 over the responding councils), where g is
-- what a responding council stands for, silent x over responding x. Nothing silent, no error: that
-- is the finite population correction.
with rates as (

    select
        *,
        basis_id || '|' || coalesce(definition_id, '') || '|' || person_scope
        || '|' || cast(vintage_no as {{ dbt.type_string() }}) as rate_key
    from {{ ref('int_rates') }}
    where vintage_kind = 'known' and breakdown = 'total'

),

-- the community care count that is the size of a council, by person scope
sizes as (

    select
        quantities.size_of as person_scope,
        counts.financial_year,
        counts.vintage_no,
        counts.area_id as council_id,
        counts.value
    from {{ ref('int_quantities') }} as counts
    inner join {{ ref('quantities') }} as quantities on counts.quantity_id = quantities.quantity_id
    where
        counts.area_level = 'council' and counts.vintage_kind = 'known' and counts.breakdown = 'total'
        and quantities.size_of is not null

),

councils as (

    select
        rates.rate_key,
        rates.basis_id,
        rates.definition_id,
        rates.person_scope,
        rates.financial_year,
        rates.vintage_no,
        rates.region_code,
        rates.region_name,
        rates.council_id,
        rates.numerator,
        rates.denominator,
        cast(sizes.value as double) as auxiliary,
        rates.rate_status = 'rate' as responds,
        -- a council whose count is a range has answered: it is not filled in, and not in the sums
        rates.rate_status = 'range' as is_range,
        rates.rate_status in ('no_data', 'above_100') as is_silent,
        sum(case when rates.rate_status = 'rate' and sizes.value is not null then 1 else 0 end) over (
            partition by rates.rate_key, rates.financial_year, rates.region_code
        ) as responding_in_region
    from rates
    left join sizes
        on
            rates.financial_year = sizes.financial_year
            and rates.vintage_no = sizes.vintage_no
            and rates.council_id = sizes.council_id
            and rates.person_scope = sizes.person_scope

),

silent as (

    select
        rate_key,
        financial_year,
        case
            when responding_in_region >= {{ var('fewest_responding_councils') }} then 'region'
            else 'england'
        end as level,
        case
            when responding_in_region >= {{ var('fewest_responding_councils') }} then region_code
            else 'England'
        end as stratum,
        region_name,
        auxiliary
    from councils
    where is_silent

),

silent_strata as (

    select
        rate_key,
        financial_year,
        level,
        stratum,
        -- without its community care count nothing can be said of a silent council
        case when count(auxiliary) = count(*) then sum(auxiliary) end as silent_auxiliary,
        sum(auxiliary * auxiliary) as silent_square
    from silent
    group by rate_key, financial_year, level, stratum

),

borrowing_regions as (

    select distinct
        rate_key,
        financial_year,
        region_name
    from silent
    where level = 'england'

),

borrowers as (

    select
        rate_key,
        financial_year,
        {{ joined_text('region_name', "', '") }} as regions
    from borrowing_regions
    group by rate_key, financial_year

),

-- every responding council counts in its region and in England
members as (

    select
        rate_key,
        financial_year,
        'region' as level,
        region_code as stratum,
        council_id,
        numerator,
        denominator,
        auxiliary
    from councils
    where responds and auxiliary is not null
    union all
    select
        rate_key,
        financial_year,
        'england' as level,
        'England' as stratum,
        council_id,
        numerator,
        denominator,
        auxiliary
    from councils
    where responds and auxiliary is not null

),

strata as (

    select
        rate_key,
        financial_year,
        level,
        stratum,
        nullif(sum(auxiliary), 0) as auxiliary,
        sum(auxiliary * auxiliary) as auxiliary_square,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from members
    group by rate_key, financial_year, level, stratum

),

filled as (

    select
        silent_strata.rate_key,
        silent_strata.financial_year,
        {{ exact_sum('silent_strata.silent_auxiliary * strata.numerator / strata.auxiliary') }} as silent_numerator,
        {{ exact_sum('silent_strata.silent_auxiliary * strata.denominator / strata.auxiliary') }} as silent_denominator,
        count(case when silent_strata.silent_auxiliary is null or strata.auxiliary is null then 1 end) as strata_unknown
    from silent_strata
    left join strata
        on
            silent_strata.rate_key = strata.rate_key
            and silent_strata.financial_year = strata.financial_year
            and silent_strata.level = strata.level
            and silent_strata.stratum = strata.stratum
    group by silent_strata.rate_key, silent_strata.financial_year

),

answered as (

    select
        rate_key,
        basis_id,
        definition_id,
        person_scope,
        financial_year,
        vintage_no,
        sum(case when responds then numerator end) as numerator,
        sum(case when responds then denominator end) as denominator,
        count(case when responds then 1 end) as responding_councils,
        count(case when is_silent then 1 end) as silent_councils,
        count(case when is_silent and auxiliary is null then 1 end) as silent_without_size,
        count(case when is_range then 1 end) as range_councils
    from councils
    group by rate_key, basis_id, definition_id, person_scope, financial_year, vintage_no

),

totals as (

    select
        answered.*,
        case
            when answered.silent_councils = 0 or filled.strata_unknown = 0
                then answered.numerator + coalesce(filled.silent_numerator, 0)
        end as estimated_numerator,
        case
            when answered.silent_councils = 0 or filled.strata_unknown = 0
                then nullif(answered.denominator + coalesce(filled.silent_denominator, 0), 0)
        end as estimated_denominator
    from answered
    left join filled
        on answered.rate_key = filled.rate_key and answered.financial_year = filled.financial_year

),

residuals as (

    select
        members.rate_key,
        members.financial_year,
        members.level,
        members.numerator - totals.estimated_numerator / totals.estimated_denominator * members.denominator
        - (strata.numerator - totals.estimated_numerator / totals.estimated_denominator * strata.denominator)
        / strata.auxiliary * members.auxiliary as residual,
        -- what a residual loses of its council's square because the council is in its own stratum's ratio
        members.auxiliary * members.auxiliary * (
            1 - 2 * members.auxiliary / strata.auxiliary
            + strata.auxiliary_square / (strata.auxiliary * strata.auxiliary)
        ) as free_square
    from members
    inner join strata
        on
            members.rate_key = strata.rate_key
            and members.financial_year = strata.financial_year
            and members.level = strata.level
            and members.stratum = strata.stratum
    inner join totals
        on members.rate_key = totals.rate_key and members.financial_year = totals.financial_year

),

spreads as (

    select
        rate_key,
        financial_year,
        level,
        {{ exact_sum('residual * residual') }} / nullif({{ exact_sum('free_square') }}, 0) as spread
    from residuals
    group by rate_key, financial_year, level

),

stood_for as (

    select
        silent_strata.rate_key,
        silent_strata.financial_year,
        silent_strata.level,
        silent_strata.stratum,
        silent_strata.silent_square * spreads.spread as silent_variance,
        silent_strata.silent_auxiliary / strata.auxiliary * sqrt(spreads.spread) as carried
    from silent_strata
    inner join strata
        on
            silent_strata.rate_key = strata.rate_key
            and silent_strata.financial_year = strata.financial_year
            and silent_strata.level = strata.level
            and silent_strata.stratum = strata.stratum
    left join spreads
        on
            silent_strata.rate_key = spreads.rate_key
            and silent_strata.financial_year = spreads.financial_year
            and silent_strata.level = spreads.level

),

silent_variances as (

    select
        rate_key,
        financial_year,
        -- one stratum whose spread cannot be known leaves the whole error unknown
        case when count(silent_variance) = count(*) then {{ exact_sum('silent_variance') }} end as variance
    from stood_for
    group by rate_key, financial_year

),

-- a council that stands for silent ones of its region and, through England, of another: both at once
council_loads as (

    select
        members.rate_key,
        members.financial_year,
        members.council_id,
        {{ exact_sum('stood_for.carried * members.auxiliary') }} as load
    from members
    inner join stood_for
        on
            members.rate_key = stood_for.rate_key
            and members.financial_year = stood_for.financial_year
            and members.level = stood_for.level
            and members.stratum = stood_for.stratum
    group by members.rate_key, members.financial_year, members.council_id

),

ratio_variances as (

    select
        rate_key,
        financial_year,
        {{ exact_sum('load * load') }} as variance
    from council_loads
    group by rate_key, financial_year

),

estimated as (

    select
        totals.*,
        100.0 * totals.estimated_numerator / totals.estimated_denominator as estimated_rate_pct,
        case
            when totals.estimated_numerator is null or totals.estimated_denominator is null then null
            when totals.silent_councils = 0 then 0.0
            else 100.0 * sqrt(silent_variances.variance + ratio_variances.variance) / totals.estimated_denominator
        end as estimated_rate_se_pp,
        borrowers.regions as borrowing
    from totals
    left join silent_variances
        on totals.rate_key = silent_variances.rate_key and totals.financial_year = silent_variances.financial_year
    left join ratio_variances
        on totals.rate_key = ratio_variances.rate_key and totals.financial_year = ratio_variances.financial_year
    left join borrowers
        on totals.rate_key = borrowers.rate_key and totals.financial_year = borrowers.financial_year

)

select
    basis_id,
    definition_id,
    person_scope,
    financial_year,
    vintage_no,
    estimated_rate_pct,
    estimated_rate_se_pp,
    case
        when responding_councils = 0 then 'no estimate: no council gave both counts'
        when silent_councils = 0 then 'no council is silent: the estimate is the pooled rate'
        when silent_without_size > 0
            then
                'no estimate: community care counts are missing for '
                || cast(silent_without_size as {{ dbt.type_string() }})
                || ' of ' || cast(silent_councils as {{ dbt.type_string() }}) || ' silent councils'
        when estimated_rate_pct is null then 'no estimate: no responding council has a community care count'
        else
            'silent councils filled in: ' || cast(silent_councils as {{ dbt.type_string() }})
            || coalesce(
                '; fewer than {{ var("fewest_responding_councils") }} councils responded in '
                || borrowing || ', so England''s ratio stands in there',
                ''
            )
            || case
                when estimated_rate_se_pp is null then '; too few responding councils for a standard error'
                else ''
            end
    end
    || case
        when range_councils > 0
            then '; councils left out because a count is a range: ' || cast(range_councils as {{ dbt.type_string() }})
        else ''
    end as estimate_note
from estimated
