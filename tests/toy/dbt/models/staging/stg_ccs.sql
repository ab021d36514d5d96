select * from {{ source('landing', 'ccs') }}
