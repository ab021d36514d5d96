-- What the loaded files give for each figure of the register, by every way there is to compute it.
-- A figure that names its release is computed from that release, any other from the latest.
with figures as (

    select
        stg_published.*,
        statistics.kind,
        statistics.counted,
        coalesce(statistics.breakdown, 'total') as breakdown,
        {{ previous_financial_year('stg_published.figure_year') }} as year_before
    from {{ ref('stg_published') }} as stg_published
    inner join {{ ref('statistics') }} as statistics on stg_published.statistic = statistics.statistic
    inner join {{ ref('figure_sources') }} as figure_sources on stg_published.figure_source = figure_sources.source
    where not figure_sources.several_days

),

area_counts as (

    select * from {{ ref('int_quantities_summed') }}

),

area_rates as (

    select * from {{ ref('int_rates_pooled') }}

),

area_shares as (

    select * from {{ ref('int_shares_pooled') }}

),

tallies as (

    select * from {{ ref('int_councils_by_threshold') }}

),

-- councils that sent a return that could be read
returned as (

    select
        source,
        definition_id,
        financial_year,
        release,
        is_latest,
        count(distinct area_id) as councils_returned,
        max(weakness) as weakness
    from {{ ref('int_observations') }}
    where area_level = 'council'
    group by source, definition_id, financial_year, release, is_latest

),

definitions as (

    select * from {{ ref('definitions') }}

),

councils as (

    select
        financial_year,
        count(*) as councils_in_scope
    from {{ ref('int_councils_by_year') }}
    group by financial_year

),

counts as (

    select
        figures.figure_id,
        area_counts.source,
        area_counts.source_priority as offer,
        area_counts.method,
        area_counts.area_count as computed_value,
        area_counts.area_count_lower as computed_lower,
        area_counts.area_count_upper as computed_upper,
        area_counts.councils as computed_base_n,
        area_counts.silent_councils,
        area_counts.weakness
    from figures
    inner join area_counts
        on
            figures.counted = area_counts.quantity_id
            and figures.figure_year = area_counts.financial_year
            and figures.area_level = area_counts.area_level
            and figures.area_id = area_counts.area_id
            and coalesce(area_counts.wave_definition_id, figures.definition_id, 'none') = coalesce(figures.definition_id, 'none')
            and (figures.figure_release = area_counts.release or (figures.figure_release is null and area_counts.is_latest))
    where figures.kind = 'count'

),

growths as (

    select
        figures.figure_id,
        now_counts.source,
        now_counts.source_priority as offer,
        now_counts.method,
        100.0 * (now_counts.area_count / before_counts.area_count - 1) as computed_value,
        100.0 * (now_counts.area_count_lower / before_counts.area_count_upper - 1) as computed_lower,
        100.0 * (now_counts.area_count_upper / before_counts.area_count_lower - 1) as computed_upper,
        now_counts.councils as computed_base_n,
        now_counts.silent_councils,
        greatest(now_counts.weakness, before_counts.weakness) as weakness
    from figures
    inner join area_counts as now_counts
        on
            figures.counted = now_counts.quantity_id
            and figures.figure_year = now_counts.financial_year
            and figures.area_level = now_counts.area_level
            and figures.area_id = now_counts.area_id
            and coalesce(now_counts.wave_definition_id, figures.definition_id, 'none') = coalesce(figures.definition_id, 'none')
            and (figures.figure_release = now_counts.release or (figures.figure_release is null and now_counts.is_latest))
    inner join area_counts as before_counts
        on
            now_counts.quantity_id = before_counts.quantity_id
            and now_counts.source_priority = before_counts.source_priority
            and now_counts.method = before_counts.method
            and now_counts.area_level = before_counts.area_level
            and now_counts.area_id = before_counts.area_id
            and figures.year_before = before_counts.financial_year
            and before_counts.is_latest
    where figures.kind = 'growth' and before_counts.area_count_lower > 0

),

shares as (

    select
        figures.figure_id,
        area_shares.source,
        area_shares.source_priority as offer,
        area_shares.method,
        area_shares.share_pct as computed_value,
        area_shares.share_lower_pct as computed_lower,
        area_shares.share_upper_pct as computed_upper,
        area_shares.councils as computed_base_n,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        area_shares.weakness
    from figures
    inner join area_shares
        on
            figures.statistic = area_shares.statistic
            and figures.figure_year = area_shares.financial_year
            and figures.area_level = area_shares.area_level
            and figures.area_id = area_shares.area_id
            and coalesce(area_shares.wave_definition_id, figures.definition_id, 'none') = coalesce(figures.definition_id, 'none')
            and (figures.figure_release = area_shares.release or (figures.figure_release is null and area_shares.is_latest))

),

