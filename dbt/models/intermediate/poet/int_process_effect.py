"""Effects of the process on outcomes by both methods; the statistics are in dagster_project."""


def model(dbt, session):
    """Process effects from the counts by council, over the councils that are shown, rounded."""
    from dagster_project.analysis import DisclosureRules, process_effects

    cells = dbt.ref("int_poet_cell").df()
    councils = dbt.ref("int_poet_council_shown").df()
    keys = dbt.ref("int_poet_rounding_key").df()
    limits = dbt.ref("int_disclosure_limits").df().set_index("source")
    rules = DisclosureRules.from_row(limits.loc["poet"].to_dict())
    return process_effects(cells, councils, keys, rules)
