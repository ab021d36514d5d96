{%- set z = var('limits_z') -%}
with answers as (

    select * from {{ ref('int_poet_test_suppressed') }}

),

limits as (

    select * from {{ ref('int_disclosure_limits') }}
    where source = 'poet'

),

budget_types as (

    select * from {{ ref('genuine_budget_types') }}

),

holders as (

    select * from {{ ref('int_budget_holders') }}

),

in_control as (

    select * from {{ ref('int_in_control_latest') }}

),

adass as (

    select * from {{ ref('int_adass_budget_holders') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

beside as (

    select
        answers.*,
        budget_types.assumption,
        holders.holders,
        holders.holders_lower,
        holders.holders_upper,
        coalesce(holders.contradicts, false) as contradicts,
        {{ disclosed_pct('answers.n_passing', 'answers.n_valid', 'limits.percent_unit') }} as passing_pct,
        {{ to_unit(wilson_lower_pct('answers.n_passing', 'answers.n_valid', z), 'limits.percent_unit') }} as passing_lower_pct,
        {{ to_unit(wilson_upper_pct('answers.n_passing', 'answers.n_valid', z), 'limits.percent_unit') }} as passing_upper_pct,
        in_control.pb_holders as in_control_count,
        in_control.as_of as in_control_as_of,
        in_control.councils as in_control_councils,
        adass.estimate as adass_estimate,
        adass.figure_id as adass_figure_id,
        adass.councils as adass_councils,
        greatest(
            answers.weakness,
            coalesce(holders.weakness, answers.weakness),
            coalesce(in_control.weakness, answers.weakness),
            coalesce(adass.weakness, answers.weakness)
        ) as row_weakness
    from answers
    cross join limits
    inner join budget_types on answers.budget_type = budget_types.budget_type
    left join holders
        on
            answers.financial_year = holders.financial_year
            and answers.area_level = holders.area_level
            and answers.area_id = holders.area_id
            and answers.budget_type = holders.budget_type
    -- In Control and ADASS count budgets of every kind in one number
    left join in_control
        on
            answers.financial_year = in_control.financial_year
            and answers.area_level = in_control.area_level
            and answers.area_id = in_control.area_id
            and answers.budget_type = 'all'
    left join adass
        on
            answers.financial_year = adass.financial_year
            and answers.area_level = adass.area_level
            and answers.area_id = adass.area_id
            and answers.budget_type = 'all'

)

select
    beside.wave,
    beside.financial_year,
    beside.area_level,
    beside.area_id,
    beside.budget_type,
    beside.holders as official_holders,
    beside.holders_lower as official_lower,
    beside.holders_upper as official_upper,
    beside.n_valid,
    case when beside.parts_printed then beside.n_passing end as n_passing,
    beside.passing_pct,
    beside.passing_lower_pct,
    beside.passing_upper_pct,
    beside.holders * beside.passing_pct / 100.0 as implied_count,
    beside.holders_lower * beside.passing_lower_pct / 100.0 as implied_lower,
    beside.holders_upper * beside.passing_upper_pct / 100.0 as implied_upper,
    beside.in_control_count,
    beside.in_control_as_of,
    beside.in_control_councils,
    beside.adass_estimate,
    beside.adass_figure_id,
    beside.adass_councils,
    beside.assumption,
    beside.suppressed,
    evidence_classes.evidence_class,
    case
        when beside.suppressed and beside.holders_upper is null
            then 'too few answered to be shown, or the figure would give away one of too few; official holders are not known'
        when beside.suppressed
            then 'too few answered to be shown, or the figure would give away one of too few'
        when beside.contradicts
            then 'more people are on direct payments than on self-directed support: the official counts contradict each other'
        when beside.holders_upper is null
            then 'official holders are not known for this year: a share without a count'
        when beside.holders is null
            then 'an official count is a range: the implied count has limits only'
    end as note
from beside
inner join evidence_classes on beside.row_weakness = evidence_classes.weakness
