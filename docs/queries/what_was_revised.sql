-- What publishers changed between two releases of a year, over councils: how many figures, and by how much.
select
    source, financial_year as year, older_release || ' to ' || newer_release as releases, change,
    count(*) as figures, round(avg(difference), 1) as mean, round(avg(abs(difference)), 1) as mean_size,
    evidence_class as evidence
from quality.revision
where changed_by = 'publisher' and area_level = 'council'
group by all
order by all
