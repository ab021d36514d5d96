"""The dbt project as assets: one step that builds and tests everything.

Belongs here: dbt's nodes as asset specs, its tests as check specs, its results as events.
Does not: calling dbt (`build`); loading dagster-dbt, which costs seconds and parses again.

The step fails unless every model was really built and every test really run; it counts them
(`BuildResult.missing`), because a run that skips models can otherwise look like a success.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project import build, disk
from dagster_project.build import BuildResult, Manifest, Node, NodeResult, Shape, Test
from dagster_project.defs.code import code_at
from dagster_project.defs.failure import told
from dagster_project.defs.ingest import OWNERS, source_key
from dagster_project.defs.run import Outcome, Settings
from dagster_project.lock import hold
from dagster_project.sources import SOURCES

_MADE = "in this run"
_KEPT = "before: nothing that it rests on has changed"


def model_key(node: Node) -> dg.AssetKey:
    """The asset of a model or a seed: its layer and its name."""
    return dg.AssetKey([node.layer, node.name])


def models_asset(settings: Settings, outcome: Outcome, manifest: Manifest) -> dg.AssetsDefinition:
    """The step that builds every model, loads every seed and runs every test."""
    checks = _check_specs(manifest)

    @dg.multi_asset(
        name="dbt_build",
        specs=[_spec(node, manifest, settings.dbt_dir) for node in manifest.nodes.values()],
        check_specs=list(checks.values()),
    )
    def dbt_build(context: dg.AssetExecutionContext) -> Iterator[Any]:
        with told(outcome), hold(settings.warehouse), disk.worded_refresh(settings.warehouse):
            result = build.build(
                settings.dbt_dir,
                settings.warehouse,
                manifest,
                progress=settings.progress,
                debug=settings.debug,
            )
        outcome.built = result
        yield from _events(result, manifest, checks)
        with told(outcome):
            if not result.good:
                raise build.BuildError(result.explain())

    return dbt_build


def _spec(node: Node, manifest: Manifest, dbt_dir: Path) -> dg.AssetSpec:
    return dg.AssetSpec(
        model_key(node),
        deps=sorted({key for one in node.parents for key in _parents(one, manifest)}),
        description=node.description or None,
        group_name=node.layer,
        kinds={"dbt", "seed" if node.kind == "seed" else "duckdb"},
        owners=OWNERS,
        metadata={
            "dagster/column_schema": _columns(node),
            "dagster/code_references": code_at(dbt_dir / node.path, node.path),
        },
        skippable=True,  # a model that failed is not recorded as made; the step fails then
    )


def _columns(node: Node) -> dg.TableSchema:
    """The columns as the YAML beside the model states them."""
    return dg.TableSchema(
        [
            dg.TableColumn(name, type=node.types.get(name) or "string", description=description)
            for name, description in node.columns.items()
        ]
    )


def _parents(unique_id: str, manifest: Manifest) -> list[dg.AssetKey]:
    """The assets behind a parent; a landing table that all sources fill has all of them."""
    if unique_id in manifest.nodes:
        return [model_key(manifest.nodes[unique_id])]
    if unique_id not in manifest.sources:
        return []
    table = manifest.sources[unique_id]
    return [source_key(source) for source in SOURCES if table == source or table not in SOURCES]


def _check_specs(manifest: Manifest) -> Mapping[str, dg.AssetCheckSpec]:
    """A check for each test, by the test's id, on the asset it is about.

    A table has one for all its conditions, `conditions`, and one for those that only warn,
    `warnings`.
    """
    specs: dict[str, dg.AssetCheckSpec] = {}
    taken: set[tuple[str, str]] = set()
    for test in manifest.tests.values():
        subject = _subject(test, manifest)
        if subject is None:
            continue
        name = _free_name(_check_name(test), subject.unique_id, taken)
        specs[test.unique_id] = dg.AssetCheckSpec(
            name,
            asset=model_key(subject),
            description="\n".join(f"- {each.name}" for each in test.conditions),
            blocking=test.blocking,
        )
    return specs


def _check_name(test: Test) -> str:
    if test.rule == build.CONDITIONS:
        return "conditions" if test.blocking else "warnings"
    columns = [column for each in test.conditions for column in each.columns]
    return re.sub(r"\W", "_", "_".join([test.rule or test.name, *columns]))


def _subject(test: Test, manifest: Manifest) -> Node | None:
    """The node a test is about; for a test of a source, the first model that reads the source."""
    if test.subject is not None:
        return manifest.nodes[test.subject]
    readers = (node for node in manifest.nodes.values() if set(test.parents) & set(node.parents))
    return next(readers, None)


def _free_name(wanted: str, subject: str, taken: set[tuple[str, str]]) -> str:
    name, number = wanted, 2
    while (subject, name) in taken:
        name, number = f"{wanted}_{number}", number + 1
    taken.add((subject, name))
    return name


def _events(
    result: BuildResult, manifest: Manifest, checks: Mapping[str, dg.AssetCheckSpec]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """What was made and what was tested, parents before children."""
    for unique_id, node in manifest.nodes.items():
        made = result.nodes.get(unique_id)
        if made is not None and made.good:
            yield dg.MaterializeResult(
                asset_key=model_key(node),
                metadata={
                    "made": _KEPT if made.kept else _MADE,
                    "seconds": round(made.seconds, 3),
                    **_shape(unique_id, result.shape, manifest),
                },
            )
    for unique_id, spec in checks.items():
        tested = result.nodes.get(unique_id)
        if tested is not None:
            yield _check_result(spec, tested, blocking=manifest.tests[unique_id].blocking)


def _shape(unique_id: str, shape: Shape | None, manifest: Manifest) -> dict[str, Any]:
    """How many rows a model has, and what its columns are made of."""
    if shape is None:
        return {}
    found: dict[str, Any] = {}
    if unique_id in shape.rows:
        found["dagster/row_count"] = shape.rows[unique_id]
    if unique_id in shape.lineage:
        found["dagster/column_lineage"] = dg.TableColumnLineage(
            {
                column: [
                    dg.TableColumnDep(asset, name)
                    for parent, name in made_of
                    for asset in _column_parents(parent, manifest)
                ]
                for column, made_of in shape.lineage[unique_id].items()
            }
        )
    return found


def _column_parents(parent: str, manifest: Manifest) -> list[dg.AssetKey]:
    """The asset that a column is of; the landing's accounts of its files are of none."""
    if parent in manifest.nodes:
        return [model_key(manifest.nodes[parent])]
    return [source_key(parent)] if parent in SOURCES else []


def _check_result(
    spec: dg.AssetCheckSpec, tested: NodeResult, *, blocking: bool
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=tested.status == "pass" or tested.status == "success",
        severity=dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN,
        metadata={
            "status": tested.status,
            "tested": _KEPT if tested.kept else _MADE,
            "failures": tested.failures or 0,
            **({"broken": _broken_table(tested)} if tested.broken else {}),
            **({"message": tested.message} if tested.message and not tested.broken else {}),
        },
    )


def _broken_table(tested: NodeResult) -> dg.TableMetadataValue:
    """The broken conditions of a table, a row each."""
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {"condition": each.condition, "rows": each.rows, "samples": each.samples}
            )
            for each in tested.broken
        ]
    )
