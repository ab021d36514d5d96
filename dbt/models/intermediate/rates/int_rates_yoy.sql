-- The rate of every council, region and England beside that of the year before, and the change
-- where the two are of one series.
with links as (

    select * from {{ ref('int_rates_comparable') }}

),

rates as (

    select * from {{ ref('int_rates') }}
    where is_current and breakdown = 'total'

),

councils as (

    select * from {{ ref('councils') }}

),

came_from as (

    select
        later.council_id,
        {{ joined_text('earlier.council_name', "', '") }} as predecessors
    from councils as later
    inner join councils as earlier
        on instr(';' || later.predecessor_ids || ';', ';' || earlier.council_id || ';') > 0
    group by later.council_id

),

linked as (

    select
        links.basis_id,
        links.definition_id,
        links.person_scope,
        links.financial_year,
        links.previous_year,
        links.previous_definition_id,
        links.refused_reason,
        rates.council_id,
        rates.council_name,
        rates.region_code,
        rates.region_name,
        rates.numerator,
        rates.denominator,
        rates.rate_status,
        rates.rate_pct,
        rates.weakness,
        rates.source_file,
        rates.source_sha256,
        rates.source_locator,
        case
            when councils.valid_from > {{ financial_year_end('links.previous_year') }} then councils.valid_from
        end as new_since,
        came_from.predecessors
    from rates
    inner join links
        on
            rates.basis_id = links.basis_id
            and coalesce(rates.definition_id, 'none') = coalesce(links.definition_id, 'none')
            and rates.person_scope = links.person_scope
            and rates.financial_year = links.financial_year
    inner join councils on rates.council_id = councils.council_id
    left join came_from on rates.council_id = came_from.council_id

),

paired as (

    select
        linked.*,
        before.numerator as previous_numerator,
        before.denominator as previous_denominator,
        before.rate_status as previous_rate_status,
        before.rate_pct as previous_rate_pct,
        before.weakness as previous_weakness
    from linked
    left join rates as before
        on
            linked.refused_reason is null
            and linked.basis_id = before.basis_id
            and coalesce(linked.previous_definition_id, 'none') = coalesce(before.definition_id, 'none')
            and linked.person_scope = before.person_scope
            and linked.previous_year = before.financial_year
            and linked.council_id = before.council_id

),

council_changes as (

    select
        'council' as area_level,
        council_id as area_id,
        council_name as area_name,
        *,
        case
            when refused_reason is not null then refused_reason
            when new_since is not null
                then
                    'the council is new since ' || cast(new_since as {{ dbt.type_string() }})
                    || coalesce(': it came from ' || predecessors, '')
            when rate_status = 'above_100' then 'the rate is above 100: its counts contradict each other'
            when previous_rate_status = 'above_100'
                then 'the rate of ' || previous_year || ' is above 100: its counts contradict each other'
            when rate_pct is null then 'there is no rate for ' || financial_year
            when previous_rate_pct is null then 'there is no rate for ' || previous_year
        end as why_refused
    from paired

),

placed as (

    select
        'region' as area_level,
        region_code as area_id,
        region_name as area_name,
        *
    from paired
    union all
    select
        'england' as area_level,
        'England' as area_id,
        'England' as area_name,
        *
    from paired

),

-- the year before of an area is pooled over the councils of that year, those that ended with it too
placed_rates as (

    select
        'region' as area_level,
        region_code as area_id,
        *
    from rates
    where rate_status = 'rate'
    union all
    select
        'england' as area_level,
        'England' as area_id,
        *
    from rates
    where rate_status = 'rate'

),

pooled_rates as (

    select
        area_level,
        area_id,
        basis_id,
        definition_id,
        person_scope,
        financial_year,
        {{ rate_pct('sum(numerator)', 'sum(denominator)') }} as rate_pct,
        count(*) as councils,
        max(weakness) as weakness
    from placed_rates
    group by area_level, area_id, basis_id, definition_id, person_scope, financial_year

),

