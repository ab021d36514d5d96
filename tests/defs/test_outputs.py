"""The report and the exports as assets: made after a release, once for each, by a job of their own."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import dagster as dg
import pytest
from outputs import Outputs
from toy.kit import Toy

from dagster_project import exports, report
from dagster_project.build import Manifest
from dagster_project.definitions import build_defs
from dagster_project.defs.instance import JOB
from dagster_project.defs.outputs import (
    EXPORTS_KEY,
    OUTPUTS_JOB,
    REPORT_KEY,
    after_release_sensor,
)
from dagster_project.defs.release import RELEASE_KEY
from dagster_project.defs.run import Settings
from dagster_project.publish.read import NotPublishedError


@pytest.fixture
def definitions(toy: Toy) -> dg.Definitions:
    return build_defs(Settings(raw=(toy.raw,), warehouse=toy.warehouse, dbt_dir=toy.dbt_dir))


def with_rates(manifest: Manifest) -> Manifest:
    """The same with one table called as that which the report is about."""
    one, node = next((one, node) for one, node in manifest.nodes.items() if node.schema == "marts")
    return dataclasses.replace(
        manifest,
        nodes={**manifest.nodes, one: dataclasses.replace(node, table="target_attainment")},
    )


def test_a_refresh_does_not_wait_for_them(definitions: dg.Definitions) -> None:
    refresh = set(definitions.resolve_job_def(JOB).asset_layer.executable_asset_keys)
    outputs = set(definitions.resolve_job_def(OUTPUTS_JOB).asset_layer.executable_asset_keys)
    assert RELEASE_KEY in refresh
    assert outputs == {REPORT_KEY, EXPORTS_KEY}
    assert not refresh & outputs


def test_their_job_says_what_was_written_and_where(
    definitions: dg.Definitions, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they write is tested where it is written; here, that the release's warehouse is asked."""
    site, folder = Path("site"), Path("exports/first")
    asked = []

    def write(warehouse):
        asked.append(warehouse)
        return report.Written(site, 170, 9_000_000, 12.34)

    def export(warehouse):
        asked.append(warehouse)
        return exports.Exported(folder, "first", {"a.csv": 10, "b.csv": 32})

    monkeypatch.setattr(report, "write", write)
    monkeypatch.setattr(exports, "export", export)
    result = definitions.resolve_job_def(OUTPUTS_JOB).execute_in_process()
    assert result.success
    assert asked == [toy.warehouse, toy.warehouse]
    made = {
        event.asset_key: {name: one.value for name, one in event.materialization.metadata.items()}
        for event in result.get_asset_materialization_events()
    }
    assert (
        made[REPORT_KEY].items()
        >= {
            "path": "site/index.html",
            "pages": 170,
            "bytes": 9_000_000,
            "seconds": 12.3,
        }.items()
    )
    assert (
        made[EXPORTS_KEY].items()
        >= {
            "path": "exports/first",
            "release_id": "first",
            "files": 2,
            "bytes": 42,
        }.items()
    )


def test_the_writers_themselves_run_in_it(written: Outputs) -> None:
    """What it says of the example's report and exports is what lies there."""
    pages = list(written.site.rglob("*.html"))
    site = [path.stat().st_size for path in written.site.rglob("*") if path.is_file()]
    files = [path.stat().st_size for path in written.exported.rglob("*") if path.is_file()]
    report, exported = written.said["release/report"], written.said["release/exports"]
    assert Path(report["path"]) == written.site / "index.html" in pages
    assert (report["pages"], report["bytes"]) == (len(pages), sum(site))
    assert Path(exported["path"]) == written.exported
    assert exported["release_id"] == written.exported.name
    assert (exported["files"], exported["bytes"]) == (len(files), sum(files))


def test_with_nothing_published_they_say_so_and_are_not_tried_again(
    definitions: dg.Definitions,
) -> None:
    result = definitions.resolve_job_def(OUTPUTS_JOB).execute_in_process(raise_on_error=False)
    assert not result.success
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    assert failure.step_failure_data.error.cls_name in {"Failure", NotPublishedError.__name__}
    assert "denominator refresh" in failure.step_failure_data.error_display_string
    assert not [event for event in result.all_events if event.is_step_up_for_retry]


def test_the_sensor_asks_for_each_release_once_also_where_its_name_recurs(
    toy: Toy, definitions: dg.Definitions
) -> None:
    """Dagster starts no second run for a key that it has seen."""
    sensor = after_release_sensor(with_rates(toy.manifest))
    asked, cursor = [], None
    with dg.DagsterInstance.ephemeral() as instance:
        for number, release in enumerate(("first", "second", "first"), start=1):
            said = dg.AssetMaterialization(
                RELEASE_KEY, metadata={"release_no": number, "release_id": release}
            )
            instance.report_runless_asset_event(said)
            context = dg.build_sensor_context(
                instance=instance, cursor=cursor, definitions=definitions
            )
            found = sensor.evaluate_tick(context)
            asked += [request.run_key for request in found.run_requests or []]
            cursor = found.cursor
        idle = sensor.evaluate_tick(
            dg.build_sensor_context(instance=instance, cursor=cursor, definitions=definitions)
        )
    assert asked == ["1-first", "2-second", "3-first"]
    assert not idle.run_requests


def test_a_project_with_nothing_to_report_on_is_left_alone(
    toy: Toy, definitions: dg.Definitions
) -> None:
    said = dg.AssetMaterialization(RELEASE_KEY, metadata={"release_id": "first"})
    with dg.DagsterInstance.ephemeral() as instance:
        instance.report_runless_asset_event(said)
        found = after_release_sensor(toy.manifest).evaluate_tick(
            dg.build_sensor_context(instance=instance, definitions=definitions)
        )
    assert not found.run_requests
    assert "target_attainment" in (found.skip_message or "")
