{#- Groups are part of England: none has more answers, nor have groups that do not overlap together. -#}

{% test poet_groups_within_england(model) %}
with england as (

    select * from {{ model }}
    where group_type = 'england'

),

together as (

    select
        wave,
        instrument,
        domain,
        group_type,
        case when groups_overlap then group_value end as group_value,
        sum(n_valid) as n_valid,
        sum(n_better) as n_better,
        sum(n_worse) as n_worse
    from {{ model }}
    group by wave, instrument, domain, group_type, case when groups_overlap then group_value end

)

select together.*
from together
left join england
    on
        together.wave = england.wave
        and together.instrument = england.instrument
        and together.domain = england.domain
where
    not coalesce(
        together.n_valid <= england.n_valid
        and together.n_better <= england.n_better
        and together.n_worse <= england.n_worse,
        false
    )
{% endtest %}
