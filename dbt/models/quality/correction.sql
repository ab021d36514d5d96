select * from {{ ref('stg_correction') }}
