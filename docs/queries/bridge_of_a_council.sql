-- Why a council's return to the directors and its official figure differ, step by step; the least and
-- the greatest effect over all orders of the steps stand beside each.
select
    step_no, step, round(rate_before_pct, 1) as before_pct, round(effect_pp, 1) as effect_pp,
    round(effect_min_pp, 1) as least, round(effect_max_pp, 1) as greatest, round(rate_after_pct, 1) as after_pct,
    evidence_class as evidence
from marts.reconciliation_bridge
where area_level = 'council' and financial_year = '2012-13'
    and area_id = (select council_id from marts.dim_council where council_name = 'Darlington')
order by step_no
