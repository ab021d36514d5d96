select * from {{ ref('stg_quarantined_row') }}
