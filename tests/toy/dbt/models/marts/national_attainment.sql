select
    financial_year,
    cast('published' as varchar) as basis_id,
    cast('NI130_V2' as varchar) as definition_id,
    cast('users' as varchar) as person_scope,
    cast('LAMB_2013_70' as varchar) as target_id,
    cast('before' as varchar) as timing,
    cast(2 as bigint) as councils_in_scope,
    cast(count(*) as bigint) as councils_with_data,
    cast(1 as bigint) as councils_met,
    cast(50 as double) as share_met_pct,
    cast(50 as double) as share_met_lower_pct,
    cast(100 as double) as share_met_upper_pct,
    cast(61.5 as double) as pooled_rate_pct,
    cast('synthetic' as varchar) as evidence_class
from {{ ref('fct_observation') }}
group by financial_year
