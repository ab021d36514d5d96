"""The one dbt build of a refresh, and whether its database may be published.

Belongs here: building from an empty database, node by node results, the mark on a good build.
Does not: how dbt is called (`invoke`), the gates of publication (`publish`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from dagster_project.build import invoke
from dagster_project.build.inputs import inputs_digest, landed_files
from dagster_project.build.lineage import Shape, shape
from dagster_project.build.manifest import Manifest
from dagster_project.build.project import code_version, parsed_file
from dagster_project.errors import DenominatorError
from dagster_project.lock import clear_remains
from dagster_project.paths import Warehouse
from dagster_project.progress import Progress, Silent

_GOOD = ("success", "pass", "warn", "no-op")


class BuildError(DenominatorError):
    """The build is not good enough to publish."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test; `failures` counts failing rows of a test."""

    unique_id: str
    name: str
    kind: str
    status: str
    failures: int | None
    message: str
    seconds: float

    @property
    def good(self) -> bool:
        """Whether publication may go on; a warning may."""
        return self.status in _GOOD


@dataclass(frozen=True)
class BuildResult:
    """What became of every node, by id; `missing` are ids dbt should have run and did not.

    `shape` is what was built, None if the build is not good.
    """

    nodes: Mapping[str, NodeResult]
    missing: tuple[str, ...]
    seconds: float
    log: Path
    shape: Shape | None = None

    @property
    def failed(self) -> tuple[NodeResult, ...]:
        """The nodes that stop publication, causes before those only skipped because of them."""
        bad = [node for node in self.nodes.values() if not node.good]
        return tuple(sorted(bad, key=lambda node: (node.status == "skipped", node.unique_id)))

    @property
    def good(self) -> bool:
        """Whether everything was built and no test of severity error failed."""
        return not self.failed and not self.missing

    def explain(self) -> str:
        """One paragraph: what failed, and where to read more. Empty if nothing did."""
        if self.good:
            return ""
        causes = [node for node in self.failed if node.status != "skipped"]
        skipped = len(self.failed) - len(causes)
        parts = [f"{node.name} ({_said(node)})" for node in causes[:3]]
        if len(causes) > 3:
            parts.append(f"and {len(causes) - 3} more")
        if skipped:
            parts.append(f"{skipped} skipped because of that")
        if self.missing:
            named = ", ".join(self.missing[:3])
            parts.append(f"{len(self.missing)} never run, though the project has them: {named}")
        return (
            f"The build did not pass: {'; '.join(parts)}. Nothing was published and the previous "
            f"release is untouched. The log of dbt is {self.log}; mend the model or the input "
            "it complains of and run the refresh again."
        )


def _said(node: NodeResult) -> str:
    message = " ".join(node.message.split())
    return f"{node.status}: {message[:240]}" if message else node.status


@dataclass(frozen=True)
class Built:
    """What a good build was made from: the digest of the landed files, the version of the code."""

    inputs_digest: str
    code_version: str


def build(
    dbt_dir: Path,
    warehouse: Warehouse,
    manifest: Manifest,
    *,
    progress: Progress | None = None,
    debug: bool = False,
) -> BuildResult:
    """Build every model and run every test on a new private database.

    Call it with the warehouse locked. The database is closed when this returns. Only a good build
    is marked as one (`built_from`). Raises `invoke.DbtError` if dbt came to no result at all.
    """
    heard = progress or Silent()
    clear_remains(warehouse)
    mark = _mark(warehouse)
    mark.unlink(missing_ok=True)
    digest = inputs_digest(landed_files(warehouse.landing))
    code = code_version(dbt_dir)
    names = {one: node.name for one, node in manifest.nodes.items()}
    names.update({one: test.name for one, test in manifest.tests.items()})
    heard.phase("building and testing", total=len(names))
    began = perf_counter()
    hear = _listener(heard, names)
    raw = invoke.build(dbt_dir, warehouse, parsed_file(dbt_dir), on_event=hear, debug=debug)
    nodes = {result.unique_id: result for result in _results(raw.result.results)}
    missing = tuple(sorted(set(names).difference(nodes)))
    seconds = perf_counter() - began
    result = BuildResult(nodes, missing, seconds, invoke.log_file(warehouse, "build"))
    if not result.good:
        return result
    mark.write_text(json.dumps({"inputs_digest": digest, "code_version": code}), "ascii")
    return replace(result, shape=shape(dbt_dir, warehouse, manifest, _compiled(raw.result.results)))


def _mark(warehouse: Warehouse) -> Path:
    return warehouse.private / "built.json"


def built_from(warehouse: Warehouse) -> Built | None:
    """What the good build that lies there was made from; None if there is none."""
    try:
        mark = json.loads(_mark(warehouse).read_text("ascii"))
    except (FileNotFoundError, ValueError):
        return None
    if not warehouse.build_db.is_file():
        return None
    return Built(mark["inputs_digest"], mark["code_version"])


def _listener(progress: Progress, names: Mapping[str, str]) -> Any:
    def hear(event: Any) -> None:
        if event.info.name == "NodeFinished":
            one = event.data.node_info.unique_id
            progress.step(names.get(one, one))

    return hear


def _compiled(raw: Iterable[Any]) -> Mapping[str, str]:
    """The SQL that each model was made by, by id. A model in Python has none."""
    nodes = [result.node for result in raw if str(result.node.resource_type) == "model"]
    return {node.unique_id: node.compiled_code for node in nodes if node.language == "sql"}


def _results(raw: Iterable[Any]) -> Iterable[NodeResult]:
    for result in raw:
        yield NodeResult(
            unique_id=result.node.unique_id,
            name=result.node.name,
            kind=str(result.node.resource_type),
            status=str(result.status),
            failures=result.failures,
            message=result.message or "",
            seconds=result.execution_time,
        )
