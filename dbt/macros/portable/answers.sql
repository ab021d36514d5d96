{#-
Tables with a column for each question. Answers are looked up in a map that is written out, which an
engine can do once for each distinct value; columns become rows after the counting, when there are few.
-#}

{#- What a value stands for, by (value, meaning) pairs; NULL for a value without one. -#}
{%- macro looked_up(column, pairs) -%}
    {{ return(adapter.dispatch('looked_up', 'common_denominator')(column, pairs)) }}
{%- endmacro -%}

{%- macro default__looked_up(column, pairs) -%}
    {{ exceptions.raise_compiler_error("looked_up: say in macros/portable how " ~ target.type ~ " does it") }}
{%- endmacro -%}

{%- macro duckdb__looked_up(column, pairs) -%}
    map_extract_value(map([
        {%- for value, _ in pairs %}'{{ value }}'{{ ', ' if not loop.last }}{% endfor -%}
    ], [
        {%- for _, meaning in pairs %}cast({{ meaning }} as tinyint){{ ', ' if not loop.last }}{% endfor -%}
    ]), {{ column }})
{%- endmacro -%}

{%- macro spark__looked_up(column, pairs) -%}
    element_at(map(
        {%- for value, meaning in pairs %}'{{ value }}', cast({{ meaning }} as tinyint){{ ', ' if not loop.last }}{% endfor -%}
    ), {{ column }})
{%- endmacro -%}


{#-
Each row of a relation once for each of `names`: the keys, the name as the column `called`, and for
each measure the column `<measure>_<name>` as the column `measure`.
-#}
{%- macro stacked(relation, keys, names, called, measures) -%}
    select
        {{ keys | join(', ') }},
        {{ stacked_columns(names, called, measures) }}
    from {{ relation }}
{%- endmacro -%}

{%- macro stacked_columns(names, called, measures) -%}
    {{ return(adapter.dispatch('stacked_columns', 'common_denominator')(names, called, measures)) }}
{%- endmacro -%}

{%- macro default__stacked_columns(names, called, measures) -%}
    {{ exceptions.raise_compiler_error("stacked_columns: say in macros/portable how " ~ target.type ~ " does it") }}
{%- endmacro -%}

{%- macro duckdb__stacked_columns(names, called, measures) -%}
    unnest([{% for name in names %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %}]) as {{ called }}
    {%- for measure in measures %},
    unnest([{% for name in names %}{{ measure }}_{{ name }}{{ ', ' if not loop.last }}{% endfor %}]) as {{ measure }}
    {%- endfor %}
{%- endmacro -%}

{%- macro spark__stacked_columns(names, called, measures) -%}
    stack(
        {{ names | length }}
        {%- for name in names %},
        '{{ name }}'
        {%- for measure in measures %}, {{ measure }}_{{ name }}{% endfor %}
        {%- endfor %}
    ) as ({{ called }}, {{ measures | join(', ') }})
{%- endmacro -%}
