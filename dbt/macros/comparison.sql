{# A value against a threshold, by the comparison a seed names. #}
{% macro compares(value, comparison, threshold) -%}
case {{ comparison }}
        when 'ge' then {{ value }} >= {{ threshold }}
        when 'gt' then {{ value }} > {{ threshold }}
        when 'le' then {{ value }} <= {{ threshold }}
        when 'lt' then {{ value }} < {{ threshold }}
    end
{%- endmacro %}
