-- Typed and described here, filled at publication: only then is it known when the run finished.
select
    cast(null as {{ dbt.type_int() }}) as release_no,
    cast(null as {{ dbt.type_string() }}) as release_id,
    cast(null as {{ dbt.type_timestamp() }}) as started_at,
    cast(null as {{ dbt.type_timestamp() }}) as finished_at,
    cast(null as {{ dbt.type_string() }}) as code_version,
    cast(null as {{ dbt.type_string() }}) as inputs_digest,
    cast(null as {{ dbt.type_string() }}) as raw_digest
where false
