select
    source, financial_year, release, path, sha256, bytes,
    rows_read, rows_loaded, rows_quarantined, cells_flagged, status, rule_id, reason,
    cast('Invented' as varchar) as publisher, cast('CC0-1.0' as varchar) as licence,
    cast('synthetic' as varchar) as evidence_class
from {{ source('landing', 'files') }}
