"""Of how many councils there are rows, by year, and what share of all councils that is.

Belongs here: counting them in what has landed. Does not: which of them have a usable figure (the
models judge that), and showing it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dagster_project.landing.store import EMPTY, rows_schema
from dagster_project.sources.councils import is_financial_year, register
from dagster_project.sql import place

_COUNCILS = (
    ({"area_level", "area_code"}, "count(distinct area_code) filter (area_level = 'council')"),
    ({"area_code"}, "count(distinct area_code)"),
    ({"council_code"}, "count(distinct council_code)"),
)
"""How councils are counted in a table that has these columns; the first that fits."""


@dataclass(frozen=True)
class Coverage:
    """Councils with rows, and councils in scope: None for a year folder that is no single year."""

    councils: int
    in_scope: int | None

    @property
    def share_pct(self) -> float | None:
        """In percent; None where nobody can say of how many."""
        return 100 * self.councils / self.in_scope if self.in_scope else None


def coverage(landing: Path, source: str) -> Mapping[str, Coverage]:
    """By year folder; nothing for a source whose rows are of no council."""
    import duckdb

    names = set(rows_schema(source).names)
    counted = next((count for needed, count in _COUNCILS if needed <= names), None)
    if counted is None:
        return {}
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            f"select financial_year, {counted} from read_parquet(?, union_by_name = true) "
            "group by all order by all",
            [f"{place(landing)}/{source}/*/*/rows.parquet"],
        ).fetchall()
    return {year: Coverage(count, _in_scope(year)) for year, count in rows if year != EMPTY}


def _in_scope(year: str) -> int | None:
    return register().in_scope(year) if is_financial_year(year) else None
