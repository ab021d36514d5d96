with landed as (

    select * from {{ source('landing', 'files') }}

)

select
    source,
    financial_year,
    release,
    path,
    sha256,
    bytes,
    rows_read,
    rows_loaded,
    rows_quarantined,
    cells_flagged,
    status,
    rule_id,
    reason,
    remedy,
    layout,
    encoding,
    note,
    publisher,
    title,
    licence,
    evidence_class,
    published_on,
    retrieved_on,
    url
from landed
