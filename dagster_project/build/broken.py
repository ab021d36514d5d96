"""Which conditions of the data are broken, by which rows: what a failed test is for a user.

Belongs here: asking the tests that failed once more, now for their rows.
Does not: running the tests (`invoke`), their SQL (the dbt project).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dagster_project.build.manifest import CONDITIONS, Manifest, Test
from dagster_project.paths import Warehouse

if TYPE_CHECKING:
    import duckdb

_SAMPLES = 3


@dataclass(frozen=True)
class BrokenCondition:
    """A condition of a table, how many rows break it, and some of them by key, file and place."""

    table: str
    condition: str
    rows: int
    samples: str

    def __str__(self) -> str:
        rows = "1 row breaks" if self.rows == 1 else f"{self.rows:,} rows break"
        return f'{self.table}: {rows} the condition "{self.condition}": {self.samples}'


def broken_conditions(
    warehouse: Warehouse, manifest: Manifest, failed: Mapping[str, str]
) -> Mapping[str, tuple[BrokenCondition, ...]]:
    """By id of each test in `failed`, which maps ids to compiled SQL, what is broken."""
    import duckdb

    if not failed:
        return {}
    with duckdb.connect(str(warehouse.build_db), read_only=True) as connection:
        return {
            one: tuple(_of(connection, manifest.tests[one], sql)) for one, sql in failed.items()
        }


def _of(connection: "duckdb.DuckDBPyConnection", test: Test, sql: str) -> Iterator[BrokenCondition]:
    if test.rule == CONDITIONS:
        found = connection.execute(
            f"select condition, failing_rows, samples from ({sql}) order by condition"
        ).fetchall()
        yield from (BrokenCondition(test.table, name, int(n), rows) for name, n, rows in found)
        return
    [(count,)] = connection.execute(f"select count(*) from ({sql})").fetchall()
    rows = connection.execute(f"select * from ({sql}) limit {_SAMPLES}")
    names = [column[0] for column in rows.description]
    samples = "; ".join(_row(names, row) for row in rows.fetchall())
    yield BrokenCondition(test.table, test.conditions[0].name, count, samples)


def _row(names: Sequence[str], row: Sequence[Any]) -> str:
    """A row as `column value, column value`."""
    pairs = zip(names, row, strict=True)
    return ", ".join(f"{name} {'NULL' if value is None else value}" for name, value in pairs)
