-- In Control's question: of the budgets that count officially, how many would pass its three tests, if
-- those who answered POET stood for all holders; and what its members counted themselves.
select
    wave, cast(official_holders as int) as official, n_valid as answered, passing_pct,
    cast(implied_lower as int) as at_least, cast(implied_count as int) as implied,
    cast(implied_upper as int) as at_most, cast(in_control_count as int) as in_control,
    in_control_as_of as counted_on, evidence_class as evidence
from marts.genuine_budget
where area_level = 'england' and budget_type = 'all'
order by wave
