-- What every difference between two definitions means for comparing them, by comparability_rules and
-- series_breaks, and the weakest verdict over the differences. No pair is named here.
{%- set rule_columns = [
    'person_scope',
    'numerator_kind',
    'denominator_base',
    'one_off',
    'direct_payments',
    'time_basis',
    'rounding',
    'basis_kind',
] %}

with definitions as (

    select * from {{ ref('definitions') }}

),

rules as (

    select * from {{ ref('comparability_rules') }}

),

verdicts as (

    select * from {{ ref('comparability_verdicts') }}

),

breaks as (

    select * from {{ ref('series_breaks') }}

),

pairs as (

    select
        one.definition_id as definition_a,
        other.definition_id as definition_b,
        one.source as source_a,
        other.source as source_b,
        one.valid_from_year as first_year_a,
        other.valid_from_year as first_year_b
    from definitions as one
    inner join definitions as other on one.definition_id <> other.definition_id

),

told as (

    {% for column in rule_columns %}
        select
            definition_id,
            '{{ column }}' as rule_column,
            {{ column }} as rule_value
        from definitions
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

compared as (

    select
        pairs.definition_a,
        pairs.definition_b,
        one.rule_column,
        one.rule_value as value_a,
        other.rule_value as value_b
    from pairs
    inner join told as one on pairs.definition_a = one.definition_id
    inner join told as other on pairs.definition_b = other.definition_id and one.rule_column = other.rule_column

),

-- two that are silent on a thing agree in the word and may differ in fact: a rule that names a value
-- twice makes a difference of it
differences as (

    select compared.*
    from compared
    left join rules as alike
        on
            compared.rule_column = alike.rule_column
            and compared.value_a = alike.value_a
            and compared.value_a = alike.value_b
    where compared.value_a <> compared.value_b or alike.rule_column is not null

),

matched as (

    select
        differences.definition_a,
        differences.definition_b,
        differences.rule_column,
        differences.value_a,
        differences.value_b,
        rules.verdict,
        rules.reason,
        case when rules.value_a is null then 0 else 1 end + case when rules.value_b is null then 0 else 1 end as named
    from differences
    left join rules
        on
            differences.rule_column = rules.rule_column
            and (
                (
                    differences.value_a = coalesce(rules.value_a, differences.value_a)
                    and differences.value_b = coalesce(rules.value_b, differences.value_b)
                )
                or (
                    differences.value_b = coalesce(rules.value_a, differences.value_b)
                    and differences.value_a = coalesce(rules.value_b, differences.value_a)
                )
            )

),

-- a difference that no rule knows is not waved through
weighed as (

    select
        matched.definition_a,
        matched.definition_b,
        matched.rule_column,
        matched.value_a,
        matched.value_b,
        matched.named,
        coalesce(matched.reason, 'no rule says how they compare') as reason,
        verdicts.verdict,
        verdicts.weakness
    from matched
    inner join verdicts on coalesce(matched.verdict, 'not_comparable') = verdicts.verdict

),

ranked as (

    select
        *,
        row_number() over (
            partition by definition_a, definition_b, rule_column
            order by named desc, weakness desc, reason asc
        ) as place
    from weighed

),

-- a break parts what its source defined before that year from what it defined from then on
broken as (

    select
        pairs.definition_a,
        pairs.definition_b,
        verdicts.weakness,
        'series_break ' || breaks.first_year_after || ' (' || verdicts.verdict || '): ' || breaks.reason as told_reason
    from pairs
    inner join breaks
        on
            pairs.source_a = breaks.source
            and pairs.source_b = breaks.source
            and (pairs.first_year_a < breaks.first_year_after) <> (pairs.first_year_b < breaks.first_year_after)
    inner join verdicts on verdicts.verdict = 'not_comparable'

),

reasoned as (

    select
        definition_a,
        definition_b,
        weakness,
        rule_column || ' ' || value_a || ' against ' || value_b || ' (' || verdict || '): ' || reason as told_reason
    from ranked
    where place = 1
    union all
    select
        definition_a,
        definition_b,
        weakness,
        told_reason
    from broken

),

summed as (

    select
        definition_a,
        definition_b,
        max(weakness) as weakness,
        {{ joined_text('told_reason', "'; '") }} as reasons
    from reasoned
    group by definition_a, definition_b

),

agreed as (

    select min(weakness) as weakness from verdicts

)

select
    pairs.definition_a,
    pairs.definition_b,
    verdicts.verdict,
    verdicts.weakness,
    coalesce(summed.reasons, 'every rule agrees') as reasons
from pairs
cross join agreed
left join summed on pairs.definition_a = summed.definition_a and pairs.definition_b = summed.definition_b
inner join verdicts on coalesce(summed.weakness, agreed.weakness) = verdicts.weakness
