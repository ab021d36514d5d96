-- 2012-13 in one table: every base with the share of councils at 70%, and the bridge from ADASS to the
-- official rate, by the release that was known first and by each that took its place. For a bridge step,
-- at_least and at_most are its range over all orders of the steps.
with asked as (
    select '2012-13' as financial_year, 'LAMB_2013_70' as target_id
),
lines as (
    select 1 as part,
        row_number() over (order by n.basis_id <> 'published', n.definition_id, n.basis_id, n.person_scope) as line,
        coalesce(n.definition_id, n.basis_id) || ', ' || replace(n.person_scope, '_', ' ') as what,
        n.councils_with_data as councils, n.share_met_pct as councils_at_70_pct,
        n.share_met_lower_pct as at_least_pct, n.share_met_upper_pct as at_most_pct,
        null as effect_pp, n.pooled_rate_pct as rate_pct
    from marts.national_attainment n join asked using (financial_year, target_id)
    union all
    select 1 + vintage_no, 0, from_definition_id || ' to official, ' || coalesce(known_from::text, 'no day known'),
        councils_before, null, null, null, null, rate_before_pct
    from marts.reconciliation_bridge_vintages join asked using (financial_year)
    where area_level = 'england' and step_no = 1
    union all
    select 1 + vintage_no, step_no, '  ' || step, councils, null, effect_min_pp, effect_max_pp, effect_pp, rate_after_pct
    from marts.reconciliation_bridge_vintages join asked using (financial_year)
    where area_level = 'england'
)
select what, councils, round(councils_at_70_pct, 1) as councils_at_70_pct, round(at_least_pct, 1) as at_least,
    round(at_most_pct, 1) as at_most, round(effect_pp, 2) as effect_pp, round(rate_pct, 2) as rate_pct
from lines order by part, line
