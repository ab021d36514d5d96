"""Every explanation of some councils and years, in few questions to the database.

Belongs here: the one call that the report and the command make. Does not: any explanation itself.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dagster_project.explain import bridge, nation, rates
from dagster_project.explain.facts import Facts
from dagster_project.explain.notices import Notices
from dagster_project.explain.tree import Explanation

if TYPE_CHECKING:
    import duckdb


def explanations(
    connection: "duckdb.DuckDBPyConnection",
    councils: Sequence[str] | None = None,
    years: Sequence[str] | None = None,
) -> Iterator[Explanation]:
    """Every figure of these councils in these years; None stands for all of them.

    They come kind by kind, each in the order of council, year and name. What tells one from another
    is `area_level`, `area_id` and `anchor` together.
    """
    facts = Facts(connection, years)
    notices = Notices(facts)
    made = rates.Rates(facts)
    yield from rates.council_rates(facts, made, notices, councils)
    if councils is None:
        yield from nation.national_rates(facts, made, notices)
    yield from bridge.Bridges(facts, notices).explained(councils)
