with found as (

    select * from {{ ref('int_conflict_quantity') }}
    union all
    select * from {{ ref('int_conflict_ratio') }}
    union all
    select * from {{ ref('int_conflict_growth') }}
    union all
    select * from {{ ref('int_conflict_order') }}

),

known as (

    select * from {{ ref('conflict_annotations') }}

),

rules as (

    select * from {{ ref('conflict_rules') }}

),

figures as (

    select * from {{ ref('stg_published') }}

),

statistics as (

    select * from {{ ref('statistics') }}

),

-- what is known of a pair is known under the rule that finds it; the rest stands in the text alone
explained as (

    select
        found.rule,
        coalesce(known.topic, 'not_known') as topic,
        found.figure_a,
        found.figure_b,
        found.figure_base,
        known.quantity,
        found.value_a,
        found.value_b,
        coalesce(known.why, rules.why) as why,
        coalesce(known.status, 'unresolved') as status,
        known.citation
    from found
    inner join rules on found.rule = rules.rule
    left join known
        on
            found.rule = known.rule
            and found.figure_a = known.figure_a
            and {{ same_or_neither('found.figure_b', 'known.figure_b') }}
            and {{ same_or_neither('found.figure_base', 'known.figure_base') }}
    union all
    select
        known.rule,
        known.topic,
        -- named where the register that holds them is loaded
        first_figures.figure_id as figure_a,
        second_figures.figure_id as figure_b,
        cast(null as {{ dbt.type_string() }}) as figure_base,
        known.quantity,
        first_figures.figure_value as value_a,
        second_figures.figure_value as value_b,
        known.why,
        known.status,
        known.citation
    from known
    left join figures as first_figures on known.figure_a = first_figures.figure_id
    left join figures as second_figures on known.figure_b = second_figures.figure_id
    where known.rule = 'stated'

),

register_conflicts as (

    select
        explained.rule
        || ':' || case when explained.rule = 'stated' then explained.topic else explained.figure_a end
        || case when explained.rule = 'stated' then '' else coalesce(':' || explained.figure_b, '') end
        || case when explained.rule = 'stated' then '' else coalesce(':' || explained.figure_base, '') end as conflict_id,
        explained.topic,
        explained.rule,
        explained.figure_a,
        explained.figure_b,
        explained.figure_base,
        coalesce(explained.quantity, statistics.description) as quantity,
        one.figure_year as financial_year,
        one.area_id,
        statistics.unit,
        explained.value_a,
        explained.value_b,
        explained.value_b - explained.value_a as gap,
        explained.why,
        explained.status,
        one.verification as verification_a,
        other.verification as verification_b,
        coalesce(
            explained.citation,
            one.citation
            || case when other.citation <> one.citation then '; ' || other.citation else '' end
            || case
                when base.citation <> one.citation and base.citation <> other.citation then '; ' || base.citation
                else ''
            end
        ) as citation
    from explained
    left join figures as one on explained.figure_a = one.figure_id
    left join figures as other on explained.figure_b = other.figure_id
    left join figures as base on explained.figure_base = base.figure_id
    left join statistics on one.statistic = statistics.statistic

),

component_conflicts as (

    select
        components.rule
        || ':' || components.council_id
        || ':' || components.financial_year
        || ':' || components.component
        || ':' || components.person_scope
        || ':' || components.breakdown
        || ':' || components.source_a
        || ':' || components.source_b as conflict_id,
        'not_known' as topic,
        components.*,
        components.component
        || ', ' || components.person_scope
        || case when components.breakdown = 'total' then '' else ', ' || components.breakdown end as quantity,
        rules.why,
        components.locator_a || '; ' || components.locator_b as citation
    from {{ ref('int_conflict_component') }} as components
    inner join rules on components.rule = rules.rule

)

select
    conflict_id,
    topic,
    rule,
    figure_a,
    figure_b,
    figure_base,
    cast(null as {{ dbt.type_string() }}) as component,
    cast(null as {{ dbt.type_string() }}) as person_scope,
    cast(null as {{ dbt.type_string() }}) as breakdown,
    quantity,
    financial_year,
    area_id,
    unit,
    cast(null as {{ dbt.type_string() }}) as source_a,
    value_a,
    cast(null as double) as lower_a,
    cast(null as double) as upper_a,
    cast(null as {{ dbt.type_string() }}) as source_b,
    value_b,
    cast(null as double) as lower_b,
    cast(null as double) as upper_b,
    gap,
    cast(null as {{ dbt.type_string() }}) as source_used,
    cast(null as {{ dbt.type_string() }}) as why_used,
    why,
    status,
    verification_a,
    verification_b,
    citation,
    cast(null as {{ dbt.type_string() }}) as evidence_class
from register_conflicts
union all
select
    conflict_id,
    topic,
    rule,
    cast(null as {{ dbt.type_string() }}) as figure_a,
    cast(null as {{ dbt.type_string() }}) as figure_b,
    cast(null as {{ dbt.type_string() }}) as figure_base,
    component,
    person_scope,
    breakdown,
    quantity,
    financial_year,
    council_id as area_id,
    'people' as unit,
    source_a,
    value_a,
    lower_a,
    upper_a,
    source_b,
    value_b,
    lower_b,
    upper_b,
    value_b - value_a as gap,
    source_used,
    why_used,
    why,
    'unresolved' as status,
    cast(null as {{ dbt.type_string() }}) as verification_a,
    cast(null as {{ dbt.type_string() }}) as verification_b,
    citation,
    evidence_class
from component_conflicts
