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

from dagster_project.build import Manifest, Node, Test
from dagster_project.errors import DenominatorError
from dagster_project.publish import rows
from dagster_project.sources.seeds import seed

if TYPE_CHECKING:
    import duckdb

TABLE = "marts.data_dictionary"
LONGEST_LIST = 15
"""Of a published table with more values than these, its name is said and not the values."""

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
        self._tests: dict[tuple[str, str], list[Test]] = {}
        self._rules: dict[tuple[str, str], list[Test]] = {}
        for test in manifest.tests.values():
            if test.subject is not None and test.column is not None:
                self._tests.setdefault((test.subject, test.column), []).append(test)
            if test.subject is not None and test.rule is not None and test.blocking:
                self._rules.setdefault((test.subject, test.rule), []).append(test)
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
        """The columns of which a test of the model says so, beside those the database knows."""
        whole = self._rules.get((node.unique_id, "never_null"), ())
        single = self._rules.get((node.unique_id, "not_null"), ())
        return {name for test in whole for name in test.arguments["columns"]} | {
            test.column for test in single if test.column is not None
        }

    def _key(self, node: Node) -> Iterator[tuple[str, int]]:
        """The shortest list of columns that tells rows apart and is never NULL in any part."""
        single = self._rules.get((node.unique_id, "unique"), ())
        several = self._rules.get((node.unique_id, "unique_combination"), ())
        found = [[test.column] for test in single if test.column is not None]
        found += [list(test.arguments["columns"]) for test in several]
        known = [names for names in found if set(names) <= self._never_null(node)]
        shortest = min(known, key=lambda names: (len(names), names), default=[])
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
            for test in self._tests.get((node.unique_id, column), ()):
                if test.rule == "accepted_values":
                    return [str(value) for value in test.arguments["values"]]
                if test.rule == "relationships":
                    return self._of_another(test)
        return None

    def _of_another(self, test: Test) -> list[str]:
        """The values of the table that a test looks them up in."""
        field = test.arguments["field"]
        others = [one for one in test.parents if one != test.subject]
        node = self._manifest.nodes[others[0] if others else str(test.subject)]
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
