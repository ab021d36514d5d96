with amounts as (

    select * from {{ ref('direct_payment_amounts') }}

),

councils as (

    select * from {{ ref('int_councils_by_year') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

quantities as (

    select * from {{ ref('int_quantities') }}
    where
        area_level = 'council' and breakdown = 'total'
        and vintage_kind = 'known' and is_current and is_last_wave

),

by_council as (

    select
        amounts.source,
        amounts.measure,
        amounts.person_scope,
        quantities.financial_year,
        quantities.area_id as council_id,
        max(case when amounts.role = 'direct' then quantities.value end) as direct_payment,
        max(case when amounts.role = 'managed' then quantities.value end) as managed,
        max(case when amounts.role = 'mixed' then quantities.value end) as mixed,
        max(case when amounts.role = 'total' then quantities.value end) as total,
        max(quantities.weakness) as weakness
    from amounts
    inner join quantities on amounts.quantity_id = quantities.quantity_id and amounts.source = quantities.source
    group by
        amounts.source,
        amounts.measure,
        amounts.person_scope,
        quantities.financial_year,
        quantities.area_id

),

placed as (

    select
        by_council.*,
        councils.region_code
    from by_council
    inner join councils
        on by_council.financial_year = councils.financial_year and by_council.council_id = councils.council_id

),

-- an area's share rests on the councils that gave both the direct payments and the total
complete as (

    select * from placed
    where direct_payment is not null and total is not null

),

areas as (

    select
        source,
        measure,
        person_scope,
        financial_year,
        'council' as area_level,
        council_id as area_id,
        direct_payment,
        managed,
        mixed,
        total,
        weakness
    from placed
    union all
    select
        source,
        measure,
        person_scope,
        financial_year,
        'region' as area_level,
        region_code as area_id,
        direct_payment,
        managed,
        mixed,
        total,
        weakness
    from complete
    union all
    select
        source,
        measure,
        person_scope,
        financial_year,
        'england' as area_level,
        'England' as area_id,
        direct_payment,
        managed,
        mixed,
        total,
        weakness
    from complete

),

summed as (

    select
        source,
        measure,
        person_scope,
        financial_year,
        area_level,
        area_id,
        cast(count(*) as int) as councils,
        {{ exact_sum('direct_payment') }} as direct_payment,
        -- a sum over councils of which one is silent is not the area's sum
        case when count(managed) = count(*) then {{ exact_sum('managed') }} end as managed,
        case when count(mixed) = count(*) then {{ exact_sum('mixed') }} end as mixed,
        {{ exact_sum('total') }} as total,
        max(weakness) as weakness
    from areas
    group by source, measure, person_scope, financial_year, area_level, area_id

)

select
    summed.financial_year,
    summed.area_level,
    summed.area_id,
    summed.source,
    summed.measure,
    summed.person_scope,
    summed.councils,
    summed.direct_payment,
    summed.managed,
    summed.mixed,
    summed.total,
    {{ rate_pct('summed.direct_payment', 'summed.total') }} as direct_payment_share_pct,
    {{ rate_pct('summed.managed', 'summed.total') }} as managed_share_pct,
    {{ rate_pct('summed.mixed', 'summed.total') }} as mixed_share_pct,
    evidence_classes.evidence_class
from summed
inner join evidence_classes on summed.weakness = evidence_classes.weakness
