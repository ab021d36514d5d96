{%- macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro -%}

{%- macro create_macros() -%}
    create or replace macro marts.observation_as_of(day) as table
        select * from marts.fct_observation where published_on <= day;
    comment on macro table marts.observation_as_of is 'What was latest on a day.'
{%- endmacro -%}
