{#-
What a published figure leaves open, and whether two of them can both be right. A figure stands for
the values that are worded as it is; an end that is NULL is no limit.
-#}

{#- Printed ends are sums of decimals: 55.5 + 0.05 and 55.6 - 0.05 are one number. -#}
{%- macro without_noise(value) -%}
    round({{ value }}, 9)
{%- endmacro -%}

{#- The least and greatest whole number in a range whose ends may be open. -#}
{%- macro lowest_whole(value, inclusive) -%}
    case when {{ inclusive }} then ceil({{ value }}) else floor({{ value }}) + 1 end
{%- endmacro -%}

{%- macro highest_whole(value, inclusive) -%}
    case when {{ inclusive }} then floor({{ value }}) else ceil({{ value }}) - 1 end
{%- endmacro -%}

{#- Whether all of one range lies below all of another. -#}
{%- macro lies_below(highest, highest_inclusive, lowest, lowest_inclusive) -%}
    coalesce(
        {{ without_noise(highest) }} < {{ without_noise(lowest) }}
        or (
            {{ without_noise(highest) }} = {{ without_noise(lowest) }}
            and not ({{ highest_inclusive }} and {{ lowest_inclusive }})
        ),
        false
    )
{%- endmacro -%}

{#- Whether two figures, by the names of their tables, share no value. -#}
{%- macro figures_apart(one, other) -%}
    (
        {{ lies_below(one ~ '.highest', one ~ '.highest_inclusive', other ~ '.lowest', other ~ '.lowest_inclusive') }}
        or {{ lies_below(other ~ '.highest', other ~ '.highest_inclusive', one ~ '.lowest', one ~ '.lowest_inclusive') }}
    )
{%- endmacro -%}

{#- Whether a figure shares no value with a range computed from others, whose ends belong to it. -#}
{%- macro figure_apart_from(figure, lowest, highest) -%}
    (
        {{ lies_below(figure ~ '.highest', figure ~ '.highest_inclusive', lowest, 'true') }}
        or {{ lies_below(highest, 'true', figure ~ '.lowest', figure ~ '.lowest_inclusive') }}
    )
{%- endmacro -%}

{#- One and the same, or not stated by either. -#}
{%- macro same_or_neither(one, other) -%}
    coalesce(cast({{ one }} as {{ dbt.type_string() }}), '') = coalesce(cast({{ other }} as {{ dbt.type_string() }}), '')
{%- endmacro -%}

{#- One and the same, or not stated by one of the two. -#}
{%- macro same_or_not_stated(one, other) -%}
    coalesce({{ one }}, {{ other }}, '') = coalesce({{ other }}, {{ one }}, '')
{%- endmacro -%}

{#- Figures of one source about one day and area. -#}
{%- macro same_occasion(one, other) -%}
    {{ one }}.figure_source = {{ other }}.figure_source
    and {{ one }}.figure_year = {{ other }}.figure_year
    and {{ one }}.figure_day = {{ other }}.figure_day
    and {{ one }}.area_level = {{ other }}.area_level
    and {{ one }}.area_id = {{ other }}.area_id
{%- endmacro -%}

{#- Figures of one source, day, area and definition, in one release as far as both say which. -#}
{%- macro beside(one, other) -%}
    {{ same_occasion(one, other) }}
    and {{ same_or_neither(one ~ '.definition_id', other ~ '.definition_id') }}
    and {{ same_or_not_stated(one ~ '.figure_release', other ~ '.figure_release') }}
{%- endmacro -%}