rates as (

    select
        figures.figure_id,
        definitions.source,
        1 as offer,
        'council_rows' as method,
        case figures.counted
            when 'rate' then area_rates.rate_pct
            when 'numerator' then area_rates.numerator
            when 'denominator' then area_rates.denominator
            when 'least' then area_rates.least_rate_pct
            when 'greatest' then area_rates.greatest_rate_pct
            when 'median' then area_rates.median_rate_pct
            when 'mean' then area_rates.mean_rate_pct
        end as computed_value,
        case figures.counted
            when 'rate' then area_rates.rate_lower_pct
            when 'numerator' then area_rates.numerator_lower
            when 'denominator' then area_rates.denominator_lower
            when 'least' then area_rates.least_rate_pct
            when 'greatest' then area_rates.greatest_rate_pct
            when 'median' then area_rates.median_rate_pct
            when 'mean' then area_rates.mean_rate_pct
        end as computed_lower,
        case figures.counted
            when 'rate' then area_rates.rate_upper_pct
            when 'numerator' then area_rates.numerator_upper
            when 'denominator' then area_rates.denominator_upper
            when 'least' then area_rates.least_rate_pct
            when 'greatest' then area_rates.greatest_rate_pct
            when 'median' then area_rates.median_rate_pct
            when 'mean' then area_rates.mean_rate_pct
        end as computed_upper,
        area_rates.councils as computed_base_n,
        area_rates.silent_councils,
        area_rates.weakness
    from figures
    inner join area_rates
        on
            figures.definition_id = area_rates.definition_id
            and figures.breakdown = area_rates.breakdown
            and figures.figure_year = area_rates.financial_year
            and figures.area_level = area_rates.area_level
            and figures.area_id = area_rates.area_id
            and (
                (figures.figure_release = area_rates.vintage_id and area_rates.vintage_kind = 'release')
                or (figures.figure_release is null and area_rates.is_current)
            )
    inner join definitions on figures.definition_id = definitions.definition_id
    where figures.kind = 'rate'

),

-- A share of councils may be over those with data or over all that answered: the figure's own base
-- says which. A count is among those that answered.
tally_bases as (

    select
        figures.figure_id,
        figures.kind,
        definitions.source,
        tallies.councils_so,
        tallies.councils_sure,
        tallies.councils_possible,
        tallies.councils as councils_with_data,
        coalesce(returned.councils_returned, tallies.councils) as councils_returned,
        tallies.weakness
    from figures
    inner join tallies
        on
            figures.definition_id = tallies.definition_id
            and figures.figure_year = tallies.financial_year
            and figures.statistic = tallies.statistic
            and (
                (figures.figure_release = tallies.vintage_id and tallies.vintage_kind = 'release')
                or (figures.figure_release is null and tallies.is_current)
            )
    inner join definitions on figures.definition_id = definitions.definition_id
    left join returned
        on
            tallies.definition_id = returned.definition_id
            and tallies.financial_year = returned.financial_year
            and tallies.release = returned.release
    where figures.area_level = 'england'

),

council_tallies as (

    select
        figure_id,
        source,
        1 as offer,
        'council_rows' as method,
        councils_so as computed_value,
        councils_sure as computed_lower,
        councils_possible as computed_upper,
        councils_returned as computed_base_n,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        weakness
    from tally_bases
    where kind = 'council_count'
    union all
    select
        figure_id,
        source,
        1 as offer,
        'council_rows' as method,
        100.0 * councils_so / councils_with_data as computed_value,
        100.0 * councils_sure / councils_with_data as computed_lower,
        100.0 * councils_possible / councils_with_data as computed_upper,
        councils_with_data as computed_base_n,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        weakness
    from tally_bases
    where kind = 'council_share'
    union all
    select
        figure_id,
        source,
        2 as offer,
        'council_rows' as method,
        100.0 * councils_so / councils_returned as computed_value,
        100.0 * councils_sure / councils_returned as computed_lower,
        100.0 * councils_possible / councils_returned as computed_upper,
        councils_returned as computed_base_n,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        weakness
    from tally_bases
    where kind = 'council_share'

),

responses as (

    select
        figures.figure_id,
        returned.source,
        1 as offer,
        'council_rows' as method,
        returned.councils_returned as computed_value,
        returned.councils_returned as computed_lower,
        returned.councils_returned as computed_upper,
        councils.councils_in_scope as computed_base_n,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        returned.weakness
    from figures
    inner join returned
        on
            figures.definition_id = returned.definition_id
            and figures.figure_year = returned.financial_year
            and (figures.figure_release = returned.release or (figures.figure_release is null and returned.is_latest))
    inner join councils on returned.financial_year = councils.financial_year
    where figures.kind = 'response'

),

scopes as (

    select
        figures.figure_id,
        'councils' as source,
        1 as offer,
        'council_rows' as method,
        councils.councils_in_scope as computed_value,
        councils.councils_in_scope as computed_lower,
        councils.councils_in_scope as computed_upper,
        cast(null as bigint) as computed_base_n,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        published_class.weakness
    from figures
    inner join councils on figures.figure_year = councils.financial_year
    inner join {{ ref('evidence_classes') }} as published_class on published_class.evidence_class = 'published'
    where figures.kind = 'scope'

),

by_council as (

    select * from counts
    union all
    select * from growths
    union all
    select * from shares
    union all
    select * from rates
    union all
    select * from council_tallies
    union all
    select * from responses
    union all
    select * from scopes

),

found as (

    select
        figure_id,
        source,
        offer,
        method,
        computed_value,
        computed_lower,
        computed_upper,
        computed_base_n,
        'councils' as base_unit,
        silent_councils,
        weakness
    from by_council
    union all
    select
        figures.figure_id,
        figures.figure_source as source,
        1 as offer,
        'responses' as method,
        poet_figures.computed_value,
        poet_figures.computed_lower,
        poet_figures.computed_upper,
        poet_figures.computed_base_n,
        poet_figures.base_unit,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        poet_figures.weakness
    from figures
    inner join {{ ref('int_poet_figure') }} as poet_figures
        on figures.statistic = poet_figures.statistic and figures.figure_year = poet_figures.financial_year
    where figures.figure_source = 'poet' and figures.area_level = 'england'
    union all
    select
        figure_id,
        source,
        1 as offer,
        'council_rows' as method,
        computed_value,
        computed_value as computed_lower,
        computed_value as computed_upper,
        computed_base_n,
        'councils' as base_unit,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        weakness
    from {{ ref('int_in_control_figures') }}

)

select * from found
where computed_value is not null
