select
    source,
    financial_year,
    published_on,
    area_code as area_id,
    users as value,
    evidence_class
from {{ ref('stg_ccs') }}
