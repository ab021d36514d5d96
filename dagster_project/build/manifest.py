"""dbt's manifest, as far as this project needs it, in types of its own.

Belongs here: reading `manifest.json`. Does not: making it (`project`), importing dbt (the point of
reading the file is that Dagster's definitions load without dbt).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
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
class Test:
    """A dbt test of data, and the node it is about (`subject`, None if of none).

    `rule` is the generic test that it is one of, `column` the column it is about, and `arguments`
    what that test was given.
    """

    unique_id: str
    name: str
    description: str
    blocking: bool
    subject: str | None
    parents: tuple[str, ...]
    rule: str | None
    column: str | None
    arguments: Mapping[str, Any]

    __test__ = False  # the name is dbt's; pytest must not collect it


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
        column=entry.get("column_name"),
        arguments=generic.get("kwargs") or {},
    )
