{#- One group of columns for each basis and each domain: which, stands in dbt_project.yml. -#}
{%- set bases = var('scorecard_bases') -%}
{%- set domains = var('scorecard_domains') -%}
{%- set compared = [
    'rate_pct', 'rate_lower_pct', 'rate_upper_pct', 'verdict',
    'comparators_with_data', 'comparator_median_pct', 'place_best', 'place_worst',
] -%}
{%- set answered = ['n_valid', 'better_pct', 'better_lower_pct', 'better_upper_pct'] -%}
{%- set by_basis = [] -%}
{%- for basis in bases -%}
    {%- for column in compared -%}
        {%- do by_basis.append([basis, column]) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set by_domain = [] -%}
{%- for domain in domains -%}
    {%- for column in answered -%}
        {%- do by_domain.append([domain, column]) -%}
    {%- endfor -%}
{%- endfor %}

with councils as (

    select * from {{ ref('int_councils_by_year') }}

),

targets as (

    select * from {{ ref('int_scorecard_targets') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

comparison as (

    select * from {{ ref('council_comparison') }}

),

attainment as (

    select * from {{ ref('target_attainment') }}

),

judged as (

    select
        comparison.*,
        attainment.verdict,
        attainment.note,
        evidence_classes.weakness
    from comparison
    inner join targets on comparison.financial_year = targets.financial_year
    inner join attainment
        on
            comparison.council_id = attainment.council_id
            and comparison.financial_year = attainment.financial_year
            and comparison.basis_id = attainment.basis_id
            and coalesce(comparison.definition_id, 'none') = coalesce(attainment.definition_id, 'none')
            and comparison.person_scope = attainment.person_scope
            and targets.target_id = attainment.target_id
    inner join evidence_classes on comparison.evidence_class = evidence_classes.evidence_class

),

rates as (

    select
        financial_year,
        council_id,
        max(comparator_kind) as comparator_kind,
        max(comparators) as comparators,
        max(definition_id) as published_definition_id,
        {%- for basis, column in by_basis %}
            max(case when basis_id = '{{ basis }}' then {{ column }} end) as {{ basis }}_{{ column }},
        {%- endfor %}
        max(weakness) as weakness,
        {{ joined_text("case when note is not null then basis_id || ': ' || note end", "'; '") }} as note
    from judged
    group by financial_year, council_id

),

shares as (

    select
        direct_payment_share.*,
        evidence_classes.weakness,
        rank() over (
            partition by direct_payment_share.financial_year
            order by chosen.preference
        ) as preference_in_year
    from {{ ref('direct_payment_share') }} as direct_payment_share
    inner join {{ ref('scorecard_direct_payments') }} as chosen
        on
            direct_payment_share.source = chosen.source
            and direct_payment_share.measure = chosen.measure
            and direct_payment_share.person_scope = chosen.person_scope
    inner join evidence_classes on direct_payment_share.evidence_class = evidence_classes.evidence_class
    where direct_payment_share.area_level = 'council' and direct_payment_share.direct_payment_share_pct is not null

),

outcomes as (

    select
        poet_outcome.*,
        evidence_classes.weakness
    from {{ ref('poet_outcome') }} as poet_outcome
    inner join evidence_classes on poet_outcome.evidence_class = evidence_classes.evidence_class
    where
        poet_outcome.instrument = 'adult_holder'
        and poet_outcome.group_type = 'council'
        -- what was asked on another scale is no better and no worse
        and poet_outcome.series in ('{{ domains | join("', '") }}')

),

answers as (

    select
        financial_year,
        group_value as council_id,
        max(n_valid) as n_valid,
        count(case when suppressed then 1 end) as domains_suppressed,
        {%- for domain, column in by_domain %}
            max(case when series = '{{ domain }}' then {{ column }} end) as {{ domain }}_{{ column }},
        {%- endfor %}
        max(weakness) as weakness
    from outcomes
    group by financial_year, group_value

),

waves as (

    select
        poet_waves.financial_year,
        poet_waves.wave,
        count(poet_items.series) as items_in_series
    from {{ ref('poet_waves') }} as poet_waves
    left join {{ ref('poet_items') }} as poet_items
        on
            poet_waves.wave = poet_items.wave
            and poet_items.instrument = 'adult_holder'
            and poet_items.kind = 'outcome'
    group by poet_waves.financial_year, poet_waves.wave

),

responded as (

    select distinct financial_year from outcomes

),

returns as (

    select
        *,
        row_number() over (partition by financial_year, council_id order by as_of desc) as newer
    from {{ ref('int_in_control_counts') }}

),

genuine as (

    select
        genuine_budget.*,
        evidence_classes.weakness
    from {{ ref('genuine_budget') }} as genuine_budget
    inner join evidence_classes on genuine_budget.evidence_class = evidence_classes.evidence_class
    where genuine_budget.area_level = 'council' and genuine_budget.budget_type = 'all'

),

gathered as (

    select
        councils.council_id,
        councils.council_name,
        councils.region_name,
        councils.council_type,
        councils.financial_year,
        targets.target_id,
        targets.threshold_pct,
        targets.timing,
        rates.comparator_kind,
        rates.comparators,
        rates.published_definition_id,
        {%- for basis, column in by_basis %}
            rates.{{ basis }}_{{ column }},
        {%- endfor %}
        shares.direct_payment_share_pct,
        shares.source as direct_payment_source,
        waves.wave as poet_wave,
        answers.n_valid as poet_n_valid,
        {%- for domain, column in by_domain %}
            answers.{{ domain }}_{{ column }} as poet_{{ domain }}_{{ column }},
        {%- endfor %}
        case
            when waves.items_in_series = 0
                then 'this wave was asked on another scale: its answers stand in marts.poet_outcome and in no series'
            when waves.wave is not null and responded.financial_year is null then 'no response of this wave is loaded'
            when waves.wave is not null and answers.council_id is null then 'nobody here answered this wave'
            when answers.n_valid is null and answers.domains_suppressed > 0
                then 'too few answered for any outcome to be shown'
            when answers.domains_suppressed > 0 then 'too few answered for some outcomes to be shown'
        end as poet_note,
        returns.pb_holders as in_control_pb_holders,
        returns.as_of as in_control_as_of,
        genuine.n_valid as genuine_n_valid,
        genuine.passing_pct as genuine_passing_pct,
        genuine.passing_lower_pct as genuine_passing_lower_pct,
        genuine.passing_upper_pct as genuine_passing_upper_pct,
        genuine.implied_count as genuine_implied_count,
        genuine.implied_lower as genuine_implied_lower,
        genuine.implied_upper as genuine_implied_upper,
        greatest(
            coalesce(rates.weakness, 1),
            coalesce(shares.weakness, 1),
            coalesce(answers.weakness, 1),
            coalesce(returns.weakness, 1),
            coalesce(genuine.weakness, 1)
        ) as weakness,
        rates.note
    from councils
    inner join targets on councils.financial_year = targets.financial_year
    left join rates
        on
            councils.financial_year = rates.financial_year
            and councils.council_id = rates.council_id
    left join shares
        on
            councils.financial_year = shares.financial_year
            and councils.council_id = shares.area_id
            and shares.preference_in_year = 1
    left join waves on councils.financial_year = waves.financial_year
    left join responded on councils.financial_year = responded.financial_year
    left join answers
        on
            councils.financial_year = answers.financial_year
            and councils.council_id = answers.council_id
    left join returns
        on
            councils.financial_year = returns.financial_year
            and councils.council_id = returns.council_id
            and returns.newer = 1
    left join genuine
        on
            councils.financial_year = genuine.financial_year
            and councils.council_id = genuine.area_id

)

select
    gathered.council_id,
    gathered.council_name,
    gathered.region_name,
    gathered.council_type,
    gathered.financial_year,
    gathered.target_id,
    gathered.threshold_pct,
    gathered.timing,
    gathered.comparator_kind,
    gathered.comparators,
    gathered.published_definition_id,
    {%- for basis, column in by_basis %}
        gathered.{{ basis }}_{{ column }},
    {%- endfor %}
    gathered.direct_payment_share_pct,
    gathered.direct_payment_source,
    gathered.poet_wave,
    gathered.poet_n_valid,
    {%- for domain, column in by_domain %}
        gathered.poet_{{ domain }}_{{ column }},
    {%- endfor %}
    gathered.poet_note,
    gathered.in_control_pb_holders,
    gathered.in_control_as_of,
    gathered.genuine_n_valid,
    gathered.genuine_passing_pct,
    gathered.genuine_passing_lower_pct,
    gathered.genuine_passing_upper_pct,
    gathered.genuine_implied_count,
    gathered.genuine_implied_lower,
    gathered.genuine_implied_upper,
    evidence_classes.evidence_class,
    gathered.note
from gathered
inner join evidence_classes on gathered.weakness = evidence_classes.weakness
