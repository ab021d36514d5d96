-- What the responses give for each published figure of POET, wave by wave: how many answered, shares
-- of the answers to one item, and how many items have a share on one side of a threshold.
with asked as (

    select * from {{ ref('poet_figures') }}

),

items as (

    select * from {{ ref('int_poet_item') }}

),

responses as (

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

respondents as (

    select
        asked.statistic,
        responses.wave,
        responses.financial_year,
        cast(sum(responses.responses) as bigint) as computed_value,
        count(distinct responses.council_id) as computed_base_n,
        'councils' as base_unit,
        max(responses.weakness) as weakness
    from asked
    inner join responses on asked.instrument = responses.instrument
    where asked.measure = 'respondents'
    group by asked.statistic, responses.wave, responses.financial_year

),

councils as (

    select
        asked.statistic,
        responses.wave,
        responses.financial_year,
        count(distinct case
            when {{ compares('responses.responses', 'asked.comparison', 'asked.threshold') }} then responses.council_id
        end) as computed_value,
        count(distinct responses.council_id) as computed_base_n,
        'councils' as base_unit,
        max(responses.weakness) as weakness
    from asked
    inner join responses on asked.instrument = responses.instrument
    where asked.measure = 'councils'
    group by asked.statistic, responses.wave, responses.financial_year

),

item_shares as (

    select
        asked.statistic,
        items.wave,
        items.financial_year,
        case asked.measure
            when 'favourable_pct' then 100.0 * items.n_favourable / items.n_valid
            when 'neither_pct' then 100.0 * (items.n_valid - items.n_favourable - items.n_adverse) / items.n_valid
        end as computed_value,
        items.n_valid as computed_base_n,
        'responses' as base_unit,
        items.weakness
    from asked
    inner join items
        on asked.instrument = items.instrument and asked.scale = items.scale and asked.item = items.item

),

over_items as (

    select
        asked.statistic,
        asked.measure,
        items.wave,
        items.financial_year,
        items.item,
        100.0 * items.n_adverse / items.n_valid as adverse_pct,
        case asked.measure
            when 'items_by_favourable_pct'
                then {{ compares('100.0 * items.n_favourable / items.n_valid', 'asked.comparison', 'asked.threshold') }}
            when 'items_by_adverse_pct'
                then {{ compares('100.0 * items.n_adverse / items.n_valid', 'asked.comparison', 'asked.threshold') }}
        end as holds,
        items.weakness
    from asked
    inner join items on asked.instrument = items.instrument and asked.scale = items.scale
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
        max(adverse_pct) as adverse_pct,
        min(case when holds then 1 else 0 end) as items_so,
        max(weakness) as weakness
    from over_items
    group by statistic, measure, wave, financial_year, item

),

item_tallies as (

    select
        statistic,
        wave,
        financial_year,
        case when measure = 'greatest_adverse_pct' then max(adverse_pct) else sum(items_so) end as computed_value,
        count(*) as computed_base_n,
        'items' as base_unit,
        max(weakness) as weakness
    from each_item
    group by statistic, measure, wave, financial_year

)

select * from respondents
union all
select * from councils
union all
select * from item_shares
union all
select * from item_tallies
