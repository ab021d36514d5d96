with correlations as (

    select * from {{ ref('activity_rank_correlation') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

)

select
    cast(correlations.wave as int) as wave,
    correlations.financial_year,
    correlations.instrument,
    correlations.domain,
    correlations.activity,
    correlations.definition_id,
    correlations.person_scope,
    correlations.source,
    correlations.measure,
    correlations.councils,
    correlations.rank_correlation,
    correlations.lower,
    correlations.upper,
    correlations.statement,
    evidence_classes.evidence_class
from correlations
inner join evidence_classes on correlations.weakness = evidence_classes.weakness
