-- Typed and described here, filled at publication: only then are all columns there.
select
    cast(null as {{ dbt.type_string() }}) as schema_name,
    cast(null as {{ dbt.type_string() }}) as table_name,
    cast(null as {{ dbt.type_string() }}) as column_name,
    cast(null as int) as position,
    cast(null as {{ dbt.type_string() }}) as data_type,
    cast(null as boolean) as is_nullable,
    cast(null as int) as key_position,
    cast(null as {{ dbt.type_string() }}) as description,
    cast(null as {{ dbt.type_string() }}) as unit,
    cast(null as {{ dbt.type_string() }}) as rule,
    cast(null as {{ type_list_of_string() }}) as allowed_values,
    cast(null as {{ type_list_of_string() }}) as usage_warnings
where false
