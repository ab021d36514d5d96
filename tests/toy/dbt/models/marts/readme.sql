select
    cast(null as integer) as position,
    cast(null as varchar) as topic,
    cast(null as varchar) as text
where false
