with forms as (

    select * from {{ ref('bridge_forms') }}

),

steps as (

    select * from {{ ref('bridge_steps') }}

),

areas as (

    select * from {{ ref('int_bridge_areas') }}

),

effects as (

    select * from {{ ref('int_bridge_contributions') }}

),

bridge_ends as (

    select * from {{ ref('int_bridge_endpoints') }}

),

amounts as (

    select * from {{ ref('int_bridge_inputs') }}

),

returns as (

    select * from {{ ref('int_adass_returns') }}

),

vintages as (

    select * from {{ ref('int_vintages') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

-- published totals stand in only for a year that has no components now
bridged_years as (

    select distinct
        financial_year,
        vintage_no,
        form
    from areas
    where area_level = 'england'

),

bridges as (

    select
        areas.form,
        areas.financial_year,
        areas.vintage_no,
        areas.from_definition_id,
        areas.area_level,
        areas.area_id,
        max(areas.councils) as councils,
        max(case when areas.is_first_state then areas.rate_pct end) as first_rate_pct,
        max(case when areas.is_last_state then areas.rate_pct end) as last_rate_pct,
        max(areas.weakness) as weakness
    from areas
    left join bridged_years
        on
            areas.financial_year = bridged_years.financial_year
            and areas.vintage_no = bridged_years.vintage_no
            and areas.form = 'published_totals'
            and bridged_years.form = 'components'
    where bridged_years.financial_year is null
    group by
        areas.form,
        areas.financial_year,
        areas.vintage_no,
        areas.from_definition_id,
        areas.area_level,
        areas.area_id

),

published_figures as (

    select
        form,
        financial_year,
        vintage_no,
        from_definition_id,
        {{ joined_text('figure_id', "', '") }} as figure_ids
    from amounts
    where figure_id is not null
    group by form, financial_year, vintage_no, from_definition_id

),

-- England's bridge starts and ends on more councils than the switches are turned on
ended as (

    select
        bridges.*,
        start.rate_pct as start_rate_pct,
        start.councils as start_councils,
        finish.rate_pct as finish_rate_pct,
        finish.councils as finish_councils,
        greatest(bridges.weakness, coalesce(start.weakness, 0), coalesce(finish.weakness, 0)) as bridge_weakness
    from bridges
    left join bridge_ends as start
        on
            bridges.form = start.form
            and bridges.financial_year = start.financial_year
            and bridges.vintage_no = start.vintage_no
            and bridges.from_definition_id = start.from_definition_id
            and bridges.area_level = 'england'
            and start.bridge_end = 'from'
    left join bridge_ends as finish
        on
            bridges.form = finish.form
            and bridges.financial_year = finish.financial_year
            and bridges.vintage_no = finish.vintage_no
            and bridges.from_definition_id = finish.from_definition_id
            and bridges.area_level = 'england'
            and finish.bridge_end = 'to'

),

stepped as (

    select
        ended.*,
        steps.step_no as listed_no,
        steps.step,
        steps.kind,
        steps.label,
        case steps.kind
            when 'narrowing' then ended.first_rate_pct - ended.start_rate_pct
            when 'widening' then ended.finish_rate_pct - ended.last_rate_pct
            else effects.effect_pp
        end as effect_pp,
        effects.effect_min_pp,
        effects.effect_max_pp
    from ended
    inner join steps on ended.form = steps.form
    left join effects
        on
            ended.form = effects.form
            and ended.financial_year = effects.financial_year
            and ended.vintage_no = effects.vintage_no
            and ended.from_definition_id = effects.from_definition_id
            and ended.area_level = effects.area_level
            and ended.area_id = effects.area_id
            and steps.switch_no = effects.switch_no
    where steps.kind = 'switch' or ended.area_level = 'england'

),

numbered as (

    select
        *,
        row_number() over (
            partition by form, financial_year, vintage_no, from_definition_id, area_level, area_id
            order by listed_no
        ) as step_no,
        sum(effect_pp) over (
            partition by form, financial_year, vintage_no, from_definition_id, area_level, area_id
            order by listed_no
            rows between unbounded preceding and current row
        ) as change_so_far_pp,
        coalesce(sum(effect_pp) over (
            partition by form, financial_year, vintage_no, from_definition_id, area_level, area_id
            order by listed_no
            rows between unbounded preceding and 1 preceding
        ), 0.0) as change_before_pp
    from stepped

)

select
    numbered.financial_year,
    numbered.vintage_no,
    -- on which day a total of the register was out is not known
    case when numbered.form <> 'published_totals' then vintages.known_from end as known_from,
    case when numbered.form <> 'published_totals' then vintages.known_until end as known_until,
    vintages.is_current,
    numbered.area_level,
    numbered.area_id,
    numbered.from_definition_id,
    forms.to_definition_id,
    cast(numbered.step_no as int) as step_no,
    numbered.step,
    numbered.effect_pp,
    numbered.effect_min_pp,
    numbered.effect_max_pp,
    coalesce(numbered.start_rate_pct, numbered.first_rate_pct) + numbered.change_before_pp as rate_before_pct,
    coalesce(numbered.start_rate_pct, numbered.first_rate_pct) + numbered.change_so_far_pp as rate_after_pct,
    case
        when numbered.form = 'published_totals' then null
        when numbered.kind = 'widening' then numbered.finish_councils
        else numbered.councils
    end as councils,
    case
        when numbered.form = 'published_totals' then null
        when numbered.kind = 'narrowing' then numbered.start_councils
        else numbered.councils
    end as councils_before,
    evidence_classes.evidence_class,
    numbered.label,
    coalesce(
        case when numbered.area_level = 'council' then returns.comments end,
        forms.note || ' (figures: ' || published_figures.figure_ids || ')'
    ) as note
from numbered
inner join forms on numbered.form = forms.form
inner join vintages
    on numbered.financial_year = vintages.financial_year and numbered.vintage_no = vintages.vintage_no
inner join evidence_classes on numbered.bridge_weakness = evidence_classes.weakness
left join returns
    on
        numbered.financial_year = returns.financial_year
        and numbered.vintage_no = returns.vintage_no
        and numbered.from_definition_id = returns.definition_id
        and numbered.area_id = returns.council_id
left join published_figures
    on
        numbered.form = published_figures.form
        and numbered.financial_year = published_figures.financial_year
        and numbered.vintage_no = published_figures.vintage_no
        and numbered.from_definition_id = published_figures.from_definition_id
