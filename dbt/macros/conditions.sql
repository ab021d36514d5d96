{#- What the generic test `conditions` (dbt/tests/generic) is made of. -#}

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
            'broken': 'coalesce(' ~ entry.column ~ ' not in (select ' ~ entry.field ~ ' from ' ~ entry.to
            ~ ' where ' ~ entry.field ~ ' is not null), false)',
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
