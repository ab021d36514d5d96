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
        max(case when wholes_judged.whole_hidden then 0 else 1 end) as whole_shown,
        max(wholes_judged.n_valid) as n_valid,
        max(wholes_judged.n_passing) as n_passing,
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

-- What would be known if so many councils hid their parts: of each kind, the sum over them, from
-- England; of each council whose whole is shown, the sum over the kinds; of the others together, too.
-- In such a table with its margins no cell has a single value if there are two rows and two columns
-- of people (the bounds of Frechet), and so for those who pass, and for those who do not.
by_part as (

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

columns_safe as (

    select
        wave,
        place
    from by_part
    where place >= councils_thin
    group by wave, place
    having
        min(
            case
                when councils_in = 0 then 1
                -- of one council, or one answer of each
                when councils_in = 1 or n_valid = councils_in then 0
                -- nobody or everybody passes, which is not so everywhere
                when n_passing = 0 and all_passing > 0 then 0
                when n_passing = n_valid and all_passing < all_valid then 0
                else 1
            end
        ) = 1
        and (
            count(case when councils_in > 0 then 1 end) > 1
            or count(case when all_valid > 0 then 1 end) = 1
        )

),

by_council as (

    select
        wave,
        place,
        sum(whole_shown) over (
            partition by wave order by place rows between unbounded preceding and current row
        ) as wholes,
        sum(case when n_passing > 0 then whole_shown else 0 end) over (
            partition by wave order by place rows between unbounded preceding and current row
        ) as wholes_passing,
        sum(case when n_passing < n_valid then whole_shown else 0 end) over (
            partition by wave order by place rows between unbounded preceding and current row
        ) as wholes_not_passing,
        sum((1 - whole_shown) * n_valid) over (partition by wave) as others,
        sum((1 - whole_shown) * n_passing) over (partition by wave) as others_passing
    from councils

),

rows_safe as (

    select
        wave,
        place
    from by_council
    where
        not (wholes = 1 and others = 0)
        and not (wholes_passing = 1 and others_passing = 0)
        and not (wholes_not_passing = 1 and others_passing = others)

),

enough as (

    select
        columns_safe.wave,
        min(columns_safe.place) as place
    from columns_safe
    inner join rows_safe on columns_safe.wave = rows_safe.wave and columns_safe.place = rows_safe.place
    group by columns_safe.wave

),

thin_waves as (

    select distinct
        wave,
        councils_thin
    from councils

),

parts_hidden as (

    select
        areas.wave,
        areas.area_level,
        areas.area_id,
        case
            when areas.is_thin = 1 then true
            when thin_waves.councils_thin = 0 then false
            -- where no number of councils is enough, England's parts would give them away
            when enough.place is null then true
            else coalesce(councils.place <= enough.place, false)
        end as parts_hidden
    from areas
    inner join thin_waves on areas.wave = thin_waves.wave
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
