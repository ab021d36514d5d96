"""Effects of the process on outcomes by both methods; the statistics are in dagster_project."""


def model(dbt, session):
    """Process effects from the counts by council, none of them thinner than the rule allows."""
    from dagster_project.analysis import process_effects

    cells = dbt.ref("int_poet_cell").df()
    rules = dbt.ref("disclosure_rules").df().set_index("source")
    return process_effects(cells, int(rules.loc["poet", "smallest_group"]))
