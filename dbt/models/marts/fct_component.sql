with offers as (

    select * from {{ ref('int_components') }}
    where is_current

),

councils as (

    select * from {{ ref('int_councils_by_year') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by financial_year, council_id, component, person_scope, breakdown
            order by {{ order_of_use() }}
        ) as place
    from offers

),

worded as (

    select
        financial_year,
        council_id,
        component,
        person_scope,
        breakdown,
        component_upper,
        source || coalesce(' ' || definition_id, '') || ': '
        || case
            when component_upper is null then 'not given'
            when component_value is null
                then
                    cast(cast(component_lower as bigint) as {{ dbt.type_string() }})
                    || ' to ' || cast(cast(component_upper as bigint) as {{ dbt.type_string() }})
            when component_lower = component_upper
                then cast(cast(component_value as bigint) as {{ dbt.type_string() }})
            else
                cast(cast(component_value as bigint) as {{ dbt.type_string() }})
                || ' (' || cast(cast(component_lower as bigint) as {{ dbt.type_string() }})
                || ' to ' || cast(cast(component_upper as bigint) as {{ dbt.type_string() }}) || ')'
        end as offer_text
    from offers

),

gathered as (

    select
        financial_year,
        council_id,
        component,
        person_scope,
        breakdown,
        cast(count(component_upper) as int) as offers,
        {{ joined_text('offer_text', "'; '") }} as offered
    from worded
    group by financial_year, council_id, component, person_scope, breakdown

)

select
    ranked.financial_year,
    ranked.council_id,
    councils.council_name,
    councils.region_name,
    ranked.component,
    ranked.person_scope,
    ranked.breakdown,
    ranked.component_value as value,
    ranked.component_lower as value_lower,
    ranked.component_upper as value_upper,
    ranked.source,
    ranked.definition_id,
    gathered.offers,
    gathered.offered,
    evidence_classes.evidence_class
from ranked
inner join gathered
    on
        ranked.financial_year = gathered.financial_year
        and ranked.council_id = gathered.council_id
        and ranked.component = gathered.component
        and ranked.person_scope = gathered.person_scope
        and ranked.breakdown = gathered.breakdown
inner join councils
    on ranked.financial_year = councils.financial_year and ranked.council_id = councils.council_id
inner join evidence_classes on ranked.weakness = evidence_classes.weakness
where ranked.place = 1
