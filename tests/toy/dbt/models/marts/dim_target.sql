select
    cast('LAMB_2013_70' as varchar) as target_id,
    cast(70 as double) as threshold_pct,
    cast(date '2013-04-01' as date) as reference_date,
    cast('current' as varchar) as status
