-- Which councils of a wave and instrument are shown: the same for every outcome. Hidden are those that
-- too few answered in, and if they are fewer than hidden_councils the next smallest. The councils are
-- all that took part in the wave with any instrument: that nobody answered here does not show.
with limits as (

    select * from {{ ref('int_disclosure_limits') }}
    where source = 'poet'

),

keys as (

    select * from {{ ref('int_poet_rounding_key') }}

),

responses as (

    select
        wave,
        instrument,
        council_id,
        sum(n_responses) as n_responses
    from {{ ref('int_poet_tally') }}
    where counted_by = 'person'
    group by wave, instrument, council_id

),

councils as (

    select distinct
        wave,
        council_id
    from responses

),

instruments as (

    select distinct
        wave,
        instrument
    from responses

),

rounded as (

    select
        councils.wave,
        instruments.instrument,
        councils.council_id,
        keys.rounding_key,
        limits.rounding_base,
        limits.smallest_group,
        limits.hidden_councils,
        {{ rounded_count(
            'coalesce(responses.n_responses, 0)',
            rounding_offset('keys.rounding_key', ['instruments.instrument', 'councils.council_id'], 'limits.rounding_base'),
            'limits.rounding_base'
        ) }} as n_responses
    from councils
    inner join instruments on councils.wave = instruments.wave
    inner join keys on councils.wave = keys.wave
    cross join limits
    left join responses
        on
            councils.wave = responses.wave
            and instruments.instrument = responses.instrument
            and councils.council_id = responses.council_id

),

placed as (

    select
        *,
        {{ least_count('n_responses', 'rounding_base') }} < smallest_group as is_below,
        row_number() over (partition by wave, instrument order by n_responses, council_id) as place,
        count(*) over (partition by wave, instrument) as councils
    from rounded

),

-- every outcome, and the three tests taken together
answers as (

    select
        wave,
        instrument,
        domain,
        group_value as council_id,
        n_valid
    from {{ ref('int_poet_count') }}
    where group_type = 'council'
    union all
    select
        wave,
        'adult_holder' as instrument,
        'three_tests' as domain,
        area_id as council_id,
        n_valid
    from {{ ref('int_poet_test_count') }}
    where area_level = 'council' and budget_type = 'all'

),

answers_judged as (

    select
        answers.wave,
        answers.instrument,
        answers.domain,
        placed.place,
        placed.councils,
        placed.hidden_councils,
        case
            when placed.is_below then 1
            when {{ least_count(
                rounded_count(
                    'answers.n_valid',
                    poet_offset('placed', 'answers.domain', "'council'", 'answers.council_id'),
                    'placed.rounding_base'
                ),
                'placed.rounding_base'
            ) }} < placed.smallest_group then 1
            else 0
        end as is_hidden
    from answers
    inner join placed
        on
            answers.wave = placed.wave
            and answers.instrument = placed.instrument
            and answers.council_id = placed.council_id

),

running as (

    select
        *,
        sum(is_hidden) over (partition by wave, instrument, domain) as hidden,
        sum(1 - is_hidden) over (
            partition by wave, instrument, domain order by place
            rows between unbounded preceding and current row
        ) as others
    from answers_judged

),

-- how many of the smallest councils have to be hidden for the sake of one outcome
needed_by_domain as (

    select
        wave,
        instrument,
        domain,
        case
            when max(hidden) = 0 or max(hidden) >= max(hidden_councils) then 0
            else coalesce(min(case when hidden + others >= hidden_councils and is_hidden = 0 then place end), max(councils))
        end as councils_needed
    from running
    group by wave, instrument, domain

),

needed as (

    select
        wave,
        instrument,
        max(councils_needed) as councils_needed
    from needed_by_domain
    group by wave, instrument

)

select
    placed.wave,
    placed.instrument,
    placed.council_id,
    placed.n_responses,
    placed.place,
    not placed.is_below and placed.place > coalesce(needed.councils_needed, 0) as is_shown
from placed
left join needed on placed.wave = needed.wave and placed.instrument = needed.instrument
