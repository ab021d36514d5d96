{#-
Which offer of a component is used: a value before a range before nothing, then the number that
quantity_components gives it, and of two waves in one year the later.
-#}
{%- macro order_of_use() -%}
    case when component_value is not null then 0 when component_upper is not null then 1 else 2 end, offer, definition_id desc
{%- endmacro -%}
