-- Adult holders who answered all three of In Control's tests, and those who pass all three, by council
-- and by whether the official statistics would call the budget a direct payment.
{%- set responses = ref('int_poet_response') -%}
{%- set tests = poet_test_columns(responses) %}

with responses as (

    select * from {{ responses }}
    where instrument = 'adult_holder'

),

budget_types as (

    select * from {{ ref('poet_budget_types') }}

),

answered as (

    select
        wave,
        financial_year,
        council_id,
        management,
        weakness,
        {{ tests | join(' and ') }} as passes
    from responses
    where {{ tests | join(' is not null and ') }} is not null

),

counted as (

    select
        wave,
        financial_year,
        council_id,
        management,
        count(*) as n_valid,
        count(case when passes then 1 end) as n_passing,
        max(weakness) as weakness
    from answered
    group by wave, financial_year, council_id, management

),

-- a holder whose way of managing is not known is in all, and in neither part of it
by_budget_type as (

    select
        counted.*,
        'all' as budget_type
    from counted
    union all
    select
        counted.*,
        budget_types.budget_type
    from counted
    inner join budget_types on counted.management = budget_types.management

),

by_area as (

    select
        by_budget_type.*,
        'council' as area_level,
        by_budget_type.council_id as area_id
    from by_budget_type
    union all
    select
        by_budget_type.*,
        'england' as area_level,
        'England' as area_id
    from by_budget_type

)

select
    wave,
    financial_year,
    area_level,
    area_id,
    budget_type,
    cast(sum(n_valid) as bigint) as n_valid,
    cast(sum(n_passing) as bigint) as n_passing,
    max(weakness) as weakness
from by_area
group by wave, financial_year, area_level, area_id, budget_type
