-- Do the loaded files give the headline figures that were published? A figure of the bundled example
-- was made to agree; only real files can tell.
select
    figure_source as source, figures, reproduced, differs, not_computable, on_synthetic
from quality.reproduction_summary
order by figure_source
