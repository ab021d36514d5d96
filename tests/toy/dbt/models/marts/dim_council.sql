select cast(council_id as varchar) as council_id, cast(council_name as varchar) as council_name
from (values ('102', 'Cumbria'), ('104', 'Northumberland')) as councils (council_id, council_name)
