-- Every component of a rate, as each source gives it, per council in scope, person scope and age band, in
-- each vintage of a year.
with by_source as (

    select * from {{ ref('int_quantities') }}
    where area_level = 'council' and vintage_kind = 'known'

),

named as (

    select * from {{ ref('quantities') }}
    where component is not null

),

councils as (

    select * from {{ ref('int_councils_by_year') }}

)

select
    by_source.financial_year,
    by_source.vintage_no,
    by_source.is_current,
    by_source.area_id as council_id,
    councils.region_code,
    named.quantity_id,
    named.component,
    named.person_scope,
    by_source.breakdown,
    by_source.source_priority as offer,
    by_source.source,
    by_source.definition_id,
    by_source.release,
    by_source.value as component_value,
    by_source.value_lower as component_lower,
    by_source.value_upper as component_upper,
    by_source.weakness
from by_source
inner join named on by_source.quantity_id = named.quantity_id
inner join councils
    on by_source.financial_year = councils.financial_year and by_source.area_id = councils.council_id
