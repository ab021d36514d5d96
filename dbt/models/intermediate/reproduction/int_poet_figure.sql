-- What the responses give for each published figure of POET, wave by wave: how many answered, shares
-- of the answers to one item, and how many items have a share on one side of a threshold. All of it is
-- worked out from counts that are rounded (docs/disclosure.md), with the range that these can stand for.
with asked as (

    select * from {{ ref('poet_figures') }}

),

items as (

    select * from {{ ref('int_poet_item') }}

),

limits as (

    select * from {{ ref('int_disclosure_limits') }}
    where source = 'poet'

),

council_responses as (

    select
        tally.wave,
        waves.financial_year,
        tally.instrument,
        tally.council_id,
        sum(tally.n_responses) as responses,
        max(tally.weakness) as weakness
    from {{ ref('int_poet_tally') }} as tally
    inner join {{ ref('poet_waves') }} as waves on tally.wave = waves.wave
    where tally.counted_by = 'person'
    group by tally.wave, waves.financial_year, tally.instrument, tally.council_id

),

-- of several instruments the people are added up, and then rounded
all_responses as (

    select
        asked.statistic,
        council_responses.wave,
        council_responses.financial_year,
        sum(council_responses.responses) as responses,
        count(distinct council_responses.council_id) as councils,
        max(council_responses.weakness) as weakness
    from asked
    inner join council_responses on asked.instrument = council_responses.instrument
    where asked.measure = 'respondents'
    group by asked.statistic, council_responses.wave, council_responses.financial_year

),

all_responses_rounded as (

    select
        all_responses.*,
        limits.rounding_base,
        {{ rounded_count(
            'all_responses.responses',
            rounding_offset('keys.rounding_key', ['all_responses.statistic'], 'limits.rounding_base'),
            'limits.rounding_base'
        ) }} as rounded_responses
    from all_responses
    inner join {{ ref('int_poet_rounding_key') }} as keys on all_responses.wave = keys.wave
    cross join limits

),

respondents as (

    select
        statistic,
        wave,
        financial_year,
        rounded_responses as computed_value,
        {{ least_count('rounded_responses', 'rounding_base') }} as computed_lower,
        {{ greatest_count('rounded_responses', 'rounding_base') }} as computed_upper,
        councils as computed_base_n,
        'councils' as base_unit,
        weakness
    from all_responses_rounded

),

councils_rounded as (

    select
        council_responses.*,
        limits.rounding_base,
        shown.n_responses as rounded_responses
    from council_responses
    inner join {{ ref('int_poet_council_shown') }} as shown
        on
            council_responses.wave = shown.wave
            and council_responses.instrument = shown.instrument
            and council_responses.council_id = shown.council_id
    cross join limits

),

-- of how many councils it holds of the rounded number, surely, and possibly; a council that is counted
-- here has at least one response
council_judged as (

    select
        asked.statistic,
        councils_rounded.wave,
        councils_rounded.financial_year,
        councils_rounded.council_id,
        max(case
            when
                {{ compares('greatest(councils_rounded.rounded_responses, 1)', 'asked.comparison', 'asked.threshold') }}
                then 1
            else 0
        end) as holds,
        max(case
            when
                {{ compares(
                    'greatest(' ~ least_count('councils_rounded.rounded_responses', 'councils_rounded.rounding_base') ~ ', 1)',
                    'asked.comparison', 'asked.threshold'
                ) }}
                and {{ compares(
                    greatest_count('councils_rounded.rounded_responses', 'councils_rounded.rounding_base'),
                    'asked.comparison', 'asked.threshold'
                ) }}
                then 1
            else 0
        end) as surely_holds,
        max(case
            when
                {{ compares(
                    'greatest(' ~ least_count('councils_rounded.rounded_responses', 'councils_rounded.rounding_base') ~ ', 1)',
                    'asked.comparison', 'asked.threshold'
                ) }}
                or {{ compares(
                    greatest_count('councils_rounded.rounded_responses', 'councils_rounded.rounding_base'),
                    'asked.comparison', 'asked.threshold'
                ) }}
                then 1
            else 0
        end) as possibly_holds,
        max(councils_rounded.weakness) as weakness
    from asked
    inner join councils_rounded on asked.instrument = councils_rounded.instrument
    where asked.measure = 'councils'
    group by asked.statistic, councils_rounded.wave, councils_rounded.financial_year, councils_rounded.council_id

),

councils as (

    select
        statistic,
        wave,
        financial_year,
        sum(holds) as computed_value,
        sum(surely_holds) as computed_lower,
        sum(possibly_holds) as computed_upper,
        count(*) as computed_base_n,
        'councils' as base_unit,
        max(weakness) as weakness
    from council_judged
    group by statistic, wave, financial_year

),