pooled as (

    select
        area_level,
        area_id,
        area_name,
        basis_id,
        definition_id,
        person_scope,
        financial_year,
        previous_year,
        previous_definition_id,
        refused_reason,
        {{ rate_pct("sum(case when rate_status = 'rate' then numerator end)",
                    "sum(case when rate_status = 'rate' then denominator end)") }} as rate_pct,
        count(case when rate_status = 'rate' then 1 end) as councils,
        count(case when rate_status = 'rate' and previous_rate_status = 'rate' then 1 end) as councils_in_both,
        max(weakness) as weakness
    from placed
    group by
        area_level,
        area_id,
        area_name,
        basis_id,
        definition_id,
        person_scope,
        financial_year,
        previous_year,
        previous_definition_id,
        refused_reason

),

area_changes as (

    select
        pooled.*,
        before.rate_pct as previous_rate_pct,
        before.councils as previous_councils,
        before.weakness as previous_weakness,
        case
            when pooled.refused_reason is not null then pooled.refused_reason
            when pooled.rate_pct is null then 'there is no rate for ' || pooled.financial_year
            when before.rate_pct is null then 'there is no rate for ' || pooled.previous_year
        end as why_refused
    from pooled
    left join pooled_rates as before
        on
            pooled.refused_reason is null
            and pooled.area_level = before.area_level
            and pooled.area_id = before.area_id
            and pooled.basis_id = before.basis_id
            and coalesce(pooled.previous_definition_id, 'none') = coalesce(before.definition_id, 'none')
            and pooled.person_scope = before.person_scope
            and pooled.previous_year = before.financial_year

),

changes as (

    select
        area_level,
        area_id,
        area_name,
        basis_id,
        definition_id,
        person_scope,
        financial_year,
        previous_year,
        previous_definition_id,
        rate_pct,
        previous_rate_pct,
        why_refused,
        cast(null as bigint) as councils,
        cast(null as bigint) as previous_councils,
        cast(null as bigint) as councils_in_both,
        weakness,
        previous_weakness,
        numerator,
        denominator,
        previous_numerator,
        previous_denominator,
        source_file,
        source_sha256,
        source_locator
    from council_changes
    union all
    select
        area_level,
        area_id,
        area_name,
        basis_id,
        definition_id,
        person_scope,
        financial_year,
        previous_year,
        previous_definition_id,
        rate_pct,
        previous_rate_pct,
        why_refused,
        councils,
        previous_councils,
        case when why_refused is null then councils_in_both end as councils_in_both,
        weakness,
        previous_weakness,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        cast(null as double) as previous_numerator,
        cast(null as double) as previous_denominator,
        cast(null as {{ dbt.type_string() }}) as source_file,
        cast(null as {{ dbt.type_string() }}) as source_sha256,
        cast(null as {{ dbt.type_string() }}) as source_locator
    from area_changes

)

select
    area_level,
    area_id,
    area_name,
    financial_year,
    basis_id,
    definition_id,
    person_scope,
    rate_pct,
    previous_year,
    previous_definition_id,
    previous_rate_pct,
    case when why_refused is null then rate_pct - previous_rate_pct end as change_pp,
    why_refused as refused_reason,
    councils,
    previous_councils,
    councils_in_both,
    case
        when councils_in_both < councils or councils_in_both < previous_councils
            then
                'not the same councils: ' || cast(councils as {{ dbt.type_string() }}) || ' gave a rate, '
                || cast(previous_councils as {{ dbt.type_string() }}) || ' the year before, '
                || cast(councils_in_both as {{ dbt.type_string() }}) || ' in both; part of the change is who answered'
    end as note,
    case when previous_weakness > weakness then previous_weakness else weakness end as weakness,
    numerator,
    denominator,
    previous_numerator,
    previous_denominator,
    source_file,
    source_sha256,
    source_locator
from changes
