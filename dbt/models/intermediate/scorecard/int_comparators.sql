-- Whom a council is compared with in a year: the councils that a list names for it and that were in
-- scope, else every other council of its type.
with councils as (

    select * from {{ ref('int_councils_by_year') }}

),

kinds as (

    select * from {{ ref('comparator_kinds') }}

),

listed as (

    select * from {{ ref('stg_neighbours') }}

),

-- a list of one's own takes the place of the neighbours altogether
first_kind as (

    select min(kinds.precedence) as precedence
    from listed
    inner join kinds on listed.comparator_kind = kinds.comparator_kind

),

named as (

    select
        councils.financial_year,
        councils.council_id,
        others.council_id as comparator_id,
        listed.comparator_kind,
        listed.comparator_rank
    from listed
    inner join kinds on listed.comparator_kind = kinds.comparator_kind
    inner join first_kind on kinds.precedence = first_kind.precedence
    inner join councils on listed.council_id = councils.council_id
    inner join councils as others
        on
            listed.comparator_id = others.council_id
            and councils.financial_year = others.financial_year

),

councils_named as (

    select distinct
        financial_year,
        council_id
    from named

),

of_one_type as (

    select
        councils.financial_year,
        councils.council_id,
        others.council_id as comparator_id,
        'same_type' as comparator_kind,
        cast(null as bigint) as comparator_rank
    from councils
    inner join councils as others
        on
            councils.financial_year = others.financial_year
            and councils.council_type = others.council_type
            and councils.council_id <> others.council_id
    left join councils_named
        on
            councils.financial_year = councils_named.financial_year
            and councils.council_id = councils_named.council_id
    where councils_named.council_id is null

)

select * from named
union all
select * from of_one_type
