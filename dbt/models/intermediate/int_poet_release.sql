-- The releases of each wave and which of them is latest: by date where every one has its date, else by
-- the names' order, as for every source (int_release).
with released as (

    select distinct
        wave,
        release,
        published_on,
        evidence_class
    from {{ ref('stg_poet') }}

),

releases as (

    select * from {{ ref('releases') }}

),

waves as (

    select * from {{ ref('poet_waves') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

dated as (

    select
        released.wave,
        waves.financial_year,
        released.release,
        released.published_on,
        evidence_classes.weakness,
        coalesce(releases.release_rank, 0) as release_rank,
        min(case when released.published_on is null then 0 else 1 end) over (
            partition by released.wave
        ) = 1 as all_are_dated
    from released
    inner join waves on released.wave = waves.wave
    inner join evidence_classes on released.evidence_class = evidence_classes.evidence_class
    left join releases on released.release = releases.release

),

ordered as (

    select
        *,
        row_number() over (
            partition by wave
            order by case when all_are_dated then published_on end desc, release_rank desc, release desc
        ) as newer_releases
    from dated

)

select
    wave,
    financial_year,
    release,
    published_on,
    weakness,
    newer_releases = 1 as is_latest
from ordered
