select
    cast(null as varchar) as warning_id,
    cast(null as varchar) as title,
    cast(null as varchar) as text,
    cast(null as varchar) as citation
where false
