-- How many councils met the 70% on the directors' base, year by year; what the silent ones could
-- change; and the pooled rate beside the one in which they are estimated.
select
    financial_year as year, councils_with_data as answered, councils_in_scope as of_all, councils_met as met,
    round(share_met_pct, 1) as share_met, round(share_met_lower_pct, 1) as at_least,
    round(share_met_upper_pct, 1) as at_most, round(pooled_rate_pct, 1) as rate,
    round(estimated_rate_pct, 1) as estimated, evidence_class as evidence
from marts.national_attainment
where basis_id = 'ongoing_per_eligible' and target_id = 'LAMB_2013_70'
order by financial_year
