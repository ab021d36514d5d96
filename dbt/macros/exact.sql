{#-
A sum of numbers that are not whole, the same whatever the order of the rows: a sum of doubles ends in
other digits from one build to the next, as threads come to their rows. To 18 decimals, below 10^20; what
is larger is an error and not a wrong sum. `exact_sum_of_rates` is for percentages, of which there may be
millions: to 12 decimals, below 10^6, at half the time.
-#}
{%- macro exact_sum(expression) -%}
    cast(sum(cast({{ expression }} as decimal(38, 18))) as double)
{%- endmacro -%}

{%- macro exact_sum_of_rates(expression) -%}
    cast(sum(cast({{ expression }} as decimal(18, 12))) as double)
{%- endmacro -%}

{%- macro exact_mean(expression) -%}
    {{ exact_sum(expression) }} / nullif(count({{ expression }}), 0)
{%- endmacro -%}
