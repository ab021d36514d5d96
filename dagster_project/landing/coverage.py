"""Of how many councils there are rows, by year.

Belongs here: counting them in what has landed. Does not: which of them have a usable figure (the
models judge that), and showing it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dagster_project.landing.store import EMPTY, rows_schema

_COUNCILS = (
    ({"area_level", "area_code"}, "count(distinct area_code) filter (area_level = 'council')"),
    ({"area_code"}, "count(distinct area_code)"),
    ({"council_code"}, "count(distinct council_code)"),
)
"""How councils are counted in a table that has these columns; the first that fits."""


def councils(landing: Path, source: str) -> Mapping[str, int]:
    """The councils of a source by year folder; none for a source whose rows are of no council."""
    import duckdb

    names = set(rows_schema(source).names)
    counted = next((count for needed, count in _COUNCILS if needed <= names), None)
    if counted is None:
        return {}
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            f"select financial_year, {counted} from read_parquet(?, union_by_name = true) "
            "group by all order by all",
            [str(landing / source / "*" / "*" / "rows.parquet")],
        ).fetchall()
    return {year: count for year, count in rows if year != EMPTY}
