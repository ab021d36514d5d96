select
    cast(null as varchar) as schema_name,
    cast(null as varchar) as table_name,
    cast(null as varchar) as column_name,
    cast(null as integer) as position,
    cast(null as varchar) as data_type,
    cast(null as boolean) as is_nullable,
    cast(null as integer) as key_position,
    cast(null as varchar) as description,
    cast(null as varchar) as unit,
    cast(null as varchar) as rule,
    cast(null as varchar[]) as allowed_values,
    cast(null as varchar[]) as usage_warnings
where false
