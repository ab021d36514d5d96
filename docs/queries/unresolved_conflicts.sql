-- Published figures that cannot both be right as read, and of which nobody knows why.
select
    figure_a, round(value_a, 1) as value_a, round(value_b, 1) as value_b, unit,
    if('U' in (verification_a, verification_b), 'unverified', 'seen') as standing, coalesce(figure_b, 'the other figures on ' || topic) as against
from quality.source_conflict
where status = 'unresolved' and figure_a is not null
order by topic, figure_a, figure_b
