with figures as (

    select * from {{ ref('stg_published') }}

),

-- a ratio published for the process as a whole is the geometric mean of those of its parts
ratios as (

    select
        figures.figure_id,
        figures.figure_source,
        case effect_figures.measure
            when 'odds_ratio' then effects.odds_ratio
            when 'risk_ratio' then effects.risk_ratio
        end as ratio,
        evidence_classes.weakness
    from figures
    inner join {{ ref('poet_effect_figures') }} as effect_figures on figures.statistic = effect_figures.statistic
    inner join {{ ref('poet_waves') }} as waves on figures.figure_year = waves.financial_year
    inner join {{ ref('poet_process_effect') }} as effects
        on
            waves.wave = effects.wave
            and effect_figures.instrument = effects.instrument
            and effect_figures.method = effects.method
    inner join {{ ref('poet_conditions') }} as conditions
        on effects.condition = conditions.condition and effect_figures.condition_kind = conditions.kind
    inner join {{ ref('poet_items') }} as items
        on
            effects.wave = items.wave
            and effects.instrument = items.instrument
            and effects.domain = items.domain
            and items.kind = 'outcome'
    inner join {{ ref('evidence_classes') }} as evidence_classes
        on effects.evidence_class = evidence_classes.evidence_class
    where figures.figure_source = 'poet' and figures.area_level = 'england'

),

limits as (

    select * from {{ ref('int_disclosure_limits') }}
    where source = 'poet'

),

-- how far the rounded ratios may lie from those they stand for
ratio_units as (

    select
        ratios.*,
        limits.significant_digits,
        {{ ratio_unit('ratios.ratio', 'limits.significant_digits') }} as unit
    from ratios
    cross join limits
    where ratios.ratio > 0

),

ratio_means as (

    select
        figure_id,
        figure_source,
        exp({{ exact_mean('ln(ratio)') }}) as ratio,
        exp({{ exact_mean('ln(ratio - unit)') }}) as least_ratio,
        exp({{ exact_mean('ln(ratio + unit)') }}) as greatest_ratio,
        max(significant_digits) as significant_digits,
        count(*) as pairs,
        max(weakness) as weakness
    from ratio_units
    group by figure_id, figure_source

),

mean_ratios as (

    select
        figure_id,
        figure_source as source,
        1 as offer,
        'responses' as method,
        {{ to_unit('ratio', ratio_unit('ratio', 'significant_digits')) }} as computed_value,
        {{ down_to_unit('least_ratio', ratio_unit('ratio', 'significant_digits + 1')) }} as computed_lower,
        {{ up_to_unit('greatest_ratio', ratio_unit('ratio', 'significant_digits + 1')) }} as computed_upper,
        pairs as computed_base_n,
        'pairs of condition and outcome' as base_unit,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        weakness
    from ratio_means

),

candidates as (

    select * from {{ ref('int_figures_recomputed') }}
    union all
    select * from mean_ratios

),

comparators as (

    select * from {{ ref('comparators') }}

),

figure_sources as (

    select * from {{ ref('figure_sources') }}

),

