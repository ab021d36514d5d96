-- The rules of disclosure_rules, one row for each source.
{%- set rules = [
    'smallest_group', 'rounding_base', 'narrowest_range', 'hidden_councils', 'fewest_councils',
    'percent_unit', 'range_unit_pct', 'significant_digits', 'q_value_unit',
] -%}
{%- set fractions = ['percent_unit', 'range_unit_pct', 'q_value_unit'] %}

with rules as (

    select * from {{ ref('disclosure_rules') }}

)

select
    source,
{% for rule in rules %}
    {% set type = 'double' if rule in fractions else 'int' %}
    cast(max(case when rule = '{{ rule }}' then value end) as {{ type }}) as {{ rule }}{{ ',' if not loop.last }}
{% endfor %}
from rules
group by source
