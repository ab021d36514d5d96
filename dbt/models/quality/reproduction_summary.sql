-- Whether the loaded files give what was published, summed by whose figures they are.
with figures as (

    select * from {{ ref('published_reproduction') }}

)

select
    figure_source,
    cast(count(*) as integer) as figures,
    cast(count(case when verdict = 'reproduced' then 1 end) as integer) as reproduced,
    cast(count(case when verdict = 'differs' then 1 end) as integer) as differs,
    cast(count(case when verdict = 'not_computable' then 1 end) as integer) as not_computable,
    cast(
        count(case when evidence_class = 'synthetic' and verdict <> 'not_computable' then 1 end) as integer
    ) as on_synthetic
from figures
group by figure_source
