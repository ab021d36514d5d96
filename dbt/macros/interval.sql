{#-
Interval arithmetic for counts and rates. A bound that is not known is NULL and makes what rests on
it NULL: least() and greatest() skip NULLs, so they never meet one here.
-#}

{#- The least true count behind a printed one; kind is a row of rounding_kinds. -#}
{%- macro count_lower(value, kind) -%}
    case
        when {{ value }} is null then null
        when {{ kind }}.zero_is_exact and {{ value }} = 0 then 0.0
        when {{ kind }}.smallest_printed is not null
            then greatest({{ value }} - {{ kind }}.below, {{ kind }}.smallest_printed)
        else greatest({{ value }} - {{ kind }}.below, 0.0)
    end
{%- endmacro -%}

{%- macro count_upper(value, kind) -%}
    case
        when {{ value }} is null then null
        when {{ kind }}.zero_is_exact and {{ value }} = 0 then 0.0
        else {{ value }} + {{ kind }}.above
    end
{%- endmacro -%}

{#- A rate in percent from its counts; nothing over nothing is no rate. -#}
{%- macro rate_pct(numerator, denominator) -%}
    case when {{ denominator }} > 0 then 100.0 * {{ numerator }} / {{ denominator }} end
{%- endmacro -%}

{#- Low over high; the rate of an interval never leaves 0 to 100. -#}
{%- macro rate_lower_pct(numerator_lower, denominator_upper) -%}
    case
        when {{ numerator_lower }} is null or {{ denominator_upper }} is null then null
        when {{ denominator_upper }} > 0
            then least(greatest(100.0 * {{ numerator_lower }} / {{ denominator_upper }}, 0.0), 100.0)
    end
{%- endmacro -%}

{%- macro rate_upper_pct(numerator_upper, denominator_lower) -%}
    case
        when {{ numerator_upper }} is null or {{ denominator_lower }} is null then null
        when {{ denominator_lower }} > 0
            then least(greatest(100.0 * {{ numerator_upper }} / {{ denominator_lower }}, 0.0), 100.0)
        else 100.0
    end
{%- endmacro -%}

{#- The verdict of an interval against a threshold, unrounded: contract, section 4. -#}
{%- macro verdict(lower, upper, threshold) -%}
    case
        when {{ lower }} is null or {{ upper }} is null then 'no_data'
        when {{ lower }} >= {{ threshold }} then 'met'
        when {{ upper }} < {{ threshold }} then 'missed'
        else 'undetermined'
    end
{%- endmacro -%}
