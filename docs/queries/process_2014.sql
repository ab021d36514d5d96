-- What went with a good outcome in the wave of 2014: each condition of the process, and the median
-- over the outcome domains of its odds ratio, risk ratio and risk difference.
select
    condition,
    cast(count(odds_ratio) as int) as domains,
    round(median(odds_ratio), 2) as odds_ratio,
    round(median(risk_ratio), 2) as risk_ratio,
    round(median(risk_difference_pp), 1) as points
from marts.poet_process_effect
where wave = 2014 and instrument = 'adult_holder' and method = 'logit_cluster'
group by condition
order by odds_ratio desc, condition