statistics as (

    select * from {{ ref('statistics') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

years_loaded as (

    select distinct
        source,
        financial_year
    from {{ ref('int_releases') }}
    union distinct
    select distinct
        'poet' as source,
        financial_year
    from {{ ref('int_poet_release') }}
    where is_latest

),

worded as (

    select
        figures.*,
        comparators.lower_inclusive,
        comparators.upper_inclusive,
        figures.figure_value + comparators.lower_multiple * figures.figure_precision as accepted_from,
        figures.figure_value + comparators.upper_multiple * figures.figure_precision as accepted_to
    from figures
    inner join comparators on figures.comparator = comparators.comparator

),

held as (

    select
        worded.figure_id,
        candidates.offer,
        candidates.method,
        candidates.computed_value,
        candidates.computed_lower,
        candidates.computed_upper,
        candidates.computed_base_n,
        candidates.base_unit,
        candidates.silent_councils,
        candidates.weakness,
        figure_sources.covers_all_councils,
        {{ within_wording('candidates.computed_lower', 'worded') }}
        and {{ within_wording('candidates.computed_upper', 'worded') }} as is_surely_so,
        coalesce(candidates.computed_upper >= worded.accepted_from, true)
        and coalesce(candidates.computed_lower <= worded.accepted_to, true) as is_possibly_so,
        worded.base_n is not null
        and worded.base_n <> candidates.computed_base_n as base_differs
    from worded
    inner join candidates on worded.figure_id = candidates.figure_id
    inner join figure_sources on candidates.source = figure_sources.source
    where candidates.method <> 'england_row' or figure_sources.method_england_row

),

chosen as (

    select
        *,
        row_number() over (
            partition by figure_id
            order by
                -- the way on the figure's own base, then the first that settles it, then the first
                case when base_differs then 1 else 0 end,
                case when is_surely_so or not is_possibly_so then 0 else 1 end,
                method,
                offer
        ) as choice
    from held

),

judged as (

    select
        worded.*,
        chosen.method,
        chosen.computed_value,
        chosen.computed_lower,
        chosen.computed_upper,
        chosen.computed_base_n,
        chosen.base_unit,
        chosen.silent_councils,
        chosen.weakness,
        case
            when chosen.figure_id is null then 'nothing_computed'
            when chosen.base_differs then 'other_base'
            when chosen.is_surely_so then 'reproduced'
            when chosen.silent_councils is not null and chosen.covers_all_councils then 'councils_missing'
            when chosen.is_possibly_so then 'rounded'
            else 'differs'
        end as finding
    from worded
    left join chosen on worded.figure_id = chosen.figure_id and chosen.choice = 1

)

select
    judged.figure_id,
    judged.figure_source,
    judged.definition_id,
    judged.figure_year as financial_year,
    judged.figure_release as release,
    judged.area_level,
    judged.area_id,
    judged.statistic,
    judged.figure_value as published_value,
    judged.figure_precision as published_precision,
    judged.comparator,
    cast(judged.base_n as int) as base_n,
    judged.computed_value,
    judged.computed_lower,
    judged.computed_upper,
    cast(judged.computed_base_n as int) as computed_base_n,
    case when judged.computed_base_n is not null then judged.base_unit end as computed_base_unit,
    judged.computed_value - judged.figure_value as difference,
    judged.method,
    case
        when judged.finding = 'reproduced' then 'reproduced'
        when judged.finding in ('other_base', 'differs') then 'differs'
        else 'not_computable'
    end as verdict,
    case judged.finding
        when 'reproduced'
            then
                'the loaded files give the figure'
                || coalesce(
                    ' (' || judged.base_unit || ': ' || cast(judged.computed_base_n as {{ dbt.type_string() }}) || ')', ''
                )
        when 'other_base'
            then
                'the figure was published on '
                || cast(judged.base_n as {{ dbt.type_string() }})
                || ' ' || judged.base_unit || ', the loaded files have '
                || cast(judged.computed_base_n as {{ dbt.type_string() }})
        when 'differs' then 'the loaded files give another figure'
        when 'rounded'
            then
                'the loaded counts are rounded and leave it open: between '
                || cast(round(judged.computed_lower, 2) as {{ dbt.type_string() }})
                || ' and ' || cast(round(judged.computed_upper, 2) as {{ dbt.type_string() }})
        when 'councils_missing'
            then
                'the figure covers every council, and the loaded files lack '
                || judged.silent_councils
                || case
                    when judged.computed_lower < judged.computed_upper
                        then
                            '; the counts are rounded too: between '
                            || cast(round(judged.computed_lower, 2) as {{ dbt.type_string() }})
                            || ' and ' || cast(round(judged.computed_upper, 2) as {{ dbt.type_string() }})
                    else ''
                end
        else
            case
                when statistics.kind = 'other'
                    then 'no table of this warehouse computes this kind of figure: ' || statistics.description
                when years_loaded.source is null
                    then
                        'no file of source ' || judged.figure_source || ' is loaded for '
                        || coalesce(judged.figure_year, 'a year: the figure names none')
                else
                    'the files of source ' || judged.figure_source || ' loaded for ' || judged.figure_year
                    || coalesce(' (' || judged.figure_release || ')', '') || ' do not hold what it is computed from'
            end
    end as reason,
    judged.verification,
    judged.citation,
    evidence_classes.evidence_class
from judged
inner join statistics on judged.statistic = statistics.statistic
left join evidence_classes on judged.weakness = evidence_classes.weakness
left join years_loaded
    on judged.figure_source = years_loaded.source and judged.figure_year = years_loaded.financial_year
