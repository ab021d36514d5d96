{#- What the generic test `conditions` (dbt/tests/generic) is made of. -#}

{#- The query: a row for each broken condition, with its name, how many rows break it, and samples. -#}
{%- macro conditions_query(model, not_null, unique, accepted_values, relationships, expressions, key, place) -%}
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
{%- endmacro -%}


{#- Conditions that a row meets by itself: name, column, the SQL that is true of a row that breaks it. -#}
{%- macro row_conditions(not_null, accepted_values, relationships, expressions) -%}
    {%- set found = [] -%}
    {%- for entry in not_null -%}
        {%- set entry = {'columns': [entry]} if entry is string else entry -%}
        {%- for column in entry['columns'] -%}
            {%- do found.append({
                'kind': 'not_null',
                'column': column,
                'name': entry.name or column ~ ' has a value',
                'broken': column ~ ' is null',
                'shows': false,
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for entry in accepted_values -%}
        {%- set written = [] -%}
        {%- for value in entry['values'] -%}
            {%- do written.append(value if entry.quote is false else text(value)) -%}
        {%- endfor -%}
        {%- do found.append({
            'kind': 'accepted_values',
            'column': entry.column,
            'name': entry.name or entry.column ~ ' is one of ' ~ entry['values'] | join(', '),
            'broken': 'coalesce(' ~ entry.column ~ ' not in (' ~ written | join(', ') ~ '), false)',
            'shows': true,
        }) -%}
    {%- endfor -%}
    {%- for entry in relationships -%}
        {%- do found.append({
            'kind': 'relationships',
            'column': entry.column,
            'name': entry.name or entry.column ~ ' is a ' ~ entry.field ~ ' of ' ~ entry.to.identifier,
            'broken': entry.column ~ ' is not null and ' ~ entry.column ~ ' not in (select ' ~ entry.field
            ~ ' from ' ~ entry.to ~ ' where ' ~ entry.field ~ ' is not null)',
            'shows': true,
        }) -%}
    {%- endfor -%}
    {%- for entry in expressions -%}
        {%- do found.append({
            'kind': 'expressions',
            'column': none,
            'name': entry.name,
            'broken': 'not coalesce(' ~ entry.expression | trim ~ ', false)',
            'shows': false,
        }) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro -%}


{#- Conditions that rows meet together: lists of columns of which no two rows have the same values. -#}
{%- macro unique_conditions(unique) -%}
    {%- set found = [] -%}
    {%- for entry in unique -%}
        {%- set entry = entry if entry is mapping else {'columns': entry} -%}
        {%- set among = ' where ' ~ entry.where if entry.where else '' -%}
        {%- do found.append({
            'kind': 'unique',
            'columns': entry['columns'],
            'where': entry.where,
            'name': entry.name or 'one row per ' ~ entry['columns'] | join(', ') ~ among,
        }) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro -%}


{#- A row by its columns, as `column value, column value`. -#}
{%- macro row_label(columns) -%}
    {%- for column in columns -%}
        '{{ ', ' if not loop.first }}{{ column }} ' || coalesce(cast({{ column }} as string), 'NULL'){{ ' || ' if not loop.last }}
    {%- else -%}
        'a row'
    {%- endfor -%}
{%- endmacro -%}


{#- Where a row came from; NULL for a table that does not say. -#}
{%- macro row_place(columns) -%}
    {%- if columns -%}
        {%- for column in columns -%}
            {{ "', ' || " if not loop.first }}coalesce(cast({{ column }} as string), 'unknown'){{ ' || ' if not loop.last }}
        {%- endfor -%}
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro -%}


{#- Words as a literal of SQL. -#}
{%- macro text(words) -%}
    '{{ words | string | replace("'", "''") }}'
{%- endmacro -%}
