{#-
The table macro marts.observation_as_of(day): fct_observation as it stood on a day. Each engine has its
own statement for it; what it says is the same, and stands in `as_of_query`.
-#}

{%- macro create_observation_as_of(relation) -%}
    {{ return(adapter.dispatch('create_observation_as_of', 'common_denominator')(relation)) }}
{%- endmacro -%}

{%- macro default__create_observation_as_of(relation) -%}
    {{ exceptions.raise_compiler_error("create_observation_as_of: say in macros/portable how " ~ target.type ~ " does it") }}
{%- endmacro -%}

{%- macro duckdb__create_observation_as_of(relation) -%}
    create or replace macro {{ relation.schema }}.observation_as_of(day) as table
    {{ as_of_query(relation) }};
    comment on macro table {{ relation.schema }}.observation_as_of is '{{ as_of_comment() }}'
{%- endmacro -%}

{%- macro spark__create_observation_as_of(relation) -%}
    create or replace function {{ relation.schema }}.observation_as_of(day date)
    returns table
    comment '{{ as_of_comment() }}'
    return {{ as_of_query(relation) }}
{%- endmacro -%}

{#-
The last release that had been published by the day, per source, year and definition. It is chosen
whole: a figure that it shows as missing is missing. The database is not named, so that the macro
works in whatever file it is copied to.
-#}
{%- macro as_of_query(relation) -%}
    {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    select
        {%- for column in columns %}
        {{ 'true as is_latest' if column == 'is_latest' else 'known.' ~ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            published.*,
            dense_rank() over (
                partition by published.source, published.financial_year, published.definition_id
                order by published.published_on desc, published.is_latest desc, published.release desc
            ) as releases_since
        from {{ relation.schema }}.{{ relation.identifier }} as published
        where published.published_on <= cast(day as date)
    ) as known
    where known.releases_since = 1
{%- endmacro -%}

{%- macro as_of_comment() -%}
What was latest on a day: of each source, year and definition the last release published by then, with is_latest as it was. A figure that this release shows as missing is missing. A release without a day of publication is not known on any day.
{%- endmacro -%}
