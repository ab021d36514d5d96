{#- Whether a value lies where a published figure's wording puts it; a missing end is no limit. -#}
{%- macro within_wording(value, figure) -%}
    case
        when {{ figure }}.accepted_from is null then true
        when {{ figure }}.lower_inclusive then {{ value }} >= {{ figure }}.accepted_from
        else {{ value }} > {{ figure }}.accepted_from
    end
    and case
        when {{ figure }}.accepted_to is null then true
        when {{ figure }}.upper_inclusive then {{ value }} <= {{ figure }}.accepted_to
        else {{ value }} < {{ figure }}.accepted_to
    end
{%- endmacro -%}
