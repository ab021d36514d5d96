"""Rows of the published file as typed values.

Belongs here: asking, and turning a row into the dataclass that names its columns.
Does not: which questions there are (the modules beside this one), what is said of the answers.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from dagster_project.report.words import Invented

if TYPE_CHECKING:
    import duckdb

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)


class Published:
    """One release, open for reading."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        self._connection = connection

    def rows(self, row: type[Row], sql: str, *parameters: object) -> tuple[Row, ...]:
        """The answer to `select <fields of row> <sql>`: what is not wanted is not read."""
        names = ", ".join(f'"{field.name}"' for field in fields(row))  # type: ignore[arg-type]
        found = self._connection.execute(f"select {names} {sql}", list(parameters)).fetchall()
        return tuple(row(*values) for values in found)

    def one(self, row: type[Row], sql: str, *parameters: object) -> Row:
        """The only row of an answer."""
        (found,) = self.rows(row, sql, *parameters)
        return found


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, tuple[Row, ...]]:
    """Rows by a key, in the order both come in."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {name: tuple(members) for name, members in found.items()}


def synthetic(rows: Iterable[Any]) -> Invented:
    """How many of these rows rest on figures invented for the example."""
    classes = {row.evidence_class == "synthetic" for row in rows}
    if True not in classes:
        return Invented.NOTHING
    return Invented.PART if False in classes else Invented.ALL
