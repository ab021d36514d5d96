"""The release as the last asset, its gates as checks that stop it.

Belongs here: handing the build to `publish` and what it found to Dagster.
Does not: the gates and the swap (`publish`).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from dagster_project import publish
from dagster_project.build import Manifest
from dagster_project.defs.failure import told
from dagster_project.defs.ingest import OWNERS
from dagster_project.defs.models import model_key
from dagster_project.defs.plots import lines
from dagster_project.defs.run import Outcome, Settings
from dagster_project.lock import hold
from dagster_project.publish.gates import GATE_NAMES
from dagster_project.publish.show import national_markdown, pooled_rates

RELEASE_KEY = dg.AssetKey(["release", "indicators"])


def release_asset(settings: Settings, outcome: Outcome, manifest: Manifest) -> dg.AssetsDefinition:
    """The step that passes the gates and puts the next release in place."""

    @dg.multi_asset(
        name="publish",
        specs=[
            dg.AssetSpec(
                RELEASE_KEY,
                deps=[model_key(node) for node in manifest.published],
                description="The published file, replaced whole: indicators.duckdb.",
                group_name="release",
                kinds={"duckdb"},
                owners=OWNERS,
                skippable=True,  # nothing is recorded as released if a gate did not pass
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(name, asset=RELEASE_KEY, description=description, blocking=True)
            for name, description in GATE_NAMES
        ],
    )
    def publish_release(context: dg.AssetExecutionContext) -> Iterator[Any]:
        outcome.release = None  # of a run before this one in the same process
        with told(outcome), hold(settings.warehouse):
            settings.progress.phase("publishing")
            outcome.gates = publish.pass_gates(settings.warehouse, manifest, settings.without)
            if all(gate.passed for gate in outcome.gates):
                outcome.release = publish.publish(
                    settings.warehouse, manifest, started_at=outcome.started_at
                )
        if outcome.release is not None:
            yield _made(settings, outcome.release)
        yield from _gate_results(outcome.gates)
        with told(outcome):
            if outcome.release is None:
                raise publish.PublishError(outcome.gates)

    return publish_release


def _made(settings: Settings, release: publish.Release) -> dg.MaterializeResult[Any]:
    return dg.MaterializeResult(
        asset_key=RELEASE_KEY,
        metadata={
            "release_no": release.release_no,
            "release_id": release.release_id,
            "code_version": release.code_version,
            "inputs_digest": release.inputs_digest,
            "path": dg.MetadataValue.path(release.path),
            "national attainment": dg.MetadataValue.md(national_markdown(settings.warehouse)),
            "pooled rates by year": dg.MetadataValue.md(_plot(settings)),
            **{f"rows {table}": rows for table, rows in release.rows.items()},
        },
    )


def _plot(settings: Settings) -> str:
    pooled = pooled_rates(settings.warehouse)
    return lines("Pooled rates in percent", pooled.rates, pooled.threshold_pct)


def _gate_results(gates: tuple[publish.Gate, ...]) -> Iterator[dg.AssetCheckResult]:
    for gate in gates:
        yield dg.AssetCheckResult(
            asset_key=RELEASE_KEY,
            check_name=gate.name,
            passed=gate.passed,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={"finding": gate.finding},
        )
