"""What Dagster's job after a release makes of the example: the report and the exports.

Belongs here: running that job once in a run of tests. Does not: what is in what it writes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from released import Released

from dagster_project.definitions import build_defs
from dagster_project.defs.outputs import OUTPUTS_JOB
from dagster_project.defs.run import Settings
from dagster_project.paths import Warehouse


@dataclass(frozen=True)
class Outputs:
    """A warehouse with its report and exports, and what the job said of each, by asset."""

    warehouse: Warehouse
    said: Mapping[str, Mapping[str, Any]]

    @property
    def site(self) -> Path:
        return self.warehouse.root / "report"

    @property
    def exported(self) -> Path:
        (folder,) = self.warehouse.exports.iterdir()
        return folder


def write(folder: Path, example: Released, dbt_dir: Path) -> None:
    """Run the job on a copy of the published file; the definitions may be of another project."""
    warehouse = Warehouse.at(folder / "warehouse")
    warehouse.root.mkdir()
    shutil.copyfile(example.warehouse / "indicators.duckdb", warehouse.published)
    settings = Settings(raw=(), warehouse=warehouse, dbt_dir=dbt_dir)
    result = build_defs(settings).resolve_job_def(OUTPUTS_JOB).execute_in_process()
    assert result.success
    said = {
        event.asset_key.to_user_string(): {
            name: one.value for name, one in event.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
    }
    (folder / "said.json").write_text(json.dumps(said), "utf-8")


def read(folder: Path) -> Outputs:
    said = json.loads((folder / "said.json").read_text("utf-8"))
    return Outputs(Warehouse.at(folder / "warehouse"), said)
