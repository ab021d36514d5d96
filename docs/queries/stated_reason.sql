-- The councils of 2012-13 whose two returns lie furthest apart: the rate of the ADASS return, the official
-- one, the step of the bridge that explains most of it, and what the council itself wrote in its return.
with steps as (
    select area_id as council_id, financial_year, step, effect_pp, evidence_class,
        first_value(rate_before_pct) over whole as adass_pct,
        last_value(rate_after_pct) over whole as official_pct,
        row_number() over (partition by area_id order by abs(effect_pp) desc, step_no) as place
    from marts.reconciliation_bridge
    where area_level = 'council' and financial_year = '2012-13'
    window whole as (
        partition by area_id order by step_no rows between unbounded preceding and unbounded following
    )
)
select c.council_name, round(s.adass_pct, 1) as adass_pct, round(s.official_pct, 1) as official_pct,
    s.step as greatest_step, round(s.effect_pp, 1) as effect_pp,
    r.q9_target_met_self_declared as held_target_met, r.stated_reason, s.evidence_class
from steps s
join marts.dim_council c using (council_id)
left join marts.council_return r using (council_id, financial_year)
where s.place = 1
order by abs(s.official_pct - s.adass_pct) desc, c.council_name
