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

    select * from {{ ref('known_conflicts') }}

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

)

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
