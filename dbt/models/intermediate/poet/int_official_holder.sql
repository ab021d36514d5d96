-- Official holders of each kind of budget, with the interval their rounding leaves: of each council,
-- and of England as the publisher's own England row has it.
with parts as (

    select * from {{ ref('genuine_budget_parts') }}

),

expected as (

    select
        budget_type,
        count(*) as parts_expected
    from parts
    group by budget_type

),

counts as (

    select * from {{ ref('int_named_count') }}
    where is_latest

),

summed as (

    select
        counts.financial_year,
        counts.area_level,
        counts.area_id,
        parts.budget_type,
        count(counts.count_value) as parts_with_value,
        count(counts.count_upper) as parts_with_bounds,
        sum(parts.weight * counts.count_value) as holders,
        sum(parts.weight * case when parts.weight < 0 then counts.count_upper else counts.count_lower end)
            as holders_lower,
        sum(parts.weight * case when parts.weight < 0 then counts.count_lower else counts.count_upper end)
            as holders_upper,
        max(counts.weakness) as weakness
    from parts
    inner join counts on parts.count_name = counts.count_name
    group by counts.financial_year, counts.area_level, counts.area_id, parts.budget_type

),

judged as (

    select
        summed.*,
        expected.parts_expected,
        -- a part that is surely above its whole: the counts contradict each other
        coalesce(summed.holders_upper < 0, false) as contradicts
    from summed
    inner join expected on summed.budget_type = expected.budget_type

)

select
    financial_year,
    area_level,
    area_id,
    budget_type,
    case
        when parts_with_value = parts_expected and not contradicts then greatest(holders, 0.0)
    end as holders,
    case
        when parts_with_bounds = parts_expected and not contradicts then greatest(holders_lower, 0.0)
    end as holders_lower,
    case when parts_with_bounds = parts_expected and not contradicts then holders_upper end as holders_upper,
    contradicts,
    weakness
from judged
