"""Which columns a column is made of, read from the SQL that dbt ran.

Belongs here: a model's columns and the columns of its parents that their values are taken from,
and keeping that beside the manifest. Does not: what a heading of a raw file is called (`sources`),
showing it (`defs`, `cli`).

A column is made of what its expression names; what rows are joined, filtered or grouped by is not
counted. A model in Python says nothing that could be read: its YAML says it (`made_of` in `meta`).
Reading the SQL of all models takes seconds, so each model's answer is kept under a digest of what
it depends on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.build.manifest import Manifest, manifest_file
from dagster_project.paths import Warehouse
from dagster_project.sql import place

if TYPE_CHECKING:
    import duckdb
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

LANDING = "landing"
_FILE = "lineage.json"
_DIALECT = "duckdb"

Column = tuple[str, str]
"""The id of a node of dbt's, or the name of a landing table, and a column of it."""
Lineage = Mapping[str, Mapping[str, tuple[Column, ...]]]
"""By id of a model and its columns: the columns of its parents that each is made of."""
Tables = Mapping[tuple[str, str], tuple[str, ...]]
"""By schema and table: the columns, in order."""


@dataclass(frozen=True)
class Shape:
    """What was built: rows by id of each table (a view has no count), and where columns are from.

    A model whose lineage cannot be told is not in `lineage`.
    """

    rows: Mapping[str, int]
    lineage: Lineage


def shape(
    dbt_dir: Path, warehouse: Warehouse, manifest: Manifest, compiled: Mapping[str, str]
) -> Shape:
    """Look at the database of a good build; `compiled` is the SQL of each model, by id."""
    import duckdb

    with duckdb.connect(place(warehouse.build_db), read_only=True) as connection:
        rows = _rows(connection, manifest)
        bare = {one: _Bare.of(sql, place(warehouse.landing)) for one, sql in compiled.items()}
        tables = _tables(connection, bare.values())
    return Shape(rows, _lineage(dbt_dir, manifest, bare, tables))


def known_lineage(dbt_dir: Path) -> Lineage:
    """The lineage that the last build left beside the manifest; empty if none has."""
    return {one: kept.columns for one, kept in _read(_place(dbt_dir)).items()}


@dataclass(frozen=True)
class _Bare:
    """The SQL of a model without the place of the landing, and what it read there, by name."""

    sql: str
    read: Mapping[str, str]

    @classmethod
    def of(cls, sql: str, landing: str) -> _Bare:
        literal = rf"'{re.escape(landing)}/([^']+)'"
        read: dict[str, str] = {}

        def name(found: re.Match[str]) -> str:
            parts = (found[1] or found[2]).split("/")
            table = parts[0] if "*" not in parts[0] else Path(parts[-1]).stem
            read[table] = found[0]
            return f"{LANDING}.{table}"

        return cls(re.sub(rf"read_parquet\({literal}[^)]*\)|{literal}", name, sql), read)


@dataclass(frozen=True)
class _Kept:
    """The lineage of one model, and the digest of what it was read from."""

    key: str
    columns: Mapping[str, tuple[Column, ...]]


