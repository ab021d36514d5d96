"""dbt's manifest, as far as this project needs it, in types of its own.

Belongs here: reading `manifest.json`. Does not: making it (`project`), importing dbt (the point of
reading the file is that Dagster's definitions load without dbt).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from dagster_project.errors import DenominatorError


class ManifestMissingError(DenominatorError):
    """The manifest has not been made yet."""


@dataclass(frozen=True)
class Node:
    """A model or a seed: something that becomes a table or a view.

    `parents` are ids of models, seeds and sources; `layer` is the folder below `models`, or
    `seeds`; `columns` maps names to descriptions, in the order of the YAML, and `types` to the
    types that are stated. `meta` is what the YAML says of the table beyond its description, and
    `column_meta` of a column.
    """

    unique_id: str
    name: str
    kind: str
    schema: str
    table: str
    layer: str
    path: str
    description: str
    columns: Mapping[str, str]
    types: Mapping[str, str]
    parents: tuple[str, ...]
    is_view: bool
    meta: Mapping[str, Any]
    column_meta: Mapping[str, Mapping[str, Any]]

    def description_of(self, column: str) -> str | None:
        """What the YAML says of a column; None if nothing.

        Columns that the data make (one a financial year) cannot be named there: `other_columns` in
        the table's `meta` describes them by pattern.
        """
        known = {name.lower(): text for name, text in self.columns.items()}
        if column.lower() in known:
            return known[column.lower()] or None
        patterns: Mapping[str, str] = self.meta.get("other_columns", {})
        return next((text for one, text in patterns.items() if fnmatchcase(column, one)), None)


@dataclass(frozen=True)
class Condition:
    """What a table has to meet: `name` in words, `kind` as an argument of `conditions`.

    `columns` are those that have a value, are unique together, or are looked up: in `values`, or in
    the column `field` of the model or seed `to`. `where` is the expression that chooses the rows.
    `landing_rule` is the id of the rule that refuses a raw row before it breaks the condition,
    `because` the reason why no single raw row can.
    """

    name: str
    kind: str
    columns: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()
    to: str | None = None
    field: str | None = None
    where: str | None = None
    landing_rule: str | None = None
    because: str | None = None


@dataclass(frozen=True)
class Test:
    """A dbt test of data, the node it is about (`subject`, None if of none), and what it tests.

    `rule` is the generic test that it is one of.
    """

    unique_id: str
    name: str
    description: str
    blocking: bool
    subject: str | None
    parents: tuple[str, ...]
    rule: str | None
    conditions: tuple[Condition, ...]

    __test__ = False  # the name is dbt's; pytest must not collect it

    @property
    def table(self) -> str:
        """The name of the model or seed that it is about, for a reader."""
        return (self.subject or next(iter(self.parents), self.name)).rpartition(".")[2]

    @property
    def label(self) -> str:
        """What a reader calls it: dbt's name for it is made for dbt."""
        if self.rule == CONDITIONS:
            return f"{'conditions' if self.blocking else 'warnings'} of {self.table}"
        return f"{self.table}: {self.conditions[0].name}"


@dataclass(frozen=True)
class Manifest:
    """Everything dbt would build, by id; no node stands before one it is made from."""

    nodes: Mapping[str, Node]
    tests: Mapping[str, Test]
    sources: Mapping[str, str]
    """Id of each source table and its name (`ccs`, `files`)."""
    landed: Mapping[str, str]
    """Id of each source table and the pattern of its files below the landing folder."""

    @cached_property
    def published(self) -> tuple[Node, ...]:
        """The nodes whose tables are published, by schema and name."""
        chosen = [node for node in self.nodes.values() if node.schema in PUBLISHED_SCHEMAS]
        return tuple(sorted(chosen, key=lambda node: (node.schema, node.table)))


CONDITIONS = "conditions"
"""The generic test that holds a table to all its conditions of a severity."""

ANY_LANDING = "@landing@"
"""Stands for the landing folder in a parsed project, which so is the same for every warehouse."""

PUBLISHED_SCHEMAS = ("marts", "quality")
"""The schemas that leave the build database."""


def manifest_file(dbt_dir: Path) -> Path:
    """Where the manifest of the dbt project lies."""
    return dbt_dir / "target" / "manifest.json"


def read_manifest(dbt_dir: Path) -> Manifest:
    """Read the manifest. Raises `ManifestMissingError` if nobody has prepared it."""
    file = manifest_file(dbt_dir)
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ManifestMissingError(
            f"The manifest of the dbt project is not there ({file}). Run `denominator prepare`, "
            "which writes it; `make dev` and `denominator refresh` do so by themselves."
        ) from None
    entries = raw["nodes"].values()
    nodes = _parents_first(
        {
            entry["unique_id"]: _node(entry)
            for entry in entries
            if entry["resource_type"] in ("model", "seed", "snapshot")
        }
    )
    tests = {
        entry["unique_id"]: _test(entry, nodes)
        for entry in entries
        if entry["resource_type"] == "test"
    }
    sources = {entry["unique_id"]: entry["name"] for entry in raw["sources"].values()}
    landed = {entry["unique_id"]: _landed(entry) for entry in raw["sources"].values()}
    return Manifest(nodes, tests, sources, landed)


