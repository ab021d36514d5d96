-- Valid, favourable and adverse answers to every item of the catalogue, wave by wave, before
-- groups are hidden: what published shares are held against. An item with fewer answers than may be
-- shown is left out. One that is no outcome is known as favourable or not, so nothing is counted as
-- adverse for it.
{%- set responses = ref('int_poet_response') -%}
{%- set columns = {} -%}
{%- for condition in poet_condition_columns(responses) -%}
    {%- do columns.update({condition.removeprefix('cond_'): condition}) -%}
{%- endfor -%}
{%- for test in poet_test_columns(responses) -%}
    {%- do columns.update({test: test}) -%}
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

wide as (

    select
        wave,
        instrument,
        {%- for item, column in columns.items() %}
            count({{ column }}) as n_valid_{{ item }},
            count(case when {{ column }} then 1 end) as n_favourable_{{ item }},
        {%- endfor %}
        max(weakness) as weakness
    from {{ responses }}
    group by wave, instrument

),

others as (

    {{ stacked('wide', ['wave', 'instrument', 'weakness'], columns.keys() | list, 'item', ['n_valid', 'n_favourable']) }}

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
