"""What the published file says of itself: its release, its tables, their columns and sources.

Belongs here: reading that, as plain values. Does not: rows of figures, and any format's words.

The history of releases is no table of a release: it has the times and numbers of runs, and an
export of the same inputs by the same code has the same bytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dagster_project.errors import DenominatorError
from dagster_project.publish import history

if TYPE_CHECKING:
    import duckdb

_REFERENCE = re.compile(r"(?P<column>\w+) of (?P<schema>\w+)\.(?P<table>\w+)")
"""How the dictionary says that a column's values are those of another table."""


@dataclass(frozen=True)
class Reference:
    """The column of another published table in which a column's values are found."""

    table: str
    column: str


@dataclass(frozen=True)
class Column:
    """A column, in the words of the data dictionary."""

    name: str
    type: str
    nullable: bool
    key_position: int | None
    description: str
    unit: str | None
    rule: str | None
    allowed: tuple[str, ...]
    refers_to: Reference | None
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A published table."""

    schema: str
    name: str
    description: str
    columns: tuple[Column, ...]
    rows: int
    synthetic_rows: int

    @property
    def full_name(self) -> str:
        """Schema and table, as one asks the database."""
        return f"{self.schema}.{self.name}"

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that together tell every row apart; none where no such list is known."""
        parts = sorted(
            (column.key_position, column.name)
            for column in self.columns
            if column.key_position is not None
        )
        return tuple(name for _, name in parts)

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Source:
    """A publication that the release was made of."""

    publisher: str | None
    title: str | None
    licence: str | None
    url: str | None

    @property
    def words(self) -> str:
        """Who published it and what it is called; a list of one's own need not say."""
        known = [part for part in (self.publisher, self.title) if part]
        return ": ".join(known) or "A file of one's own, without publisher and title"


@dataclass(frozen=True)
class UsageWarning:
    """What a figure must not be used for."""

    warning_id: str
    title: str
    text: str


@dataclass(frozen=True)
class Release:
    """The published release."""

    release_id: str
    code_version: str
    earlier: tuple[str, ...]
    tables: tuple[Table, ...]
    sources: tuple[Source, ...]
    readme: tuple[tuple[str, str], ...]
    warnings: dict[str, UsageWarning]

    @property
    def licences(self) -> list[str]:
        """The licences that its sources state, each once, by name."""
        return sorted({source.licence for source in self.sources if source.licence})

    @property
    def is_synthetic(self) -> bool:
        """Whether any figure in it rests on synthetic rows."""
        return any(table.synthetic_rows for table in self.tables)

    def table(self, full_name: str) -> Table:
        """The table of that schema and name."""
        return next(table for table in self.tables if table.full_name == full_name)


def read_release(connection: "duckdb.DuckDBPyConnection") -> Release:
    """All of it. Raises `DenominatorError` if the file is of a layout before the dictionary."""
    if not _has(connection, "data_dictionary"):
        raise DenominatorError(
            "The published file has no data dictionary: an earlier version of the program wrote "
            "it. Run `denominator refresh` and export again."
        )
    runs = history.runs(connection)
    return Release(
        release_id=runs[0]["release_id"],
        code_version=runs[0]["code_version"],
        earlier=tuple(run["release_id"] for run in runs[1:]),
        tables=tuple(_tables(connection)),
        sources=tuple(_sources(connection)),
        readme=tuple(
            (row["topic"], row["text"])
            for row in _records(connection, "from marts.readme order by position")
        ),
        warnings={
            row["warning_id"]: UsageWarning(row["warning_id"], row["title"], row["text"])
            for row in _records(connection, "from marts.usage_warning order by warning_id")
        },
    )


def _has(connection: "duckdb.DuckDBPyConnection", table: str) -> bool:
    found = connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'marts' and table_name = ?", [table]
    )
    return found.fetchone() is not None


def _records(connection: "duckdb.DuckDBPyConnection", sql: str) -> list[dict[str, Any]]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _tables(connection: "duckdb.DuckDBPyConnection") -> Iterator[Table]:
    columns: dict[tuple[str, str], list[Column]] = {}
    for row in _records(
        connection, "from marts.data_dictionary order by schema_name, table_name, position"
    ):
        columns.setdefault((row["schema_name"], row["table_name"]), []).append(_column(row))
    described = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() "
        "where not internal and not temporary and schema_name || '.' || table_name <> ? "
        "order by all",
        [history.TABLE],
    ).fetchall()
    for schema, table, comment in described:
        here = tuple(columns[schema, table])
        invented = (
            "count(*) filter (evidence_class = 'synthetic')"
            if any(column.name == "evidence_class" for column in here)
            else "0"
        )
        rows, synthetic = connection.execute(
            f'select count(*), {invented} from {schema}."{table}"'
        ).fetchall()[0]
        yield Table(schema, table, comment, here, rows, synthetic)


def _column(row: dict[str, Any]) -> Column:
    allowed = tuple(row["allowed_values"] or ())
    reference = _REFERENCE.fullmatch(allowed[0]) if len(allowed) == 1 else None
    return Column(
        name=row["column_name"],
        type=row["data_type"],
        nullable=row["is_nullable"],
        key_position=row["key_position"],
        description=row["description"],
        unit=row["unit"],
        rule=row["rule"],
        allowed=() if reference else allowed,
        refers_to=(
            Reference(f"{reference['schema']}.{reference['table']}", reference["column"])
            if reference
            else None
        ),
        warnings=tuple(row["usage_warnings"] or ()),
    )


def _sources(connection: "duckdb.DuckDBPyConnection") -> Iterator[Source]:
    for row in _records(
        connection,
        "select distinct publisher, title, licence, url from quality.source_file "
        "where status = 'loaded' order by all",
    ):
        yield Source(**row)
