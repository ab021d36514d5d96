-- What every source says, one observation a row, in the columns of observation_columns().
{% for name in var('observation_sources') %}
    select * from {{ ref('stg_' ~ name) }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
