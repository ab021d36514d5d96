-- Every named count for England, each region and each council, in every release: built from council
-- rows, and beside it as the publisher's own England row has it.
with placed as (

    select * from {{ ref('int_placed_count') }}

),

named_counts as (

    select * from {{ ref('int_named_count') }}

),

from_councils as (

    select
        count_name,
        offer,
        source,
        financial_year,
        release,
        is_latest,
        wave_definition_id,
        'council_rows' as method,
        area_level,
        area_id,
        sum(count_value) as area_count,
        sum(count_lower) as area_count_lower,
        sum(count_upper) as area_count_upper,
        count(count_upper) as councils,
        {{ joined_text("case when count_upper is null then council_name end", "', '") }} as silent_councils,
        max(weakness) as weakness
    from placed
    group by
        count_name,
        offer,
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
        count_name,
        offer,
        source,
        financial_year,
        release,
        is_latest,
        wave_definition_id,
        'england_row' as method,
        area_level,
        area_id,
        count_value as area_count,
        count_lower as area_count_lower,
        count_upper as area_count_upper,
        cast(null as bigint) as councils,
        cast(null as {{ dbt.type_string() }}) as silent_councils,
        weakness
    from named_counts
    where area_level = 'england' and count_upper is not null

)

select * from from_councils
where area_count_upper is not null
union all
select * from from_england_row
