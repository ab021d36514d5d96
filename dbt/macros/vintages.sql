{#-
What was known on a day. A release is known from the day it was published until the next release of
the same source, year and definition; one without a day is known on none. A vintage of a year is
what was known between two such days, or what is latest now.
-#}

{#- Whether rows that carry known_from and known_until were known on a day. -#}
{%- macro known_on(known, day) -%}
    {{ known }}.known_from <= {{ day }} and coalesce({{ day }} < {{ known }}.known_until, true)
{%- endmacro -%}

{#- Whether a release, by the name of its table, is in a vintage of its year. -#}
{%- macro in_vintage(released, vintage) -%}
    {{ released }}.financial_year = {{ vintage }}.financial_year
    and case
        when {{ vintage }}.is_current then {{ released }}.is_latest
        else {{ known_on(released, vintage ~ '.known_from') }}
    end
{%- endmacro -%}
