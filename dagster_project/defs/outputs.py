"""What a release looks like outside the database, as assets made after it: exports and the report.

Belongs here: their assets, and the sensor that starts it for each new release.
Does not: what is in them (`exports`, `report`). A refresh does not wait for them, and one that
cannot write them has still published.
"""

from collections.abc import Iterator

import dagster as dg

from dagster_project.build import Manifest
from dagster_project.defs.failure import told
from dagster_project.defs.ingest import OWNERS
from dagster_project.defs.release import RELEASE_KEY
from dagster_project.defs.run import Outcome, Settings

OUTPUTS_JOB = "outputs"
REPORT_KEY = dg.AssetKey(["release", "report"])
EXPORTS_KEY = dg.AssetKey(["release", "exports"])

_SENSOR_SECONDS = 60
_SHOWN = "target_attainment"
"""The table without which a release has nothing to show, as that of another dbt project."""


def output_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The report and the exports of what is published when they are made."""

    @dg.asset(
        key=REPORT_KEY,
        deps=[RELEASE_KEY, EXPORTS_KEY],  # it links to the exports that lie beside it
        description="The report, a site that opens from its folder: report/index.html.",
        group_name="release",
        kinds={"html"},
        owners=OWNERS,
    )
    def report_site() -> dg.MaterializeResult[None]:
        from dagster_project import report

        with told(Outcome()):
            written = report.write(settings.warehouse)
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(written.path / "index.html"),
                "pages": written.pages,
                "bytes": written.bytes,
                "seconds": round(written.seconds, 1),
            }
        )

    @dg.asset(
        key=EXPORTS_KEY,
        deps=[RELEASE_KEY],
        description="Every published table as CSV, Parquet and workbooks, with what it means.",
        group_name="release",
        kinds={"csv", "parquet", "excel"},
        owners=OWNERS,
    )
    def release_exports() -> dg.MaterializeResult[None]:
        from dagster_project import exports

        with told(Outcome()):
            done = exports.export(settings.warehouse)
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(done.folder),
                "release_id": done.release_id,
                "files": len(done.files),
                "bytes": sum(done.files.values()),
            }
        )

    return [report_site, release_exports]


def after_release_sensor(manifest: Manifest) -> dg.SensorDefinition:
    """For each release that was published, once: write what is made from it."""

    @dg.asset_sensor(
        asset_key=RELEASE_KEY,
        name="after_release",
        job_name=OUTPUTS_JOB,
        minimum_interval_seconds=_SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Writes the report and the exports of each new release.",
    )
    def after_release(
        context: dg.SensorEvaluationContext, asset_event: dg.EventLogEntry
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        made = asset_event.asset_materialization
        if made is None or all(node.table != _SHOWN for node in manifest.published):
            yield dg.SkipReason(f"This dbt project publishes no table {_SHOWN} to report on.")
            return
        number, name = (made.metadata[key].value for key in ("release_no", "release_id"))
        yield dg.RunRequest(run_key=f"{number}-{name}", tags={"denominator/release": str(name)})

    return after_release
