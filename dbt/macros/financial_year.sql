{#- A financial year is written 2012-13 and runs from 1 April to 31 March. -#}

{%- macro financial_year_start(financial_year) -%}
    {{ make_date("cast(substr(" ~ financial_year ~ ", 1, 4) as int)", 4, 1) }}
{%- endmacro -%}

{%- macro financial_year_end(financial_year) -%}
    {{ make_date("cast(substr(" ~ financial_year ~ ", 1, 4) as int) + 1", 3, 31) }}
{%- endmacro -%}

{%- macro previous_financial_year(financial_year) -%}
    cast(cast(substr({{ financial_year }}, 1, 4) as int) - 1 as {{ dbt.type_string() }})
    || '-' || substr({{ financial_year }}, 3, 2)
{%- endmacro -%}

{#- An open end of a range of years stands for every year. -#}
{%- macro year_within(financial_year, first_year, last_year) -%}
    {{ financial_year }} >= coalesce({{ first_year }}, {{ financial_year }})
    and {{ financial_year }} <= coalesce({{ last_year }}, {{ financial_year }})
{%- endmacro -%}

{#- The financial years that a table has, in order; none where nothing may be asked of the database. -#}
{%- macro financial_years(relation) -%}
    {%- if not (execute and flags.INTROSPECT) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set found = run_query("select distinct financial_year from " ~ relation ~ " order by financial_year") -%}
    {{ return(found.columns[0].values()) }}
{%- endmacro -%}
