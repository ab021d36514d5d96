with changes as (

    select * from {{ ref('int_rates_yoy') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

)

select
    changes.area_level,
    changes.area_id,
    changes.area_name,
    changes.financial_year,
    changes.basis_id,
    changes.definition_id,
    changes.person_scope,
    changes.rate_pct,
    changes.previous_year,
    changes.previous_definition_id,
    changes.previous_rate_pct,
    changes.change_pp,
    changes.refused_reason,
    cast(changes.councils as int) as councils,
    cast(changes.previous_councils as int) as previous_councils,
    cast(changes.councils_in_both as int) as councils_in_both,
    changes.note,
    evidence_classes.evidence_class
from changes
inner join evidence_classes on changes.weakness = evidence_classes.weakness
