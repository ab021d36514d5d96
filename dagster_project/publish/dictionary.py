"""The data dictionary of a release: `marts.data_dictionary`, one row for each published column.

Belongs here: putting together what is said of a column: its comment, which is the description of
the YAML; unit, rule and warnings of its `meta`; the values that the tests of the models allow.
Does not: any of these words. A unit is said once for all columns of a name in `units.csv`, a
warning once in `usage_warnings.csv`, a list of values once in the test that holds the data to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from dagster_project.build import Condition, Manifest, Node
from dagster_project.errors import DenominatorError
from dagster_project.publish import rows
from dagster_project.sources.seeds import seed

if TYPE_CHECKING:
    import duckdb

TABLE = "marts.data_dictionary"
LONGEST_LIST = 15
"""Of a published table with more values than these, its name is said and not the values."""

_LISTS = ("accepted_values", "relationships")
"""The kinds of conditions that say which values a column may have."""

_KEYS = {
    "table": frozenset({"usage_warnings", "other_columns"}),
    "column": frozenset({"unit", "rule", "usage_warnings"}),
}


@dataclass(frozen=True)
class _Column:
    """A column of the new file, as the database knows it."""

    schema: str
    table: str
    name: str
    position: int
    type: str
    nullable: bool
    comment: str

    @property
    def is_text(self) -> bool:
        return self.type == "VARCHAR"


def fill(connection: "duckdb.DuckDBPyConnection", manifest: Manifest) -> None:
    """Write a row for each column of the file `next`. Lists of values are read from `build`.

    Call it when every table and view is there. Raises `DenominatorError` if the `meta` of a model
    says something that nobody reads, or names a warning that there is not.
    """
    nodes = {(node.schema, node.table): node for node in manifest.published}
    for node in nodes.values():
        _refuse_unknown(node)
    columns = _columns(connection)
    names: dict[tuple[str, str], set[str]] = {}
    for column in columns:
        names.setdefault((column.schema, column.table), set()).add(column.name)
    said = _Said(connection, manifest)
    rows.insert(connection, TABLE, [said.row(column, nodes, names) for column in columns])


def _columns(connection: "duckdb.DuckDBPyConnection") -> list[_Column]:
    found = connection.execute(
        """
        select schema_name, table_name, column_name, column_index, data_type, is_nullable, comment
        from duckdb_columns() where database_name = 'next' and not internal
        order by schema_name, table_name, column_index
        """
    ).fetchall()
    return [_Column(*row) for row in found]


def _refuse_unknown(node: Node) -> None:
    warnings = {row["warning_id"] for row in seed("usage_warnings")}
    metas = [("table", "", node.meta)]
    metas += [("column", f".{name}", meta) for name, meta in node.column_meta.items()]
    for kind, where, meta in metas:
        strange = sorted(set(meta) - _KEYS[kind])
        strange += sorted(set(meta.get("usage_warnings", ())) - warnings)
        if strange:
            raise DenominatorError(
                f"The meta of {node.table}{where} says {', '.join(strange)}. Nothing was "
                f"published; beside {node.path} a {kind} may have "
                f"{', '.join(sorted(_KEYS[kind]))}, with warnings of usage_warnings.csv."
            )


class _Said:
    """What the models say of columns, each list of values looked up once."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", manifest: Manifest) -> None:
        self._connection = connection
        self._manifest = manifest
        self._conditions: dict[tuple[str, str], list[Condition]] = {}
        for test in manifest.tests.values():
            for condition in test.conditions:
                if test.subject is not None and (test.blocking or condition.kind in _LISTS):
                    here = (test.subject, condition.kind)
                    self._conditions.setdefault(here, []).append(condition)
        self._values: dict[tuple[str, str], list[str]] = {}

    def row(
        self,
        column: _Column,
        nodes: Mapping[tuple[str, str], Node],
        names: Mapping[tuple[str, str], set[str]],
    ) -> dict[str, Any]:
        """The row of the dictionary for a column."""
        here = (column.schema, column.table)
        line = list(self._line(nodes[here]))
        metas = [node.column_meta.get(column.name, {}) for node in line]
        unit, is_figure = _unit(column, _first(metas, "unit"))
        warnings = [*_all(metas, "usage_warnings")]
        if is_figure:
            warnings += _all([node.meta for node in line], "usage_warnings")
            beside = {name for node in line for name in names[node.schema, node.table]}
            warnings += [
                row["warning_id"]
                for row in seed("usage_warnings")
                if row["holds_with_column"] in beside
            ]
        return {
            "schema_name": column.schema,
            "table_name": column.table,
            "column_name": column.name,
            "position": column.position,
            "data_type": column.type,
            "is_nullable": column.nullable and column.name not in self._never_null(line[0]),
            "key_position": dict(self._key(line[0])).get(column.name),
            "description": column.comment,
            "unit": unit,
            "rule": _first(metas, "rule"),
            "allowed_values": self._allowed(line, column.name),
            "usage_warnings": list(dict.fromkeys(warnings)) or None,
        }

    def _never_null(self, node: Node) -> set[str]:
        """The columns that a condition of the table says so of; the database knows of more."""
        stated = self._conditions.get((node.unique_id, "not_null"), ())
        return {name for condition in stated for name in condition.columns}

    def _key(self, node: Node) -> Iterator[tuple[str, int]]:
        """The shortest list of columns that tells rows apart and is never NULL in any part."""
        stated = self._conditions.get((node.unique_id, "unique"), ())
        found = [condition.columns for condition in stated if condition.where is None]
        known = [names for names in found if set(names) <= self._never_null(node)]
        shortest = min(known, key=lambda names: (len(names), names), default=())
        yield from ((name, position) for position, name in enumerate(shortest, start=1))

    def _line(self, node: Node) -> Iterator[Node]:
        """The node, then what it shows again: its parents, where it has published ones only."""
        yield node
        parents = [self._manifest.nodes.get(one) for one in node.parents]
        if all(parent in self._manifest.published for parent in parents):
            for parent in parents:
                if parent is not None:
                    yield from self._line(parent)

    def _allowed(self, line: Sequence[Node], column: str) -> list[str] | None:
        for node in line:
            for kind in _LISTS:
                for condition in self._conditions.get((node.unique_id, kind), ()):
                    if condition.columns != (column,):
                        continue
                    if kind == "accepted_values":
                        return [str(value) for value in condition.values]
                    return self._of_another(condition)
        return None

    def _of_another(self, condition: Condition) -> list[str]:
        """The values of the table that a condition looks them up in."""
        field = str(condition.field)
        node = next(node for node in self._manifest.nodes.values() if node.name == condition.to)
        here = (f'"{node.schema}"."{node.table}"', field)
        if here not in self._values:
            found = self._connection.execute(
                f'select distinct "{field}"::varchar from build.{here[0]} '
                f'where "{field}" is not null order by 1'
            ).fetchall()
            self._values[here] = [row[0] for row in found]
        if node in self._manifest.published and len(self._values[here]) > LONGEST_LIST:
            return [f"{field} of {node.schema}.{node.table}"]
        return self._values[here]


def _unit(column: _Column, stated: str | None) -> tuple[str | None, bool]:
    """The unit of a column, and whether it is a figure, which warnings of its table hold for.

    Words have no unit, though figures may be called the same elsewhere: the numerator of a
    definition is a sentence.
    """
    if stated is not None:
        return stated, True
    for row in seed("units"):
        if fnmatchcase(column.name, row["pattern"]) and not (row["unit"] and column.is_text):
            return row["unit"] or None, row["is_figure"] == "true"
    return None, False


def _first(metas: Sequence[Mapping[str, Any]], key: str) -> str | None:
    return next((str(meta[key]) for meta in metas if key in meta), None)


def _all(metas: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    return [one for meta in metas for one in meta.get(key, ())]
