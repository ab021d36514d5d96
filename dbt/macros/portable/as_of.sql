{#-
Table macros such as marts.observation_as_of(day): a published table as it stood on a day. Each engine
has its own statement for it; what it says is the same, and stands in `as_of_query`. `shown` is the
table whose columns it has, `kept` the one whose rows carry known_from and known_until.
-#}

{%- macro create_as_of(name, shown, kept) -%}
    {{ return(adapter.dispatch('create_as_of', 'common_denominator')(name, shown, kept)) }}
{%- endmacro -%}

{%- macro default__create_as_of(name, shown, kept) -%}
    {{ exceptions.raise_compiler_error("create_as_of: say in macros/portable how " ~ target.type ~ " does it") }}
{%- endmacro -%}

{%- macro duckdb__create_as_of(name, shown, kept) -%}
    create or replace macro {{ shown.schema }}.{{ name }}(day) as table
    {{ as_of_query(shown, kept) }};
    comment on macro table {{ shown.schema }}.{{ name }} is '{{ as_of_comment(shown) }}'
{%- endmacro -%}

{%- macro spark__create_as_of(name, shown, kept) -%}
    create or replace function {{ shown.schema }}.{{ name }}(day date)
    returns table
    comment '{{ as_of_comment(shown) }}'
    return {{ as_of_query(shown, kept) }}
{%- endmacro -%}

{#-
A release is known whole: a figure that it shows as missing is missing. What was known was the latest
then. The database is not named, so that the macro works in whatever file it is copied to.
-#}
{%- macro as_of_query(shown, kept) -%}
    {%- set columns = adapter.get_columns_in_relation(shown) | map(attribute='name') | list -%}
    select
        {%- for column in columns %}
        {{ 'true as is_latest' if column == 'is_latest' else 'kept.' ~ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ kept.schema }}.{{ kept.identifier }} as kept
    where {{ known_on('kept', 'cast(day as date)') }}
{%- endmacro -%}

{%- macro as_of_comment(shown) -%}
{{ shown.identifier }} as it stood on a day: by the last release that each source had published by then for a year and definition. A figure that this release shows as missing is missing. A release without a day of publication is not known on any day.
{%- endmacro -%}
