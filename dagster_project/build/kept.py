"""What of the last good build still stands, so that a build makes only what has changed.

Belongs here: a key for each seed, model and test over all that it is made from, what became of each
in the last good build, the mark on a good build, a database with only what stands in it.
Does not: making the rest (`run`), reading fewer raw files (`landing`).

The key of a seed or a model covers its own file and the keys of its parents; that of a source, the
landed rows; that of a test, its parents. All that any of them may rest on besides, macros, YAML,
settings, the statistics that Python models call and the versions of what runs them, is in every
key: a change there makes everything anew.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster_project
from dagster_project import atomic
from dagster_project.build.broken import BrokenCondition
from dagster_project.build.manifest import Manifest, Node
from dagster_project.digest import files_digest, tree_digest
from dagster_project.lock import remove_build
from dagster_project.paths import Warehouse
from dagster_project.sql import place

_RUNNING = ("dbt-core", "dbt-duckdb", "duckdb", "numpy", "pandas", "scipy", "statsmodels")

Keys = Mapping[str, str]
"""By id of a node, source or test: the digest of all that it is made from."""


@dataclass(frozen=True)
class Built:
    """What a good build was made from: the digest of the landed files, the version of the code."""

    inputs_digest: str
    code_version: str


@dataclass(frozen=True)
class Stood:
    """The result of a node or test and its key; `sql` is what made a model."""

    key: str
    status: str
    failures: int | None
    message: str
    sql: str | None
    broken: tuple[BrokenCondition, ...] = ()

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> "Stood":
        """From what `keep` wrote."""
        broken = tuple(BrokenCondition(**each) for each in entry.get("broken", ()))
        return cls(**{**entry, "broken": broken})


def keys(dbt_dir: Path, manifest: Manifest, landing: Path) -> Keys:
    """The key of everything that a build would make or test."""
    frame = _frame(dbt_dir, landing)
    found = {
        one: _digest(frame, files_digest(landing, glob)) for one, glob in manifest.landed.items()
    }
    for one, node in manifest.nodes.items():  # no node stands before its parents
        own = hashlib.sha256((dbt_dir / node.path).read_bytes()).hexdigest()
        found[one] = _digest(frame, own, *_of(node.parents, found))
    tests = manifest.tests.items()
    found.update({one: _digest(frame, one, *_of(test.parents, found)) for one, test in tests})
    return found


def _of(parents: Iterable[str], found: Keys) -> list[str]:
    return [found[parent] for parent in sorted(parents) if parent in found]


def _frame(dbt_dir: Path, landing: Path) -> str:
    """The digest of what every key covers."""
    statistics = Path(dagster_project.__file__).parent / "analysis"
    project = tree_digest(dbt_dir, without={"models/*.sql", "models/*.py", "seeds/*.csv"})
    return _digest(project, tree_digest(statistics), *map(version, _RUNNING), str(landing))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def take(warehouse: Warehouse, manifest: Manifest, wanted: Keys) -> Mapping[str, Stood]:
    """What stands, by id, and a database that holds it and nothing else.

    From here on nothing is known to stand, until `keep`: a build that fails or is killed is
    followed by one from nothing.
    """
    before = {one: stood for one, stood in _read(warehouse).items() if wanted.get(one) == stood.key}
    warehouse.built.unlink(missing_ok=True)
    nodes = [manifest.nodes[one] for one in before if one in manifest.nodes]
    if nodes and _leave_only(warehouse, nodes):
        return before
    remove_build(warehouse)
    return {}


def keep(warehouse: Warehouse, built: Built, became: Mapping[str, Stood]) -> None:
    """Mark the build that lies there as a good one: what it is of, what became of everything."""
    said = {**asdict(built), "nodes": {one: asdict(stood) for one, stood in became.items()}}
    atomic.write_text(warehouse.built, json.dumps(said))


def built_from(warehouse: Warehouse) -> Built | None:
    """What the good build that lies there was made from; None if there is none."""
    try:
        mark = json.loads(warehouse.built.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if not warehouse.build_db.is_file():
        return None
    return Built(mark["inputs_digest"], mark["code_version"])


def _read(warehouse: Warehouse) -> Mapping[str, Stood]:
    try:
        said = json.loads(warehouse.built.read_text("utf-8"))
        return {one: Stood.read(each) for one, each in said["nodes"].items()}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}


def _leave_only(warehouse: Warehouse, nodes: Iterable[Node]) -> bool:
    """Drop all but the tables and views of `nodes`; False if the database is not as it was left."""
    import duckdb

    stay = {(node.schema, node.table) for node in nodes}
    if not warehouse.build_db.is_file():
        return False
    try:
        with duckdb.connect(place(warehouse.build_db)) as connection:
            there = connection.execute(
                "select schema_name, table_name, 'table' from duckdb_tables() where not internal "
                "union all "
                "select schema_name, view_name, 'view' from duckdb_views() where not internal"
            ).fetchall()
            for schema, name, kind in there:
                if (schema, name) not in stay:
                    connection.execute(f'drop {kind} "{schema}"."{name}"')
    except duckdb.Error:
        return False
    return stay <= {(schema, name) for schema, name, _ in there}
