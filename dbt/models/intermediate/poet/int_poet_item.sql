-- Valid, favourable and adverse answers to every item of the catalogue, wave by wave, rounded as every
-- count of persons is: what published shares are held against. An outcome has the counts of England that
-- are shown of it. An item with fewer answers than may be shown is left out. One that is no outcome is
-- known as favourable or not, so nothing is counted as adverse for it.
{%- set responses = ref('int_poet_response') -%}
{%- set tests = poet_test_columns(responses) -%}
{%- set conditions = [] -%}
{%- for condition in poet_condition_columns(responses) if condition.removeprefix('cond_') not in tests -%}
    {%- do conditions.append(condition.removeprefix('cond_')) -%}
{%- endfor %}

with catalogue as (

    select * from {{ ref('poet_items') }}

),

waves as (

    select * from {{ ref('poet_waves') }}

),

outcomes as (

    select
        catalogue.wave,
        catalogue.instrument,
        catalogue.item,
        counts.n_valid,
        counts.n_better as n_favourable,
        counts.n_worse as n_adverse,
        counts.weakness
    from catalogue
    inner join {{ ref('int_poet_outcome_shown') }} as counts
        on
            catalogue.wave = counts.wave
            and catalogue.instrument = counts.instrument
            and catalogue.domain = counts.domain
    where catalogue.kind = 'outcome' and counts.group_type = 'england' and not counts.suppressed

),

conditions as (

    select
        wave,
        instrument,
        {%- for condition in conditions %}
            sum(case when cond_{{ condition }} is not null then n_responses else 0 end) as n_valid_{{ condition }},
            sum(case when cond_{{ condition }} then n_responses else 0 end) as n_favourable_{{ condition }},
        {%- endfor %}
        max(weakness) as weakness
    from {{ ref('int_poet_tally') }}
    where counted_by = 'conditions'
    group by wave, instrument

),

-- not every test is a condition, and no tally has the others
tests as (

    select
        wave,
        instrument,
        {%- for test in tests %}
            count({{ test }}) as n_valid_{{ test }},
            count(case when {{ test }} then 1 end) as n_favourable_{{ test }},
        {%- endfor %}
        max(weakness) as weakness
    from {{ responses }}
    group by wave, instrument

),

by_condition as (

    {{ stacked('conditions', ['wave', 'instrument', 'weakness'], conditions, 'item', ['n_valid', 'n_favourable']) }}

),

by_test as (

    {{ stacked('tests', ['wave', 'instrument', 'weakness'], tests, 'item', ['n_valid', 'n_favourable']) }}

),

others as (

    select * from by_condition
    union all
    select * from by_test

),

limits as (

    select * from {{ ref('int_disclosure_limits') }}
    where source = 'poet'

),

others_drawn as (

    select
        others.*,
        limits.rounding_base,
        limits.smallest_group,
        {{ rounding_offset('keys.rounding_key', ['others.instrument', 'others.item'], 'limits.rounding_base') }}
            as rounding_offset
    from others
    inner join {{ ref('int_poet_rounding_key') }} as keys on others.wave = keys.wave
    cross join limits

),

others_rounded as (

    select
        wave,
        instrument,
        item,
        {{ rounded_count('n_valid', 'rounding_offset', 'rounding_base') }} as n_valid,
        {{ rounded_count('n_favourable', 'rounding_offset', 'rounding_base') }} as n_favourable,
        cast(null as bigint) as n_adverse,
        weakness,
        rounding_base,
        smallest_group
    from others_drawn

),

counted as (

    select * from outcomes
    union all
    select
        wave,
        instrument,
        item,
        n_valid,
        n_favourable,
        n_adverse,
        weakness
    from others_rounded
    where {{ least_count('n_valid', 'rounding_base') }} >= smallest_group

)

select
    catalogue.wave,
    waves.financial_year,
    catalogue.instrument,
    catalogue.item,
    catalogue.scale,
    counted.n_valid,
    counted.n_favourable,
    counted.n_adverse,
    counted.weakness
from counted
inner join catalogue
    on
        counted.wave = catalogue.wave
        and counted.instrument = catalogue.instrument
        and counted.item = catalogue.item
inner join waves on catalogue.wave = waves.wave