def _rows(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> Mapping[str, int]:
    counted = connection.execute(
        "select schema_name, table_name, estimated_size from duckdb_tables() where not temporary"
    ).fetchall()
    ids = {(node.schema, node.table): one for one, node in manifest.nodes.items()}
    return {ids[schema, table]: n for schema, table, n in counted if (schema, table) in ids}


def _tables(connection: duckdb.DuckDBPyConnection, models: Iterable[_Bare]) -> Tables:
    found: dict[tuple[str, str], list[str]] = {}
    for schema, table, column in connection.execute(
        "select table_schema, table_name, column_name from information_schema.columns "
        "order by table_schema, table_name, ordinal_position"
    ).fetchall():
        found.setdefault((schema, table), []).append(column)
    read = {name: text for model in models for name, text in model.read.items()}
    for name, text in read.items():
        described = connection.execute(f"describe select * from {text}").fetchall()
        found[LANDING, name] = [row[0] for row in described]
    return {name: tuple(columns) for name, columns in found.items()}


def _lineage(
    dbt_dir: Path, manifest: Manifest, models: Mapping[str, _Bare], tables: Tables
) -> Lineage:
    ids = {(node.schema, node.table): one for one, node in manifest.nodes.items()}
    before = _read(_place(dbt_dir))
    found: dict[str, _Kept] = {}
    for one, model in models.items():
        near = _near(manifest, one, model, tables)
        key = _key(model.sql, near)
        kept = before.get(one)
        found[one] = kept if kept and kept.key == key else _Kept(key, _of(model.sql, near, ids))
    found.update(_stated(manifest))
    if found != before:
        _write(_place(dbt_dir), found)
    return {one: kept.columns for one, kept in found.items() if kept.columns}


def _stated(manifest: Manifest) -> Mapping[str, _Kept]:
    """The lineage of the models whose YAML says it, as `column: [model.column, ...]`."""
    ids = {node.name: one for one, node in manifest.nodes.items()}
    found: dict[str, _Kept] = {}
    for one, node in manifest.nodes.items():
        said: Mapping[str, Sequence[str]] = node.meta.get("made_of", {})
        if said:
            named = {column: [part.split(".") for part in parts] for column, parts in said.items()}
            found[one] = _Kept(
                "stated",
                {
                    column: tuple(sorted((ids[model], part) for model, part in parts))
                    for column, parts in named.items()
                },
            )
    return found


def _near(manifest: Manifest, one: str, model: _Bare, tables: Tables) -> Tables:
    """The tables that a model reads, with their columns."""
    parents = (manifest.nodes.get(parent) for parent in manifest.nodes[one].parents)
    names = [(node.schema, node.table) for node in parents if node is not None]
    names += [(LANDING, table) for table in model.read]
    return {name: tables[name] for name in sorted(names) if name in tables}


def _key(sql: str, near: Tables) -> str:
    text = json.dumps([version("sqlglot"), sql, [[*name, *cols] for name, cols in near.items()]])
    return hashlib.sha256(text.encode()).hexdigest()


def _of(
    sql: str, near: Tables, ids: Mapping[tuple[str, str], str]
) -> Mapping[str, tuple[Column, ...]]:
    """The lineage of one model; empty if its SQL is beyond the parser."""
    import sqlglot
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    schema: dict[str, dict[str, object]] = {}
    for (name, table), columns in near.items():
        schema.setdefault(name, {})[table] = dict.fromkeys(columns, "text")
    try:
        parsed = _without_catalogs(sqlglot.parse_one(sql, read=_DIALECT))
        whole = qualify(parsed, schema=dict(schema), dialect=_DIALECT, quote_identifiers=False)
        scope = build_scope(whole)
    except sqlglot.errors.SqlglotError:
        return {}
    if scope is None:
        return {}
    walked = _Walk(ids)
    return {
        column: tuple(sorted(walked.made_of(scope, column)))
        for column in _query(scope).named_selects
    }


def _without_catalogs(parsed: Any) -> Any:
    from sqlglot import exp

    for table in parsed.find_all(exp.Table):
        table.set("catalog", None)
    return parsed


class _Walk:
    """From a column of a query down to the columns of tables, each question answered once."""

    def __init__(self, ids: Mapping[tuple[str, str], str]) -> None:
        self._ids = ids
        self._known: dict[tuple[int, str], frozenset[Column]] = {}

    def made_of(self, scope: Scope, column: str) -> frozenset[Column]:
        """The columns of tables that a column of this scope is made of."""
        asked = (id(scope), column)
        if asked not in self._known:
            self._known[asked] = frozenset()  # a query that reads itself ends here
            self._known[asked] = frozenset(self._answers(scope, column))
        return self._known[asked]

    def _answers(self, scope: Scope, column: str) -> Iterator[Column]:
        from sqlglot import exp

        query = _query(scope)
        if isinstance(query, exp.SetOperation):
            at = query.named_selects.index(column)
            for side in scope.set_operation_scopes:
                yield from self.made_of(side, _query(side).named_selects[at])
            return
        for select in query.selects:
            if select.alias_or_name == column:
                yield from self._named(scope, select)

    def _named(self, scope: Scope, expression: exp.Expr) -> Iterator[Column]:
        from sqlglot import exp

        for named in expression.find_all(exp.Column):
            source = self._source(scope, named)
            if isinstance(source, exp.Table):
                table = (source.db, source.name)
                if table in self._ids or source.db == LANDING:
                    yield self._ids.get(table, source.name), named.name
            elif source is not None and not isinstance(source.expression, exp.Query):
                yield from self._named(source, source.expression)  # unnest(...): of its arguments
            elif source is not None and named.name in _query(source).named_selects:
                yield from self.made_of(source, named.name)

    def _source(self, scope: Scope, named: exp.Column) -> exp.Table | Scope | None:
        """What a column's table name stands for: here, or in a query inside this one."""
        for within in (*_inside(named, scope), scope):
            if named.table in within.sources:
                found: exp.Table | Scope = within.sources[named.table]
                return found
        return None


def _query(scope: Scope) -> exp.Query:
    """The query of a scope; sqlglot types it as any expression."""
    from sqlglot import exp

    found = scope.expression
    assert isinstance(found, exp.Query)
    return found


def _inside(named: exp.Column, scope: Scope) -> Iterator[Scope]:
    """The subqueries of a scope that a column stands in."""
    for one in scope.subquery_scopes:
        if named.find_ancestor(type(one.expression)) is one.expression:
            yield one


def _place(dbt_dir: Path) -> Path:
    return manifest_file(dbt_dir).with_name(_FILE)


def _read(place: Path) -> Mapping[str, _Kept]:
    try:
        kept = json.loads(place.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {
        one: _Kept(
            entry["key"],
            {
                column: tuple((parent, name) for parent, name in made_of)
                for column, made_of in entry["columns"].items()
            },
        )
        for one, entry in kept.items()
    }


def _write(place: Path, found: Mapping[str, _Kept]) -> None:
    """Put it in place in one step: a kill leaves what was there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{_FILE}.next")
    kept = {one: {"key": each.key, "columns": each.columns} for one, each in found.items()}
    aside.write_text(json.dumps(kept, ensure_ascii=False) + "\n", "utf-8")
    aside.replace(place)
