-- Valid, favourable and adverse answers to every item of the catalogue, wave by wave, before
-- groups are hidden: what published shares are held against. An item with fewer answers than may be
-- shown is left out. One that is no outcome is known as favourable or not, so nothing is counted as
-- adverse for it.
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
    inner join {{ ref('int_poet_count') }} as counts
        on
            catalogue.wave = counts.wave
            and catalogue.instrument = counts.instrument
            and catalogue.domain = counts.domain
    where catalogue.kind = 'outcome' and counts.group_type = 'england'

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

counted as (

    select * from outcomes
    union all
    select
        wave,
        instrument,
        item,
        cast(n_valid as bigint) as n_valid,
        cast(n_favourable as bigint) as n_favourable,
        cast(null as bigint) as n_adverse,
        weakness
    from others

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
inner join {{ ref('disclosure_rules') }} as disclosure_rules on disclosure_rules.source = 'poet'
where counted.n_valid >= disclosure_rules.smallest_group
