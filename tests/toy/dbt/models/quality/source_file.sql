select
    source, financial_year, release, path, sha256, bytes,
    rows_read, rows_loaded, rows_quarantined, cells_flagged, status
from {{ source('landing', 'files') }}
