"""Where the parts meet: the definitions that Dagster loads and the command line runs.

Belongs here: putting together assets, checks, the job and what starts it. Does not: anything that
is in them.

Nothing here reads a raw file, writes anything or needs a network when it is loaded. The dbt
manifest has to be there (`denominator prepare`).
"""

import dagster as dg

from dagster_project.build import read_manifest
from dagster_project.defs.alerts import alert_sensors
from dagster_project.defs.automation import raw_files_sensor, refresh_schedule
from dagster_project.defs.ingest import ingest_asset
from dagster_project.defs.instance import JOB
from dagster_project.defs.models import models_asset
from dagster_project.defs.outputs import OUTPUTS_JOB, after_release_sensor, output_assets
from dagster_project.defs.release import release_asset
from dagster_project.defs.run import Outcome, Settings
from dagster_project.paths import (
    Warehouse,
    absolute,
    dbt_project,
    default_comparators,
    default_corrections,
    default_raw,
    default_warehouse,
)


def build_defs(settings: Settings, outcome: Outcome | None = None) -> dg.Definitions:
    """The definitions for these raw roots and this warehouse.

    `outcome` is filled in by a run in this process. Raises `ManifestMissingError` if the dbt
    manifest has not been prepared.
    """
    seen = outcome if outcome is not None else Outcome()
    manifest = read_manifest(settings.dbt_dir)
    outputs = output_assets(settings)
    return dg.Definitions(
        assets=[
            ingest_asset(settings, seen),
            models_asset(settings, seen, manifest),
            release_asset(settings, seen, manifest),
            *outputs,
        ],
        jobs=[
            dg.define_asset_job(
                JOB,
                selection=dg.AssetSelection.all() - dg.AssetSelection.assets(*outputs),
                description="Read what is in the raw tree, build, test, publish.",
            ),
            dg.define_asset_job(
                OUTPUTS_JOB,
                selection=dg.AssetSelection.assets(*outputs),
                description="Write the report and the exports of what is published.",
            ),
        ],
        schedules=[refresh_schedule(settings, JOB)],
        sensors=[
            raw_files_sensor(settings, JOB),
            after_release_sensor(manifest),
            *alert_sensors(),
        ],
        executor=dg.in_process_executor,
    )


def default_settings() -> Settings:
    """The settings of the environment (`paths`), or the project's own data."""
    return Settings(
        raw=absolute(default_raw()),
        warehouse=Warehouse.at(default_warehouse()),
        dbt_dir=dbt_project(),
        comparators=default_comparators(),
        corrections=default_corrections(),
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """What `dagster dev` shows."""
    return build_defs(default_settings())
