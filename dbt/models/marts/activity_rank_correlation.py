"""Rank correlations of activity and outcomes; the statistics are in dagster_project."""

KEYS = ["wave", "financial_year", "instrument", "domain", "activity"]
KEYS += ["definition_id", "person_scope", "source", "measure"]


def model(dbt, session):
    """One row for each wave, instrument, domain and measure of activity."""
    from dagster_project.analysis import rank_correlations

    pairs = dbt.ref("activity_outcome_pair").df()
    fewest = dbt.config.get("fewest_ranked_councils")
    return rank_correlations(pairs, KEYS, "activity_pct", "better_pct", fewest)
