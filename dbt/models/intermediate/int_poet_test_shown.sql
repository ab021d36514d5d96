-- How many pass all three tests, of the answers that may be shown: nothing of fewer people than the
-- smallest group, by a figure itself or by taking figures from one another. Councils add up to England,
-- and direct payments, other budgets and those that nobody says how they are managed to the whole of an
-- area; so the parts of an area hide together.
with counts as (

    select * from {{ ref('int_poet_test_count') }}

),

budget_types as (

    select * from {{ ref('genuine_budget_types') }}

),

wholes as (

    select
        counts.*,
        disclosure_rules.smallest_group
    from counts
    inner join {{ ref('disclosure_rules') }} as disclosure_rules on disclosure_rules.source = 'poet'
    where counts.budget_type = 'all'

),

known_parts as (

    select
        wholes.wave,
        wholes.area_level,
        wholes.area_id,
        budget_types.budget_type as part,
        coalesce(counts.n_valid, 0) as n_valid,
        coalesce(counts.n_passing, 0) as n_passing
    from wholes
    inner join budget_types on wholes.budget_type <> budget_types.budget_type
    left join counts
        on
            wholes.wave = counts.wave
            and wholes.area_level = counts.area_level
            and wholes.area_id = counts.area_id
            and budget_types.budget_type = counts.budget_type

),

parts as (

    select * from known_parts
    union all
    select
        wholes.wave,
        wholes.area_level,
        wholes.area_id,
        'unknown' as part,
        max(wholes.n_valid) - sum(known_parts.n_valid) as n_valid,
        max(wholes.n_passing) - sum(known_parts.n_passing) as n_passing
    from wholes
    inner join known_parts
        on
            wholes.wave = known_parts.wave
            and wholes.area_level = known_parts.area_level
            and wholes.area_id = known_parts.area_id
    group by wholes.wave, wholes.area_level, wholes.area_id

),

council_wholes as (

    select
        *,
        area_id as group_value
    from wholes
    where area_level = 'council'

),

council_wholes_suppressed as (
    {{ with_suppression('council_wholes', ['wave'], ['n_passing'], 'smallest_group') }}

),

wholes_judged as (

    select
        wholes.*,
        coalesce(council_wholes_suppressed.suppressed, wholes.n_valid < wholes.smallest_group) as whole_hidden
    from wholes
    left join council_wholes_suppressed
        on
            wholes.wave = council_wholes_suppressed.wave
            and wholes.area_level = council_wholes_suppressed.area_level
            and wholes.area_id = council_wholes_suppressed.area_id

),

-- an area is thin if its whole is hidden or a part of it is of too few
areas as (

    select
        wholes_judged.wave,
        wholes_judged.area_level,
        wholes_judged.area_id,
        max(
            case
                when wholes_judged.whole_hidden then 1
                when parts.n_valid > 0 and parts.n_valid < wholes_judged.smallest_group then 1
                else 0
            end
        ) as is_thin,
        min(case when parts.n_valid > 0 then parts.n_valid end) as thinnest
    from wholes_judged
    inner join parts
        on
            wholes_judged.wave = parts.wave
            and wholes_judged.area_level = parts.area_level
            and wholes_judged.area_id = parts.area_id
    group by wholes_judged.wave, wholes_judged.area_level, wholes_judged.area_id

),

councils as (

    select
        *,
        row_number() over (partition by wave order by is_thin desc, thinnest asc, area_id asc) as place,
        sum(is_thin) over (partition by wave) as councils_thin
    from areas
    where area_level = 'council'

),

-- what England less the shown councils gives away of a part, if so many councils hide theirs
residuals as (

    select
        councils.wave,
        councils.place,
        councils.councils_thin,
        sum(case when parts.n_valid > 0 then 1 else 0 end) over (
            partition by councils.wave, parts.part order by councils.place
            rows between unbounded preceding and current row
        ) as councils_in,
        sum(parts.n_valid) over (
            partition by councils.wave, parts.part order by councils.place
            rows between unbounded preceding and current row
        ) as n_valid,
        sum(parts.n_passing) over (
            partition by councils.wave, parts.part order by councils.place
            rows between unbounded preceding and current row
        ) as n_passing,
        sum(parts.n_valid) over (partition by councils.wave, parts.part) as all_valid,
        sum(parts.n_passing) over (partition by councils.wave, parts.part) as all_passing
    from councils
    inner join parts
        on
            councils.wave = parts.wave
            and councils.area_level = parts.area_level
            and councils.area_id = parts.area_id

),

-- the fewest councils of which no part is given away: nobody's, or that of several councils together
-- and neither all of them passing nor none, unless that is so everywhere
enough_by_place as (

    select
        wave,
        place
    from residuals
    where place >= councils_thin
    group by wave, place
    having
        min(
            case
                when councils_in = 0 then 1
                -- of one council, or one answer of each
                when councils_in = 1 or n_valid = councils_in then 0
                when n_passing = 0 and all_passing > 0 then 0
                when n_passing = n_valid and all_passing < all_valid then 0
                else 1
            end
        ) = 1

),

enough as (

    select
        wave,
        min(place) as place
    from enough_by_place
    group by wave

),

parts_hidden as (

    select
        areas.wave,
        areas.area_level,
        areas.area_id,
        areas.is_thin = 1
        or coalesce(councils.councils_thin > 0 and councils.place <= coalesce(enough.place, councils.place), false)
            as parts_hidden
    from areas
    left join councils
        on
            areas.wave = councils.wave
            and areas.area_level = councils.area_level
            and areas.area_id = councils.area_id
    left join enough on areas.wave = enough.wave

),

judged as (

    select
        wholes_judged.wave,
        wholes_judged.financial_year,
        wholes_judged.area_level,
        wholes_judged.area_id,
        wholes_judged.budget_type,
        wholes_judged.n_valid,
        wholes_judged.n_passing,
        wholes_judged.whole_hidden as suppressed,
        wholes_judged.weakness
    from wholes_judged
    union all
    select
        wholes_judged.wave,
        wholes_judged.financial_year,
        wholes_judged.area_level,
        wholes_judged.area_id,
        known_parts.part as budget_type,
        known_parts.n_valid,
        known_parts.n_passing,
        -- a part of nobody shows nothing, and hides nothing of the others
        parts_hidden.parts_hidden or known_parts.n_valid = 0 as suppressed,
        wholes_judged.weakness
    from wholes_judged
    inner join known_parts
        on
            wholes_judged.wave = known_parts.wave
            and wholes_judged.area_level = known_parts.area_level
            and wholes_judged.area_id = known_parts.area_id
    inner join parts_hidden
        on
            wholes_judged.wave = parts_hidden.wave
            and wholes_judged.area_level = parts_hidden.area_level
            and wholes_judged.area_id = parts_hidden.area_id

)

select
    wave,
    financial_year,
    area_level,
    area_id,
    budget_type,
    case when not suppressed then n_valid end as n_valid,
    case when not suppressed then n_passing end as n_passing,
    suppressed,
    weakness
from judged
