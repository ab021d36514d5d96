-- The rate of every council in scope on every basis its year knows, in total and by age band,
-- silent councils included.
with offers as (

    select * from {{ ref('int_rate_offer') }}

),

used as (

    select
        basis_id,
        definition_id,
        person_scope,
        breakdown,
        financial_year,
        offer,
        vintage,
        max(case when is_current then 1 else 0 end) = 1 as is_current
    from {{ ref('int_edition_offer') }}
    group by basis_id, definition_id, person_scope, breakdown, financial_year, offer, vintage

),

councils as (

    select * from {{ ref('int_council_year') }}

),

bases as (

    select * from {{ ref('bases') }}

),

counts as (

    select * from {{ ref('int_rate_count') }}

),

paired as (

    select
        basis_id,
        definition_id,
        person_scope,
        breakdown,
        financial_year,
        offer,
        vintage,
        council_id,
        max(case when role = 'numerator' then count_value end) as numerator,
        max(case when role = 'numerator' then count_lower end) as numerator_lower,
        max(case when role = 'numerator' then count_upper end) as numerator_upper,
        max(case when role = 'denominator' then count_value end) as denominator,
        max(case when role = 'denominator' then count_lower end) as denominator_lower,
        max(case when role = 'denominator' then count_upper end) as denominator_upper,
        max(weakness) as weakness,
        min(case when role = 'numerator' then source_file end) as source_file,
        min(case when role = 'numerator' then source_sha256 end) as source_sha256,
        min(case when role = 'numerator' then source_locator end) as source_locator
    from counts
    group by basis_id, definition_id, person_scope, breakdown, financial_year, offer, vintage, council_id

),

in_scope as (

    select
        councils.council_id,
        councils.council_name,
        councils.region_code,
        councils.region_name,
        offers.financial_year,
        offers.basis_id,
        offers.definition_id,
        offers.breakdown,
        offers.person_scope,
        offers.offer,
        offers.vintage,
        coalesce(used.is_current, false) as is_current,
        offers.is_first_offer,
        bases.note as basis_note,
        paired.numerator,
        paired.numerator_lower,
        paired.numerator_upper,
        paired.denominator,
        paired.denominator_lower,
        paired.denominator_upper,
        coalesce(paired.weakness, offers.weakness) as weakness,
        paired.source_file,
        paired.source_sha256,
        paired.source_locator
    from offers
    inner join councils on offers.financial_year = councils.financial_year
    inner join bases
        on
            offers.basis_id = bases.basis_id
            and offers.person_scope = coalesce(bases.person_scope, offers.person_scope)
    left join used
        on
            offers.basis_id = used.basis_id
            and coalesce(offers.definition_id, 'none') = coalesce(used.definition_id, 'none')
            and offers.person_scope = used.person_scope
            and offers.breakdown = used.breakdown
            and offers.financial_year = used.financial_year
            and offers.offer = used.offer
            and offers.vintage = used.vintage
    left join paired
        on
            offers.basis_id = paired.basis_id
            and coalesce(offers.definition_id, 'none') = coalesce(paired.definition_id, 'none')
            and offers.person_scope = paired.person_scope
            and offers.breakdown = paired.breakdown
            and offers.financial_year = paired.financial_year
            and offers.offer = paired.offer
            and offers.vintage = paired.vintage
            and councils.council_id = paired.council_id
    where used.offer is not null or offers.is_first_offer

),

judged as (

    select
        *,
        case
            when numerator_upper is null or denominator_upper is null then 'no_data'
            when denominator_upper = 0 or denominator = 0 then 'no_data'
            when numerator > denominator then 'above_100'
            when numerator is null or denominator is null then 'range'
            else 'rate'
        end as rate_status
    from in_scope

)

select
    council_id,
    council_name,
    region_code,
    region_name,
    financial_year,
    basis_id,
    definition_id,
    breakdown,
    person_scope,
    offer,
    vintage,
    is_current,
    is_first_offer,
    basis_note,
    numerator,
    denominator,
    rate_status,
    case when rate_status in ('rate', 'above_100') then {{ rate_pct('numerator', 'denominator') }} end as rate_pct,
    case
        when rate_status in ('rate', 'range') then {{ rate_lower_pct('numerator_lower', 'denominator_upper') }}
    end as rate_lower_pct,
    case
        when rate_status in ('rate', 'range') then {{ rate_upper_pct('numerator_upper', 'denominator_lower') }}
    end as rate_upper_pct,
    numerator_lower,
    numerator_upper,
    denominator_lower,
    denominator_upper,
    weakness,
    source_file,
    source_sha256,
    source_locator
from judged
