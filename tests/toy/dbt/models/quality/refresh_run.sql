select
    cast(null as integer) as release_no,
    cast(null as varchar) as release_id,
    cast(null as timestamp) as started_at,
    cast(null as timestamp) as finished_at,
    cast(null as varchar) as code_version,
    cast(null as varchar) as inputs_digest,
    cast(null as varchar) as raw_digest
where false
