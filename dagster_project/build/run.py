"""The one dbt build of a refresh, and whether its database may be published.

Belongs here: building what does not stand, node by node results.
Does not: what stands (`kept`), how dbt is called (`invoke`), the gates of publication (`publish`).
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from dagster_project.build import invoke, kept
from dagster_project.build.broken import BrokenCondition, broken_conditions
from dagster_project.build.inputs import inputs_digest, landed_files
from dagster_project.build.kept import Built, Keys, Stood
from dagster_project.build.lineage import Shape, shape
from dagster_project.build.manifest import Manifest
from dagster_project.build.project import code_version, parsed_file
from dagster_project.errors import DenominatorError
from dagster_project.lock import clear_candidate
from dagster_project.paths import Warehouse
from dagster_project.progress import Progress, Silent
from dagster_project.sources import ALL_YEARS, SOURCES

_MESSAGES = 3
"""So many messages stand in the paragraph that says why a build did not pass."""

_GOOD = ("success", "pass", "warn", "no-op")


class BuildError(DenominatorError):
    """The build is not good enough to publish."""


@dataclass(frozen=True)
class NodeResult:
    """The result of a model, seed or test; `failures` counts failing rows of a test.

    `name` is for a reader: a test's is not dbt's. `broken` are the conditions that its test found
    broken. `kept`: it is the result of an earlier build, and nothing that it is made from has
    changed since.
    """

    unique_id: str
    name: str
    kind: str
    status: str
    failures: int | None
    message: str
    seconds: float
    kept: bool = False
    broken: tuple[BrokenCondition, ...] = ()

    @property
    def good(self) -> bool:
        """Whether publication may go on; a warning may."""
        return self.status in _GOOD


@dataclass(frozen=True)
class BuildResult:
    """The result of every node, by id; `missing` are ids dbt should have run and did not.

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
        """One paragraph: what failed, by which rows, and the way out. Empty if nothing did.

        Every row that a file can bring has been judged before the build (`landing`), so that a
        condition that is broken here, or a model that cannot be made, is a fault of the program.
        """
        if self.good:
            return ""
        causes = [node for node in self.failed if node.status != "skipped"]
        skipped = len(self.failed) - len(causes)
        messages = [message for node in causes for message in _messages(node)]
        parts = messages[:_MESSAGES]
        if len(messages) > _MESSAGES:
            parts.append(f"and {len(messages) - _MESSAGES} more")
        if skipped:
            parts.append(f"{skipped} skipped because of that")
        if self.missing:
            named = ", ".join(self.missing[:_MESSAGES])
            parts.append(f"{len(self.missing)} never run, though the project has them: {named}")
        return (
            "The build did not pass. This is a fault of the program, not of your files: every row "
            f"was judged when it was read. {'; '.join(parts)}. Nothing was published and the "
            f"previous release is untouched. {_way_out(causes)} Report this paragraph; the log of "
            f"dbt is {self.log}."
        )


# As files are named in what the conditions say: <source>/<year folder>/<release>/<file>.
_FILE = re.compile(rf"\b({'|'.join(SOURCES)})/(\d{{4}}(?:-\d\d)?|{ALL_YEARS})/[^,;()]*[^,;() ]")


def _way_out(causes: Sequence[NodeResult]) -> str:
    """How to publish the rest meanwhile: without the files that the broken rows came from."""
    said = " ".join(broken.samples for node in causes for broken in node.broken)
    found = list(_FILE.finditer(said))
    if not found:
        return (
            "To publish meanwhile, leave out the source and year that are new since the release, "
            "with --without SOURCE/YEAR, or take their file out of the raw tree."
        )
    years = dict.fromkeys(f"{one[1]}/{one[2]}" for one in found)
    files = dict.fromkeys(one[0] for one in found)
    options = " ".join(f"--without {year}" for year in list(years)[:_MESSAGES])
    return (
        f"To publish meanwhile, run `denominator refresh {options}`, which leaves that source and "
        f"year out, or take {' or '.join(list(files)[:_MESSAGES])} out of the raw tree."
    )


def _messages(node: NodeResult) -> Iterable[str]:
    """What is wrong with a node: the conditions that its rows break, or what dbt says of it."""
    if node.broken:
        return map(str, node.broken)
    message = " ".join(node.message.split())
    return [f"{node.name} ({node.status}{f': {message[:240]}' if message else ''})"]


