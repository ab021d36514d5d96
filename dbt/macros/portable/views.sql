{#-
What published views need. A view is copied into the published file by its own words and read there
under whatever name the file has: it names its tables by schema, and no database.
-#}

{%- macro without_database(relation) -%}
    {{ return(adapter.dispatch('without_database', 'common_denominator')(relation)) }}
{%- endmacro -%}

{%- macro default__without_database(relation) -%}
    {{ exceptions.raise_compiler_error("without_database: say in macros/portable how " ~ target.type ~ " does it") }}
{%- endmacro -%}

{%- macro duckdb__without_database(relation) -%}
    {{ relation.include(database=false) }}
{%- endmacro -%}

{#- Spark knows no database above the schema. -#}
{%- macro spark__without_database(relation) -%}
    {{ relation }}
{%- endmacro -%}


{#- A list of texts, as a type. -#}
{%- macro type_list_of_string() -%}
    {{ return(adapter.dispatch('type_list_of_string', 'common_denominator')()) }}
{%- endmacro -%}

{%- macro default__type_list_of_string() -%}
    {{ exceptions.raise_compiler_error("type_list_of_string: say in macros/portable how " ~ target.type ~ " does it") }}
{%- endmacro -%}

{%- macro duckdb__type_list_of_string() -%}
    varchar[]
{%- endmacro -%}

{%- macro spark__type_list_of_string() -%}
    array<string>
{%- endmacro -%}
