-- What publishers changed between two releases of a year, over councils: how many figures, and by how much.
-- Differences of counts are people, those of an outcome are percentage points.
select
    source, definition_id as definition, statistic, older_release || ' to ' || newer_release as releases,
    change, figures, round(mean_difference, 1) as mean, round(mean_size, 1) as mean_size,
    evidence_class as evidence
from quality.revision_summary
where financial_year = '2012-13' and area_level = 'council'
order by source, definition, statistic, releases, change
