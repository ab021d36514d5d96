-- Do the loaded files give the headline figures that were published? A figure of the bundled example
-- was made to agree; only real files can tell.
select
    figure_source as source, count(*) as figures,
    count(*) filter (where verdict = 'reproduced') as reproduced,
    count(*) filter (where verdict = 'differs') as differs,
    count(*) filter (where verdict = 'not_computable') as not_computable,
    count(*) filter (where evidence_class = 'synthetic') as on_synthetic
from quality.published_reproduction
group by figure_source
order by figure_source
