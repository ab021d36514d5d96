-- The releases of each wave, and which of them is latest.
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
        releases.release_rank,
        {{ all_are_dated('released.wave') }} as all_are_dated
    from released
    inner join waves on released.wave = waves.wave
    inner join evidence_classes on released.evidence_class = evidence_classes.evidence_class
    left join releases on released.release = releases.release

),

ordered as (

    select
        *,
        row_number() over (partition by wave order by {{ release_order('desc') }}) as newer_releases
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
