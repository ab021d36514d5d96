-- Answers to every outcome by group, before anything is suppressed.
{%- set responses = ref('int_poet_response') -%}
{%- set outcomes = poet_outcome_columns(responses) -%}
{%- set conditions = poet_condition_columns(responses) %}

with tally as (

    select * from {{ ref('int_poet_tally') }}

),

valid_answers as (

    select * from {{ ref('poet_answers') }}
    where is_valid

),

persons as (

    select * from tally
    where counted_by = 'person'

),

by_condition as (
    {{ poet_by_condition('tally', conditions) }}

),

grouped as (

    select
        persons.*,
        'england' as group_type,
        'England' as group_value,
        false as groups_overlap
    from persons
    union all
    select
        persons.*,
        'council' as group_type,
        persons.council_id as group_value,
        false as groups_overlap
    from persons
    union all
    select
        persons.*,
        valid_answers.scale as group_type,
        valid_answers.answer as group_value,
        false as groups_overlap
    from persons
    inner join valid_answers
        on
            (valid_answers.scale = 'age_band' and persons.age_band = valid_answers.answer)
            or (valid_answers.scale = 'management' and persons.management = valid_answers.answer)
    union all
    -- a person may be in several care groups
    select
        tally.*,
        valid_answers.scale as group_type,
        valid_answers.answer as group_value,
        true as groups_overlap
    from tally
    inner join valid_answers
        on
            valid_answers.scale = 'care_group'
            and ';' || tally.care_groups || ';' like '%;' || valid_answers.answer || ';%'
    where tally.counted_by = 'care_groups'

),

summed as (

    select
        wave,
        instrument,
        group_type,
        group_value,
        groups_overlap,
        {{- poet_summed(outcomes) }}
    from grouped
    group by wave, instrument, group_type, group_value, groups_overlap
    union all
    select
        wave,
        instrument,
        condition as group_type,
        case when cond then 'yes' else 'no' end as group_value,
        false as groups_overlap,
        {{- poet_summed(outcomes) }}
    from by_condition
    where cond is not null
    group by wave, instrument, condition, cond

),

by_domain as (
    {{ poet_by_domain('summed', ['wave', 'instrument', 'group_type', 'group_value', 'groups_overlap'], outcomes) }}

)

select * from by_domain
where n_valid > 0
