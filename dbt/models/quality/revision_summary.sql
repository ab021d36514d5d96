-- What later releases changed, summed: figures of one statistic are of one unit, so that a mean of their
-- differences means something.
with revisions as (

    select * from {{ ref('revision') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

summed as (

    select
        revisions.source,
        revisions.financial_year,
        revisions.definition_id,
        revisions.area_level,
        revisions.statistic,
        revisions.older_release,
        revisions.newer_release,
        revisions.change,
        count(*) as figures,
        {{ exact_mean('revisions.difference') }} as mean_difference,
        {{ exact_mean('abs(revisions.difference)') }} as mean_size,
        max(abs(revisions.difference)) as largest_size,
        max(evidence_classes.weakness) as weakness
    from revisions
    inner join evidence_classes on revisions.evidence_class = evidence_classes.evidence_class
    group by
        revisions.source, revisions.financial_year, revisions.definition_id, revisions.area_level,
        revisions.statistic, revisions.older_release, revisions.newer_release, revisions.change

)

select
    summed.source,
    summed.financial_year,
    summed.definition_id,
    summed.area_level,
    summed.statistic,
    summed.older_release,
    summed.newer_release,
    summed.change,
    cast(summed.figures as integer) as figures,
    summed.mean_difference,
    summed.mean_size,
    summed.largest_size,
    evidence_classes.evidence_class
from summed
inner join evidence_classes on summed.weakness = evidence_classes.weakness
