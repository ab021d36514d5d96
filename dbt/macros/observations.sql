{#-
Turns the measured columns of a wide landed table into observations, one a row; measured_column is the
name of the column that a row was.
measured: a list of (column, statistic, breakdown, unit); each column has its _token, _status,
_lower and _upper beside it. keys: the columns that are carried along.
-#}
{%- macro unpivot_measured(relation, keys, measured) -%}
    {%- for column, statistic, breakdown, unit in measured %}
    select
        {%- for key in keys %}
        {{ key }},
        {%- endfor %}
        '{{ column }}' as measured_column,
        '{{ statistic }}' as statistic,
        '{{ breakdown }}' as breakdown,
        '{{ unit }}' as unit,
        {{ column }} as measured_value,
        {{ column }}_lower as token_lower,
        {{ column }}_upper as token_upper,
        {{ column }}_status as status_code,
        {{ column }}_token as token
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro -%}

{#- What every observation carries of the file it stands in. -#}
{%- macro provenance_columns() -%}
    {{ return(['source', 'financial_year', 'release', 'published_on', 'evidence_class',
               'source_file', 'source_sha256', 'source_locator']) }}
{%- endmacro -%}

{#- The columns of an observation in their one order: every staging model of a source ends so. -#}
{%- macro observation_columns() -%}
    source,
    financial_year,
    release,
    published_on,
    area_level,
    area_id,
    definition_id,
    breakdown,
    statistic,
    unit,
    measured_value,
    token_lower,
    token_upper,
    status_code,
    token,
    evidence_class,
    source_file,
    source_sha256,
    source_locator
{%- endmacro -%}


{#- These columns of the observations of every source. -#}
{%- macro union_of_sources(columns) -%}
    {%- for name in var('observation_sources') %}
    select {{ columns | join(', ') }} from {{ ref('stg_' ~ name) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro -%}
