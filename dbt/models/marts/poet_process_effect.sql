with effects as (

    select * from {{ ref('int_process_effect') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

)

select
    effects.wave,
    effects.instrument,
    effects.condition,
    effects.domain,
    effects.n,
    effects.councils,
    effects.odds_ratio,
    effects.or_lower,
    effects.or_upper,
    effects.risk_ratio,
    effects.rr_lower,
    effects.rr_upper,
    effects.risk_difference_pp,
    effects.rd_lower_pp,
    effects.rd_upper_pp,
    effects.q_value,
    effects.method,
    effects.statement,
    evidence_classes.evidence_class
from effects
inner join evidence_classes on effects.weakness = evidence_classes.weakness