-- each share of rounded counts with the least and the greatest that they can stand for, rounded outwards
item_ranges as (

    select
        items.*,
        limits.percent_unit,
        {{ rate_pct('items.n_favourable', 'items.n_valid') }} as favourable_pct,
        {{ least_share_pct('items.n_favourable', 'items.n_valid', 'limits') }} as favourable_lower_pct,
        {{ greatest_share_pct('items.n_favourable', 'items.n_valid', 'limits') }} as favourable_upper_pct,
        {{ rate_pct('items.n_adverse', 'items.n_valid') }} as adverse_pct,
        {{ least_share_pct('items.n_adverse', 'items.n_valid', 'limits') }} as adverse_lower_pct,
        {{ greatest_share_pct('items.n_adverse', 'items.n_valid', 'limits') }} as adverse_upper_pct,
        {{ rate_pct('(items.n_valid - items.n_favourable - items.n_adverse)', 'items.n_valid') }} as neither_pct,
        {{ least_share_pct('(items.n_valid - items.n_favourable - items.n_adverse)', 'items.n_valid', 'limits') }}
            as neither_lower_pct,
        {{ greatest_share_pct('(items.n_valid - items.n_favourable - items.n_adverse)', 'items.n_valid', 'limits') }}
            as neither_upper_pct
    from items
    cross join limits

),

item_shares as (

    select
        asked.statistic,
        items.wave,
        items.financial_year,
        case asked.measure
            when 'favourable_pct' then {{ to_unit('items.favourable_pct', 'items.percent_unit') }}
            when 'neither_pct' then {{ to_unit('items.neither_pct', 'items.percent_unit') }}
        end as computed_value,
        case asked.measure
            when 'favourable_pct' then items.favourable_lower_pct
            when 'neither_pct' then items.neither_lower_pct
        end as computed_lower,
        case asked.measure
            when 'favourable_pct' then items.favourable_upper_pct
            when 'neither_pct' then items.neither_upper_pct
        end as computed_upper,
        items.n_valid as computed_base_n,
        'responses' as base_unit,
        items.weakness
    from asked
    inner join item_ranges as items
        on asked.instrument = items.instrument and asked.scale = items.scale and asked.item = items.item

),

over_items as (

    select
        asked.statistic,
        asked.measure,
        asked.comparison,
        asked.threshold,
        items.wave,
        items.financial_year,
        items.item,
        items.adverse_pct,
        items.adverse_lower_pct,
        items.adverse_upper_pct,
        items.percent_unit,
        case when asked.measure = 'items_by_favourable_pct' then items.favourable_pct else items.adverse_pct end as pct,
        case
            when asked.measure = 'items_by_favourable_pct' then items.favourable_lower_pct else items.adverse_lower_pct
        end as lower_pct,
        case
            when asked.measure = 'items_by_favourable_pct' then items.favourable_upper_pct else items.adverse_upper_pct
        end as upper_pct,
        items.weakness
    from asked
    inner join item_ranges as items on asked.instrument = items.instrument and asked.scale = items.scale
    where asked.item is null

),

-- of several comparisons all have to hold
each_item as (

    select
        statistic,
        measure,
        wave,
        financial_year,
        item,
        {{ to_unit('max(adverse_pct)', 'max(percent_unit)') }} as adverse_pct,
        max(adverse_lower_pct) as adverse_lower_pct,
        max(adverse_upper_pct) as adverse_upper_pct,
        min(case when {{ compares('pct', 'comparison', 'threshold') }} then 1 else 0 end) as items_holding,
        min(case
            when
                {{ compares('lower_pct', 'comparison', 'threshold') }}
                and {{ compares('upper_pct', 'comparison', 'threshold') }}
                then 1
            else 0
        end) as items_surely_holding,
        min(case
            when
                {{ compares('lower_pct', 'comparison', 'threshold') }}
                or {{ compares('upper_pct', 'comparison', 'threshold') }}
                then 1
            else 0
        end) as items_possibly_holding,
        max(weakness) as weakness
    from over_items
    group by statistic, measure, wave, financial_year, item

),

item_tallies as (

    select
        statistic,
        wave,
        financial_year,
        case when measure = 'greatest_adverse_pct' then max(adverse_pct) else sum(items_holding) end as computed_value,
        case
            when measure = 'greatest_adverse_pct' then max(adverse_lower_pct) else sum(items_surely_holding)
        end as computed_lower,
        case
            when measure = 'greatest_adverse_pct' then max(adverse_upper_pct) else sum(items_possibly_holding)
        end as computed_upper,
        count(*) as computed_base_n,
        'items' as base_unit,
        max(weakness) as weakness
    from each_item
    group by statistic, measure, wave, financial_year

),

found as (

    select * from respondents
    union all
    select * from councils
    union all
    select * from item_shares
    union all
    select * from item_tallies

)

select
    statistic,
    wave,
    financial_year,
    computed_value,
    -- a share is printed in whole points, which may be beyond the range of its counts
    least(computed_lower, computed_value) as computed_lower,
    greatest(computed_upper, computed_value) as computed_upper,
    computed_base_n,
    base_unit,
    weakness
from found
