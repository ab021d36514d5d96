with observed as (

    {{ union_of_sources(['source', 'financial_year', 'definition_id', 'release', 'published_on']) }}

),

known_releases as (

    select * from {{ ref('releases') }}

),

released as (

    select
        source,
        financial_year,
        coalesce(definition_id, 'none') as definition_key,
        release,
        max(published_on) as published_on
    from observed
    group by source, financial_year, coalesce(definition_id, 'none'), release

),

dated as (

    select
        released.*,
        known_releases.release_rank,
        {{ all_are_dated('released.source, released.financial_year, released.definition_key') }} as all_are_dated
    from released
    left join known_releases on released.release = known_releases.release

),

ordered as (

    select
        *,
        row_number() over (
            partition by source, financial_year, definition_key order by {{ release_order('asc') }}
        ) as release_no,
        count(*) over (partition by source, financial_year, definition_key) as releases
    from dated

),

placed as (

    select
        *,
        -- of several releases of one day the last stands
        row_number() over (
            partition by source, financial_year, definition_key, published_on order by release_no desc
        ) as place_on_its_day
    from ordered

),

followed as (

    select
        *,
        lead(published_on) over (
            partition by source, financial_year, definition_key, place_on_its_day order by published_on
        ) as next_published_on
    from placed

)

select
    source,
    financial_year,
    definition_key,
    release,
    published_on,
    release_no,
    release_no = releases as is_latest,
    releases > 1 and not all_are_dated and release_rank is null as order_is_unknown,
    case when place_on_its_day = 1 then published_on end as known_from,
    case when place_on_its_day = 1 and published_on is not null then next_published_on end as known_until
from followed
