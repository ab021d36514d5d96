"""What SQL does badly: effects of the process on outcomes, and rank correlations.

Belongs here: statistics on small tables of counts or rates, tables in, tables out, and the
rounding of what they show. Does not: reading or writing a database (the dbt models that call this),
what is counted and who is shown (the dbt project), anything of Dagster or dbt.
"""

from dagster_project.analysis.correlations import rank_correlations
from dagster_project.analysis.effects import process_effects
from dagster_project.analysis.rounding import DisclosureRules

__all__ = ["DisclosureRules", "process_effects", "rank_correlations"]
