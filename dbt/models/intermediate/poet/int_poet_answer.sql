-- What a valid answer says: 1 favourable, -1 adverse, 0 neither. Landing has judged each answer by the
-- scale of its item in its wave, so here a word needs its meaning only, the same on every scale.
with answers as (

    select * from {{ ref('poet_answers') }}
    where is_valid and favourable is not null

)

select distinct
    answer,
    case when favourable then 1 when adverse then -1 else 0 end as direction
from answers
