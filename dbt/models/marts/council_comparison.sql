with rates as (

    select * from {{ ref('int_scorecard_rates') }}

),

comparators as (

    select * from {{ ref('int_comparators') }}

),

councils as (

    select * from {{ ref('int_councils_by_year') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

-- a comparator without an interval is silent, suppressed or contradicts itself: it takes no place
beside as (

    select
        rates.financial_year,
        rates.council_id,
        rates.basis_id,
        comparators.comparator_kind,
        comparators.comparator_id,
        case when others.rate_lower_pct is not null then others.rate_pct end as rate_pct,
        others.rate_lower_pct,
        case when others.rate_lower_pct is not null then others.weakness end as weakness,
        case when others.rate_lower_pct > rates.rate_upper_pct then 1 else 0 end as lies_above,
        case when others.rate_upper_pct < rates.rate_lower_pct then 1 else 0 end as lies_below
    from rates
    inner join comparators
        on
            rates.financial_year = comparators.financial_year
            and rates.council_id = comparators.council_id
    inner join rates as others
        on
            comparators.financial_year = others.financial_year
            and comparators.comparator_id = others.council_id
            and rates.basis_id = others.basis_id

),

counted as (

    select
        financial_year,
        council_id,
        basis_id,
        min(comparator_kind) as comparator_kind,
        cast(count(comparator_id) as int) as comparators,
        cast(count(rate_lower_pct) as int) as comparators_with_data,
        {{ median_of('rate_pct') }} as comparator_median_pct,
        cast(sum(lies_above) as int) as comparators_above,
        cast(sum(lies_below) as int) as comparators_below,
        max(weakness) as weakness
    from beside
    group by financial_year, council_id, basis_id

),

placed as (

    select
        rates.*,
        counted.comparator_kind,
        coalesce(counted.comparators, 0) as comparators,
        coalesce(counted.comparators_with_data, 0) as comparators_with_data,
        counted.comparator_median_pct,
        counted.comparators_above,
        counted.comparators_below,
        rates.rate_lower_pct is not null and coalesce(counted.comparators_with_data, 0) > 0 as has_place,
        greatest(rates.weakness, coalesce(counted.weakness, rates.weakness)) as row_weakness
    from rates
    left join counted
        on
            rates.financial_year = counted.financial_year
            and rates.council_id = counted.council_id
            and rates.basis_id = counted.basis_id

)

select
    placed.council_id,
    councils.council_name,
    placed.financial_year,
    placed.basis_id,
    placed.definition_id,
    placed.person_scope,
    placed.rate_pct,
    placed.rate_lower_pct,
    placed.rate_upper_pct,
    placed.comparator_kind,
    placed.comparators,
    placed.comparators_with_data,
    placed.comparator_median_pct,
    case when placed.has_place then 1 + placed.comparators_above end as place_best,
    case when placed.has_place then 1 + placed.comparators_with_data - placed.comparators_below end as place_worst,
    evidence_classes.evidence_class
from placed
inner join councils
    on
        placed.financial_year = councils.financial_year
        and placed.council_id = councils.council_id
inner join evidence_classes on placed.row_weakness = evidence_classes.weakness
