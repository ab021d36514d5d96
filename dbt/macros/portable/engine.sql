{#-
Everything whose SQL differs from engine to engine stands here, and nowhere else. Each macro is a
dispatch whose default raises: a new engine has to say how it does the thing.
-#}

{%- macro make_date(year, month, day) -%}
    {{ return(adapter.dispatch('make_date', 'common_denominator')(year, month, day)) }}
{%- endmacro -%}

{%- macro default__make_date(year, month, day) -%}
    {{ exceptions.raise_compiler_error("make_date: say in macros/portable how " ~ target.type ~ " does it") }}
{%- endmacro -%}

{%- macro duckdb__make_date(year, month, day) -%}
    make_date({{ year }}, {{ month }}, {{ day }})
{%- endmacro -%}

{%- macro spark__make_date(year, month, day) -%}
    make_date({{ year }}, {{ month }}, {{ day }})
{%- endmacro -%}


{#- The texts of a group, in their own order, joined by a separator (a SQL literal). -#}
{%- macro joined_text(expression, separator) -%}
    {{ return(adapter.dispatch('joined_text', 'common_denominator')(expression, separator)) }}
{%- endmacro -%}

{%- macro default__joined_text(expression, separator) -%}
    {{ exceptions.raise_compiler_error("joined_text: say in macros/portable how " ~ target.type ~ " does it") }}
{%- endmacro -%}

{%- macro duckdb__joined_text(expression, separator) -%}
    string_agg({{ expression }}, {{ separator }} order by {{ expression }})
{%- endmacro -%}

{%- macro spark__joined_text(expression, separator) -%}
    array_join(array_sort(collect_list({{ expression }})), {{ separator }})
{%- endmacro -%}


{%- macro median_of(expression) -%}
    {{ return(adapter.dispatch('median_of', 'common_denominator')(expression)) }}
{%- endmacro -%}

{%- macro default__median_of(expression) -%}
    {{ exceptions.raise_compiler_error("median_of: say in macros/portable how " ~ target.type ~ " does it") }}
{%- endmacro -%}

{%- macro duckdb__median_of(expression) -%}
    median({{ expression }})
{%- endmacro -%}

{%- macro spark__median_of(expression) -%}
    percentile({{ expression }}, 0.5)
{%- endmacro -%}


{#- A whole number from 0 to 2^32 - 1 drawn from a text by its digest: as good as by chance, and always the same. -#}
{%- macro digest_number(expression) -%}
    {{ return(adapter.dispatch('digest_number', 'common_denominator')(expression)) }}
{%- endmacro -%}

{%- macro default__digest_number(expression) -%}
    {{ exceptions.raise_compiler_error("digest_number: say in macros/portable how " ~ target.type ~ " does it") }}
{%- endmacro -%}

{%- macro duckdb__digest_number(expression) -%}
    cast('0x' || substr(md5({{ expression }}), 1, 8) as bigint)
{%- endmacro -%}

{%- macro spark__digest_number(expression) -%}
    cast(conv(substr(md5({{ expression }}), 1, 8), 16, 10) as bigint)
{%- endmacro -%}