def _parents_first(nodes: Mapping[str, Node]) -> Mapping[str, Node]:
    """The same nodes, none before what it is made from, otherwise by id."""
    order = TopologicalSorter(
        {one: [parent for parent in node.parents if parent in nodes] for one, node in nodes.items()}
    )
    return {one: nodes[one] for one in order.static_order()}


def _node(entry: Mapping[str, Any]) -> Node:
    folders = entry["fqn"][1:-1]
    return Node(
        unique_id=entry["unique_id"],
        name=entry["name"],
        kind=entry["resource_type"],
        schema=entry["schema"],
        table=entry["alias"],
        layer="seeds" if entry["resource_type"] == "seed" else (folders or ["models"])[0],
        path=entry["original_file_path"],
        description=entry["description"].strip(),
        columns={name: column["description"].strip() for name, column in entry["columns"].items()},
        types={name: column.get("data_type") or "" for name, column in entry["columns"].items()},
        parents=tuple(entry["depends_on"]["nodes"]) if "nodes" in entry["depends_on"] else (),
        is_view=entry["config"].get("materialized") == "view",
        meta=entry["config"].get("meta") or {},
        column_meta={
            name: column["config"].get("meta") or {} for name, column in entry["columns"].items()
        },
    )


def _landed(entry: Mapping[str, Any]) -> str:
    """From `@landing@/{name}/*/*/rows.parquet`, or that in a call with options."""
    place = entry["config"]["external_location"].format(name=entry["name"])
    found = re.search(rf"{ANY_LANDING}/([^']+)", place)
    if found is None:
        raise DenominatorError(f"The source {entry['name']} does not lie in the landing: {place}.")
    return found[1]


def _subject(named: str | None, parents: tuple[str, ...], nodes: Mapping[str, Node]) -> str | None:
    return next((one for one in (named, *parents) if one in nodes), None)


def _test(entry: Mapping[str, Any], nodes: Mapping[str, Node]) -> Test:
    parents = tuple(entry["depends_on"]["nodes"])
    generic = entry.get("test_metadata") or {}
    return Test(
        unique_id=entry["unique_id"],
        name=entry["name"],
        description=(entry.get("description") or "").strip(),
        blocking=str(entry["config"].get("severity", "error")).lower() == "error",
        subject=_subject(entry.get("attached_node"), parents, nodes),
        parents=parents,
        rule=generic.get("name"),
        conditions=tuple(_conditions(entry)),
    )


def _conditions(entry: Mapping[str, Any]) -> Iterator[Condition]:
    """The conditions of a test, in the order and with the names of the macro `conditions`."""
    generic = entry.get("test_metadata") or {}
    kind, given = generic.get("name"), generic.get("kwargs") or {}
    if kind == CONDITIONS:
        for each in ("not_null", "accepted_values", "relationships", "expressions", "unique"):
            for stated in given.get(each, ()):
                yield from _stated(each, stated)
    elif kind in ("not_null", "unique", "accepted_values", "relationships"):
        yield from _stated(kind, {**given, "column": entry.get("column_name"), "name": None})
    else:
        words = (entry.get("description") or entry["name"].replace("_", " ")).strip()
        yield Condition(words, kind or "query")


def _stated(kind: str, stated: Any) -> Iterator[Condition]:
    """The conditions of an entry of the YAML: one, or one for each column of `not_null`."""
    if isinstance(stated, str):
        stated = {"columns": [stated]}
    elif isinstance(stated, list):
        stated = {"columns": stated}
    columns = tuple(stated.get("columns") or filter(None, [stated.get("column")]))
    whole = Condition(
        name=stated.get("name") or "",
        kind=kind,
        columns=columns,
        values=tuple(stated.get("values", ())),
        to=_referred(stated.get("to")),
        field=stated.get("field"),
        where=stated.get("where"),
        landing_rule=stated.get("landing_rule"),
        because=stated.get("because"),
    )
    if kind == "not_null":
        for column in columns:
            name = whole.name or f"{column} has a value"
            yield replace(whole, name=name, columns=(column,))
    else:
        yield replace(whole, name=whole.name or _words(whole))


def _words(condition: Condition) -> str:
    columns = ", ".join(condition.columns)
    match condition.kind:
        case "unique":
            return f"one row per {columns}" + (
                f" where {condition.where}" if condition.where else ""
            )
        case "accepted_values":
            return f"{columns} is one of {', '.join(map(str, condition.values))}"
        case "relationships":
            return f"{columns} is a {condition.field} of {condition.to}"
    raise DenominatorError(
        f"A condition on {condition.where or 'an expression'} has no name. Give it `name:` in the "
        "YAML of its model: words that say what holds."
    )


def _referred(to: str | None) -> str | None:
    """From `ref('dim_council')` the name in it."""
    found = re.search(r"'(\w+)'|\"(\w+)\"", to or "")
    return (found[1] or found[2]) if found else None
