with landed as (

    select * from {{ source('landing', 'published') }}

)

select
    figure_id,
    figure_source,
    definition_id,
    figure_year,
    as_of,
    area_level,
    area_id,
    statistic,
    value as figure_value,
    precision as figure_precision,
    comparator,
    base_n,
    verification,
    citation,
    note,
    figure_release
from landed
