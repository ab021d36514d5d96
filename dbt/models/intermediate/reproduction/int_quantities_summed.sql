-- Every named count for England, each region and each council, in every release: built from council
-- rows, and beside it as the publisher's own England row has it.
with placed as (

    select * from {{ ref('int_quantities_by_area') }}

),

england_rows as (

    select * from {{ ref('int_quantities') }}
    where area_level = 'england' and vintage_kind = 'release' and breakdown = 'total'

),

from_councils as (

    select
        quantity_id,
        source_priority,
        source,
        financial_year,
        release,
        is_latest,
        wave_definition_id,
        'council_rows' as method,
        area_level,
        area_id,
        sum(value) as area_count,
        sum(value_lower) as area_count_lower,
        sum(value_upper) as area_count_upper,
        count(value_upper) as councils,
        {{ joined_text("case when value_upper is null then council_name end", "', '") }} as silent_councils,
        max(weakness) as weakness
    from placed
    group by
        quantity_id,
        source_priority,
        source,
        financial_year,
        release,
        is_latest,
        wave_definition_id,
        area_level,
        area_id

),

from_england_row as (

    select
        quantity_id,
        source_priority,
        source,
        financial_year,
        release,
        is_latest,
        wave_definition_id,
        'england_row' as method,
        area_level,
        area_id,
        value as area_count,
        value_lower as area_count_lower,
        value_upper as area_count_upper,
        cast(null as bigint) as councils,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        weakness
    from england_rows
    where value_upper is not null

)

select * from from_councils
where area_count_upper is not null
union all
select * from from_england_row
