{#-
Wilson score limits of a share, in percent; z is the normal quantile of the level. A share of none or
of all has the limit 0 or 100 exactly: the formula gives 99.99999999999999 for 7 of 7.
-#}
{%- macro wilson_lower_pct(successes, trials, z) -%}
    case
        when {{ trials }} > 0 and {{ successes }} = 0 then 0.0
        when {{ trials }} > 0
            then greatest({{ _wilson_limit(successes, trials, z, '-') }}, 0.0)
    end
{%- endmacro -%}

{%- macro wilson_upper_pct(successes, trials, z) -%}
    case
        when {{ trials }} > 0 and {{ successes }} = {{ trials }} then 100.0
        when {{ trials }} > 0
            then least({{ _wilson_limit(successes, trials, z, '+') }}, 100.0)
    end
{%- endmacro -%}

{#- (successes + z2/2 -+ z * sqrt(successes * misses / trials + z2/4)) / (trials + z2) -#}
{%- macro _wilson_limit(successes, trials, z, sign) -%}
    100.0 * (
        {{ successes }} + {{ z }} * {{ z }} / 2.0
        {{ sign }} {{ z }} * sqrt(
            {{ successes }} * ({{ trials }} - {{ successes }}) / cast({{ trials }} as double) + {{ z }} * {{ z }} / 4.0
        )
    ) / ({{ trials }} + {{ z }} * {{ z }})
{%- endmacro -%}
