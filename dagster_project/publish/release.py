"""Writing the next release and putting it in the place of the last one, in one step.

Belongs here: copying the published schemas into a new file, their comments, the swap.
Does not: whether that may happen (`gates`), what the file says of itself (`dictionary`, `readme`).

The new file is written beside the old one under another name, and only a finished, flushed and
reopened file takes its place. So a reader has either release whole, and keeps the one it opened; a
kill at any moment leaves the old file as it was.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project import atomic, disk, private
from dagster_project.build import Built, Manifest, built_from, landed_files
from dagster_project.build.manifest import PUBLISHED_SCHEMAS, Node
from dagster_project.errors import DenominatorError
from dagster_project.landing import forgotten_years, remembered
from dagster_project.lock import clear_candidate
from dagster_project.paths import Warehouse
from dagster_project.publish import dictionary, history, readme, revisions
from dagster_project.publish.gates import Candidate, Gate, Withheld, check_gates
from dagster_project.sql import SEALED, identifier, literal, place, quoted_place

if TYPE_CHECKING:
    import duckdb

STORAGE_VERSION = "v1.0.0"
"""The oldest storage DuckDB still writes; clients from 1.0 on can open it."""

Column = tuple[str, str, bool]
"""Name and type of a built column, and whether it may be NULL."""


class PublishError(DenominatorError):
    """Nothing was published; the message says what to do."""

    def __init__(self, gates: Sequence[Gate]) -> None:
        """Take the message from the gates that did not pass."""
        self.gates = tuple(gates)
        findings = [gate.finding for gate in gates if not gate.passed]
        super().__init__(
            "Nothing was published; the previous release is untouched. " + " ".join(findings)
        )


@dataclass(frozen=True)
class Release:
    """What was published: its number and name, the times (UTC), how many rows each table has."""

    release_no: int
    release_id: str
    started_at: datetime
    finished_at: datetime
    code_version: str
    inputs_digest: str
    raw_digest: str | None
    path: Path
    rows: dict[str, int]


def pass_gates(
    warehouse: Warehouse, manifest: Manifest, without: frozenset[Withheld] = frozenset()
) -> tuple[Gate, ...]:
    """What every gate found for the build that lies in the warehouse. Publishes nothing."""
    files = landed_files(warehouse.landing)
    forgotten = {Withheld(one.source, one.year) for one in forgotten_years(warehouse)}
    return check_gates(Candidate(warehouse, manifest, files, without | forgotten))


def publish(warehouse: Warehouse, manifest: Manifest, *, started_at: datetime) -> Release:
    """Write the next release and put it in place.

    Call it with the warehouse locked and after `pass_gates` found nothing. `started_at` is when
    the refresh began, with its time zone. Raises `DenominatorError`, and leaves the published file
    as it is, if the next one would be wrong.
    """
    built = built_from(warehouse)
    if built is None:
        raise DenominatorError("There is no finished build to publish. Run `denominator refresh`.")
    clear_candidate(warehouse)
    finished = datetime.now(UTC)
    release = Release(
        release_no=_last_number(warehouse.published) + 1,
        release_id=release_id(built),
        started_at=started_at.astimezone(UTC),
        finished_at=finished,
        code_version=built.code_version,
        inputs_digest=built.inputs_digest,
        raw_digest=remembered(warehouse.landing),
        path=warehouse.published,
        rows={},
    )
    try:
        with disk.worded_refresh(warehouse):
            _write(warehouse, manifest, release)
            release.rows.update(_verify(warehouse.candidate))
            private.publish(warehouse.candidate)
            atomic.replace_file(warehouse.candidate, warehouse.published)
    except BaseException:
        with suppress(OSError):
            clear_candidate(warehouse)  # half a file would take the room that somebody makes
        raise
    return release


def release_id(built: Built) -> str:
    """The name of a release: a digest of its inputs and of the code, 16 hexadecimal digits.

    The same inputs and code have the same name whenever they are published.
    """
    made_of = f"{built.inputs_digest} {built.code_version}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def _last_number(published: Path) -> int:
    """The number of the release that is published now; 0 if there is none."""
    import duckdb

    if not published.exists():
        return 0
    with duckdb.connect(place(published), read_only=True, config=SEALED) as connection:
        return max((run["release_no"] for run in history.runs(connection)), default=0)


def _write(warehouse: Warehouse, manifest: Manifest, release: Release) -> None:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach {quoted_place(warehouse.build_db)} as build (read_only)")
        connection.execute(
            f"attach {quoted_place(warehouse.candidate)} as next "
            f"(storage_version {literal(STORAGE_VERSION)})"
        )
        columns = _columns(connection)
        connection.execute("begin")  # each comment would be flushed to the disk by itself
        for schema in PUBLISHED_SCHEMAS:
            connection.execute(f"create schema next.{schema}")
        for node in manifest.published:
            if not node.is_view:
                _copy_table(connection, node, columns[node.schema, node.table])
        connection.execute("commit")
        _add_history(connection, warehouse.published, release)
        revisions.add_ours(connection, warehouse.published, release.release_id)
        for node in manifest.nodes.values():  # parents first: a view may stand on another
            if node.is_view and node in manifest.published:
                _copy_view(connection, node, columns[node.schema, node.table])
        _copy_macros(connection)
        dictionary.fill(connection, manifest)
        readme.fill(connection, release.release_id)
        connection.execute("detach build")
        connection.execute("checkpoint next")
        connection.execute("detach next")


def _copy_table(
    connection: "duckdb.DuckDBPyConnection", node: Node, columns: Sequence[Column]
) -> None:
    """Make the table with its types and NOT NULL, rows in an order of their own, and comments."""
    here = f"{node.schema}.{identifier(node.table)}"
    typed = ", ".join(
        f"{identifier(name)} {kind}{'' if nullable else ' not null'}"
        for name, kind, nullable in columns
    )
    connection.execute(f"create table next.{here} ({typed})")
    connection.execute(f"insert into next.{here} select * from build.{here} order by all")
    _comment(connection, node, "table", columns)


def _copy_view(
    connection: "duckdb.DuckDBPyConnection", node: Node, columns: Sequence[Column]
) -> None:
    """Make the view by its own statement, bound to the tables of the new file, and comments."""
    found = connection.execute(
        "select sql from duckdb_views() "
        "where database_name = 'build' and schema_name = ? and view_name = ?",
        [node.schema, node.table],
    ).fetchone()
    assert found is not None  # the gate `tables_are_there` has seen it
    connection.execute("use next")
    try:
        connection.execute(found[0])
    finally:
        connection.execute("use memory")
    _comment(connection, node, "view", columns)


def _columns(
    connection: "duckdb.DuckDBPyConnection",
) -> dict[tuple[str, str], list[Column]]:
    """The columns of everything that was built, by schema and table, asked for once."""
    found: dict[tuple[str, str], list[Column]] = {}
    for schema, table, *column in connection.execute(
        """
        select schema_name, table_name, column_name, data_type, is_nullable from duckdb_columns()
        where database_name = 'build' order by schema_name, table_name, column_index
        """
    ).fetchall():
        name, kind, nullable = column
        found.setdefault((schema, table), []).append((name, kind, nullable))
    return found


def _comment(
    connection: "duckdb.DuckDBPyConnection", node: Node, kind: str, columns: Sequence[Column]
) -> None:
    """Put the descriptions of the YAML on a table or view and on its columns."""
    here = f"{node.schema}.{identifier(node.table)}"
    described = {name: node.description_of(name) for name, _, _ in columns}
    undescribed = [name for name, text in described.items() if not text]
    if undescribed:
        raise DenominatorError(
            f"{here} has columns nobody described: {', '.join(undescribed)}. Nothing was "
            f"published; write their descriptions beside {node.path}."
        )
    connection.execute(f"comment on {kind} next.{here} is {literal(node.description)}")
    for name, text in described.items():
        connection.execute(
            f"comment on column next.{here}.{identifier(name)} is {literal(text or '')}"
        )


def _add_history(
    connection: "duckdb.DuckDBPyConnection", published: Path, release: Release
) -> None:
    """Take over the releases of the file that is published now, and add this one."""
    runs = [
        {
            "release_no": release.release_no,
            "release_id": release.release_id,
            "started_at": release.started_at.replace(tzinfo=None),
            "finished_at": release.finished_at.replace(tzinfo=None),
            "code_version": release.code_version,
            "inputs_digest": release.inputs_digest,
            "raw_digest": release.raw_digest,
        }
    ]
    if published.exists():
        connection.execute(f"attach {quoted_place(published)} as last (read_only)")
        runs += history.runs(connection, "last")
        connection.execute("detach last")
    for run in reversed(runs):
        known = {name: run.get(name) for name in runs[0]}  # an older layout has fewer columns
        connection.execute(
            f"insert into next.{history.TABLE} by name select "
            + ", ".join(f"? as {name}" for name in known),
            list(known.values()),
        )


def _copy_macros(connection: "duckdb.DuckDBPyConnection") -> None:
    """Take over the table macros of the published schemas.

    One that names the build database would break in the file it is published in, under whatever
    name that is opened; `_verify` calls each to make sure.
    """
    macros = connection.execute(
        """
        select schema_name, function_name, parameters, macro_definition, comment
        from duckdb_functions()
        where database_name = 'build' and function_type = 'table_macro'
          and list_contains(?, schema_name)
        order by all
        """,
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    connection.execute("use next")  # a macro is bound when it is made: its tables are these
    for schema, name, parameters, definition, comment in macros:
        if not comment:
            raise DenominatorError(
                f"The macro {schema}.{name} has no comment. Nothing was published; give it one "
                "where it is created (`comment on macro table`)."
            )
        given = ", ".join(identifier(parameter) for parameter in parameters)
        here = f"{schema}.{identifier(name)}"
        connection.execute(f"create macro {here}({given}) as table {definition}")
        connection.execute(f"comment on macro table {here} is {literal(comment)}")
    connection.execute("use memory")


def _verify(candidate: Path) -> dict[str, int]:
    """Open the file as a reader will, count all tables and views, call every macro.

    Returns the number of rows of each.
    """
    import duckdb

    with duckdb.connect(place(candidate), read_only=True, config=SEALED) as connection:
        tables = connection.execute(
            """
            select schema_name, table_name from duckdb_tables()
            union all
            select schema_name, view_name from duckdb_views()
            where not internal and database_name = current_database()
            order by all
            """
        ).fetchall()
        rows: dict[str, int] = {}
        for schema, table in tables:
            here = f"{schema}.{identifier(table)}"
            try:
                counted = connection.execute(f"select count(*) from {here}").fetchone()
            except (duckdb.BinderException, duckdb.CatalogException) as error:
                raise DenominatorError(
                    f"The view {schema}.{table} does not work in the published file: "
                    f"{' '.join(str(error).split())}. Nothing was published. It must name its "
                    "tables by schema and never by database."
                ) from error
            rows[f"{schema}.{table}"] = counted[0] if counted else 0
        macros = connection.execute(
            "select schema_name, function_name, len(parameters) from duckdb_functions() "
            "where function_type = 'table_macro' and not internal "
            "and database_name = current_database()"
        ).fetchall()
        for schema, name, arity in macros:
            nulls = ", ".join(["null"] * arity)
            try:
                connection.execute(f"select * from {schema}.{identifier(name)}({nulls}) limit 0")
            except duckdb.Error as error:
                raise DenominatorError(
                    f"The macro {schema}.{name} does not work in the published file: "
                    f"{' '.join(str(error).split())}. Nothing was published. It must name its "
                    "tables by schema and never by database."
                ) from error
    return rows
