-- Typed and described here, filled at publication: only then has the release a name.
select
    cast(null as int) as position,
    cast(null as {{ dbt.type_string() }}) as topic,
    cast(null as {{ dbt.type_string() }}) as text
where false
