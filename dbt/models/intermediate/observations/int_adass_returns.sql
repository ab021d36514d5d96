-- The return of a council that stands for a year in each of its vintages; of two waves in one year the
-- later.
with returns as (

    select * from {{ ref('stg_adass_return') }}

),

releases as (

    select * from {{ ref('int_releases') }}

),

vintages as (

    select * from {{ ref('int_vintages') }}

),

latest as (

    select
        returns.*,
        vintages.vintage_no,
        vintages.is_current,
        row_number() over (
            partition by returns.financial_year, vintages.vintage_no, returns.area_id
            order by returns.reference_date desc, returns.wave desc
        ) as from_the_last
    from returns
    inner join releases
        on
            returns.source = releases.source
            and returns.financial_year = releases.financial_year
            and coalesce(returns.definition_id, 'none') = releases.definition_key
            and returns.release = releases.release
    inner join vintages on {{ in_vintage('releases', 'vintages') }}

)

select
    financial_year,
    vintage_no,
    is_current,
    area_id as council_id,
    release,
    wave,
    definition_id,
    reference_date,
    status,
    q9_target_met_self_declared,
    comments,
    evidence_class,
    source_file,
    source_sha256,
    source_locator
from latest
where from_the_last = 1
