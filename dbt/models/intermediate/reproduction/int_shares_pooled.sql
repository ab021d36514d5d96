-- Shares of one named count in another, for England, each region and each council, over the councils
-- that gave both; and beside it from the publisher's own England row.
with shares as (

    select
        statistic,
        counted as numerator_quantity,
        share_of as denominator_quantity
    from {{ ref('statistics') }}
    where share_of is not null

),

-- the England row pairs with itself, as a council pairs with itself
counts as (

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
        council_id,
        value,
        value_lower,
        value_upper,
        weakness
    from {{ ref('int_quantities_by_area') }}
    union all
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
        area_id as council_id,
        value,
        value_lower,
        value_upper,
        weakness
    from {{ ref('int_quantities') }}
    where area_level = 'england' and vintage_kind = 'release' and breakdown = 'total'

),

paired as (

    select
        shares.statistic,
        parts.source,
        parts.source_priority,
        parts.financial_year,
        parts.release,
        parts.is_latest,
        parts.wave_definition_id,
        parts.method,
        parts.area_level,
        parts.area_id,
        -- the England row does not say how many councils it holds
        case when parts.method = 'council_rows' then parts.council_id end as council_id,
        parts.value as part,
        parts.value_lower as part_lower,
        parts.value_upper as part_upper,
        wholes.value as whole,
        wholes.value_lower as whole_lower,
        wholes.value_upper as whole_upper,
        greatest(parts.weakness, wholes.weakness) as weakness
    from shares
    inner join counts as parts on shares.numerator_quantity = parts.quantity_id
    inner join counts as wholes
        on
            shares.denominator_quantity = wholes.quantity_id
            and parts.method = wholes.method
            and parts.source = wholes.source
            and parts.source_priority = wholes.source_priority
            and parts.financial_year = wholes.financial_year
            and parts.release = wholes.release
            and coalesce(parts.wave_definition_id, 'none') = coalesce(wholes.wave_definition_id, 'none')
            and parts.area_level = wholes.area_level
            and parts.area_id = wholes.area_id
            and parts.council_id = wholes.council_id

),

summed as (

    select
        statistic,
        source,
        source_priority,
        financial_year,
        release,
        is_latest,
        wave_definition_id,
        method,
        area_level,
        area_id,
        {{ exact_sum('part') }} as part,
        {{ exact_sum('part_lower') }} as part_lower,
        {{ exact_sum('part_upper') }} as part_upper,
        {{ exact_sum('whole') }} as whole,
        {{ exact_sum('whole_lower') }} as whole_lower,
        {{ exact_sum('whole_upper') }} as whole_upper,
        nullif(count(council_id), 0) as councils,
        max(weakness) as weakness
    from paired
    where part_upper is not null and whole_upper is not null
    group by
        statistic,
        source,
        source_priority,
        financial_year,
        release,
        is_latest,
        wave_definition_id,
        method,
        area_level,
        area_id

)

select
    *,
    {{ rate_pct('part', 'whole') }} as share_pct,
    {{ rate_lower_pct('part_lower', 'whole_upper') }} as share_lower_pct,
    {{ rate_upper_pct('part_upper', 'whole_lower') }} as share_upper_pct
from summed
