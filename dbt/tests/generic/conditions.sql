{#-
The conditions that a table meets: one query, which returns a row for each condition that is broken,
with its name in words, how many rows break it, and up to three of them by key, value, file and place.

Arguments, all optional:

    not_null:         [column, {columns: [column, ...]}, ...]
    unique:           [[column, ...], {columns: [column, ...], where: expression}, ...]
    accepted_values:  [{column: column, values: [value, ...], quote: false}, ...]
    relationships:    [{column: column, to: ref('model'), field: column}, ...]
    expressions:      [{name: words, expression: expression}, ...]
    key:              columns that tell a user which row it is; else those of the first `unique`,
                      else the first four of `not_null`
    place:            columns with the file, and the place in it, that a row came from

A mapping may have besides: `name`, the condition in words (each kind but `expressions` makes its own);
`description`; `landing_rule`, the id of the rule that refuses a raw row before it breaks this;
`because`, why no single raw row can break it. The last three are for readers and tests.

A NULL breaks an expression (it cannot be decided), and no list of values and no relationship. In a
unique list of columns NULLs are equal. A `not_null` mapping of several columns is a condition for
each. Conditions whose breach only warns are a second test of the table, with `severity: warn`.
-#}

{% test conditions(model, not_null=[], unique=[], accepted_values=[], relationships=[], expressions=[], key=none, place=[]) %}
{%- set rules = row_conditions(not_null, accepted_values, relationships, expressions) -%}
{%- set lists = unique_conditions(unique) -%}
{%- set first = namespace(nulls=[]) -%}
{%- for rule in rules if rule.kind == 'not_null' -%}{%- do first.nulls.append(rule.column) -%}{%- endfor -%}
{%- set key = key or (lists[0].columns if lists else first.nulls[:4]) -%}
{%- set names = {} -%}
{%- for rule in rules + lists -%}{%- do names.update({loop.index | string: rule.name}) -%}{%- endfor -%}
{%- set numbers = (names.keys() | list)[:rules | length] -%}
with
{% if rules -%}
judged as (

    select
        {{ row_label(key) }} as row_key,
        {{ row_place(place) }} as row_place,
        {%- for rule in rules %}
        {{ rule.broken }} as broken_{{ loop.index }},
        {{ 'cast(' ~ rule.column ~ ' as string)' if rule.shows else 'cast(null as string)' }} as value_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}

),

broken as (

    select
        row_key,
        row_place,
        {{ stacked_columns(numbers, 'condition_no', ['broken', 'value']) }}
    from judged
    where
        {% for number in numbers %}broken_{{ number }}{{ ' or ' if not loop.last }}{% endfor %}

),

{% endif -%}
failing as (
    {% if rules %}
    select
        condition_no,
        row_key || coalesce(': ' || value, '') || coalesce(' (' || row_place || ')', '') as sample,
        count(*) over (partition by condition_no) as failing_rows,
        row_number() over (partition by condition_no order by row_key, row_place) as sample_no
    from broken
    where broken
    {% endif %}
    {%- for rule in lists %}
    {{ 'union all' if rules or not loop.first }}
    select
        '{{ rules | length + loop.index }}' as condition_no,
        row_key || coalesce(' (' || first_place || case when last_place <> first_place then ' and ' || last_place else '' end || ')', '') as sample,
        sum(times) over () as failing_rows,
        row_number() over (order by row_key) as sample_no
    from (
        select
            {{ row_label(rule.columns) }} as row_key,
            min({{ row_place(place) }}) as first_place,
            max({{ row_place(place) }}) as last_place,
            count(*) as times
        from {{ model }}
        {%- if rule.where %}
        where {{ rule.where }}
        {%- endif %}
        group by {{ rule.columns | join(', ') }}
        having count(*) > 1
    ) as repeated_{{ loop.index }}
    {%- endfor %}

)

select
    case condition_no
        {%- for number, name in names.items() %}
        when '{{ number }}' then {{ text(name) }}
        {%- endfor %}
    end as condition,
    max(failing_rows) as failing_rows,
    {{ joined_text('sample', "'; '") }} as samples
from failing
where sample_no <= 3
group by condition_no
{% endtest %}
