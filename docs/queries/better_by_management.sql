-- Of those who answered in 2014, who says that control over life got better: by how the budget is held.
select
    group_value as held_as, n_valid as answered, better_pct,
    better_lower_pct as at_least, better_upper_pct as at_most,
    worse_pct, evidence_class as evidence
from marts.poet_outcome
where wave = 2014 and instrument = 'adult_holder' and domain = 'control_life'
    and group_type in ('england', 'management')
order by group_type, better_pct desc nulls last, group_value