def build(
    dbt_dir: Path,
    warehouse: Warehouse,
    manifest: Manifest,
    *,
    progress: Progress | None = None,
    debug: bool = False,
) -> BuildResult:
    """Build every model and run every test, but those that stand from the last good build.

    Call it with the warehouse locked. The database is closed when this returns. Only a good build
    is marked as one (`built_from`). Raises `invoke.DbtError` if dbt came to no result at all.
    """
    clear_candidate(warehouse)
    digest = inputs_digest(landed_files(warehouse.landing), warehouse)
    code = code_version(dbt_dir)
    wanted = kept.keys(dbt_dir, manifest, warehouse.landing)
    stood = kept.take(warehouse, manifest, wanted)
    began = perf_counter()
    raw = _build(dbt_dir, warehouse, manifest, stood, progress or Silent(), debug=debug)
    seconds = perf_counter() - began
    names = _names(manifest)
    broken = broken_conditions(warehouse, manifest, _failed_sql(raw, manifest))
    nodes = {one: _kept(one, each, names[one]) for one, each in stood.items()}
    nodes.update({result.unique_id: result for result in _results(raw, names, broken)})
    missing = tuple(sorted(set(names).difference(nodes)))
    result = BuildResult(nodes, missing, seconds, invoke.log_file(warehouse, "build"))
    if not result.good:
        return result
    sql = {one: each.sql for one, each in stood.items() if each.sql is not None}
    sql.update(_compiled(raw))
    kept.keep(warehouse, Built(digest, code), _became(result, wanted, sql))
    return replace(result, shape=shape(dbt_dir, warehouse, manifest, sql))


def _build(
    dbt_dir: Path,
    warehouse: Warehouse,
    manifest: Manifest,
    stood: Collection[str],
    progress: Progress,
    *,
    debug: bool,
) -> Sequence[Any]:
    """Have dbt make and test what does not stand; its results, none if everything stands."""
    names = {one: name for one, name in _names(manifest).items() if one not in stood}
    progress.phase("building and testing", total=len(names))
    if not names:
        return []
    hear = _listener(progress, names)
    chosen = _chosen(manifest, stood) if stood else None
    parsed = parsed_file(dbt_dir)
    raw = invoke.build(dbt_dir, warehouse, parsed, chosen=chosen, on_event=hear, debug=debug)
    results: Sequence[Any] = raw.result.results
    return results


def _names(manifest: Manifest) -> Mapping[str, str]:
    """Every seed, model and test by its id."""
    names = {one: node.name for one, node in manifest.nodes.items()}
    return names | {one: test.label for one, test in manifest.tests.items()}


def _chosen(manifest: Manifest, stood: Collection[str]) -> set[str]:
    """What to name to dbt so that it makes and tests what does not stand."""
    nodes = {node.name for one, node in manifest.nodes.items() if one not in stood}
    tested = {
        parent
        for one, test in manifest.tests.items()
        if one not in stood
        for parent in test.parents
    }
    sources = {one for one in manifest.sources if one in tested}
    return nodes | {"source:" + ".".join(one.split(".")[2:]) for one in sources}


def _kept(one: str, stood: Stood, name: str) -> NodeResult:
    kind = one.partition(".")[0]
    return NodeResult(
        one,
        name,
        kind,
        stood.status,
        stood.failures,
        stood.message,
        0.0,
        kept=True,
        broken=stood.broken,
    )


def _became(result: BuildResult, wanted: Keys, sql: Mapping[str, str]) -> Mapping[str, Stood]:
    return {
        one: Stood(wanted[one], node.status, node.failures, node.message, sql.get(one), node.broken)
        for one, node in result.nodes.items()
        if one in wanted  # a hook is run every time
    }


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


def _failed_sql(raw: Iterable[Any], manifest: Manifest) -> Mapping[str, str]:
    """The SQL of each test that found rows, by id."""
    return {
        result.node.unique_id: result.node.compiled_code
        for result in raw
        if result.node.unique_id in manifest.tests and result.failures
    }


def _results(
    raw: Iterable[Any],
    names: Mapping[str, str],
    broken: Mapping[str, tuple[BrokenCondition, ...]],
) -> Iterable[NodeResult]:
    for result in raw:
        one = result.node.unique_id
        yield NodeResult(
            unique_id=one,
            name=names.get(one, result.node.name),
            kind=str(result.node.resource_type),
            status=str(result.status),
            failures=result.failures,
            message=result.message or "",
            seconds=result.execution_time,
            broken=broken.get(one, ()),
        )
