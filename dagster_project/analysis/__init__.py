"""What SQL does badly: effects of the process on outcomes, and rank correlations.

Belongs here: statistics on small tables of counts or rates, tables in, tables out.
Does not: reading or writing a database (the dbt models that call this), what is counted and what
may be shown of whom (the dbt project), anything of Dagster or dbt.
"""

from dagster_project.analysis.correlations import rank_correlations
from dagster_project.analysis.effects import process_effects

__all__ = ["process_effects", "rank_correlations"]
