"""What Dagster sees: sources by year, dbt models and their tests, the release.

Belongs here: assets, checks and the run that makes them, each a thin cover over `landing`, `build`
and `publish`. Does not: anything those three would also need without Dagster.
"""
