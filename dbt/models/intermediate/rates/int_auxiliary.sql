-- The community care count that stands for the size of a council, by person scope, in each edition of
-- a year.
with auxiliary_counts as (

    select * from {{ ref('auxiliary_counts') }}

),

expected as (

    select
        person_scope,
        count(*) as parts_expected
    from auxiliary_counts
    group by person_scope

),

observed as (

    select * from {{ ref('int_observation') }}
    where area_level = 'council' and breakdown = 'total'

),

editions as (

    select * from {{ ref('int_edition') }}

),

summed as (

    select
        auxiliary_counts.person_scope,
        observed.financial_year,
        editions.edition_no,
        observed.area_id as council_id,
        count(observed.value) as parts_with_value,
        sum(observed.value) as auxiliary
    from auxiliary_counts
    inner join observed
        on auxiliary_counts.source = observed.source and auxiliary_counts.statistic = observed.statistic
    inner join editions on {{ stands_in('observed', 'editions') }}
    group by auxiliary_counts.person_scope, observed.financial_year, editions.edition_no, observed.area_id

)

select
    summed.person_scope,
    summed.financial_year,
    summed.edition_no,
    summed.council_id,
    summed.auxiliary
from summed
inner join expected on summed.person_scope = expected.person_scope
where summed.parts_with_value = expected.parts_expected
