"""Dagster's instance, where runs are recorded, and running the refresh in this process.

Belongs here: finding or making the instance, one run, and closing runs that were killed.
Does not: what the run does.
"""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster._core.execution.plan.objects import StepFailureData

from dagster_project.defs.journal import BATCH
from dagster_project.environment import environment
from dagster_project.paths import PROJECT, dagster_home

WAREHOUSE_TAG = "denominator/warehouse"
JOB = "refresh"


@contextmanager
def instance() -> Iterator[dg.DagsterInstance]:
    """The instance of `DAGSTER_HOME`, else of the project; made with our settings if it is new."""
    home = dagster_home()
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        shutil.copyfile(PROJECT / ".dagster" / "dagster.yaml", home / "dagster.yaml")
    with environment({"DAGSTER_HOME": str(home), **BATCH}), dg.DagsterInstance.get() as opened:
        yield opened


def run_refresh(definitions: dg.Definitions, warehouse: Path, *, debug: bool = False) -> str | None:
    """Run the job in this process and record it; None if it succeeded, else what failed.

    Call it with the warehouse locked: runs on it that are recorded as under way were killed.
    """
    logging.getLogger("dagster").setLevel(logging.INFO if debug else logging.CRITICAL)
    level = "DEBUG" if debug else "CRITICAL"
    with instance() as opened:
        _close_killed(opened, warehouse)
        result = definitions.resolve_job_def(JOB).execute_in_process(
            instance=opened,
            run_config={"loggers": {"console": {"config": {"log_level": level}}}},
            tags={WAREHOUSE_TAG: _tag(warehouse)},
            raise_on_error=False,
        )
        if result.success:
            return None
        failed = (event.event_specific_data for event in result.all_events if event.is_step_failure)
        texts = [data.error_display_string for data in failed if isinstance(data, StepFailureData)]
        return "; ".join(" ".join(text.split())[:400] for text in texts) or "no step says why"


def _tag(warehouse: Path) -> str:
    return str(warehouse)[-255:]


def _close_killed(opened: dg.DagsterInstance, warehouse: Path) -> None:
    under_way = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.NOT_STARTED]
    wanted = dg.RunsFilter(statuses=under_way, tags={WAREHOUSE_TAG: _tag(warehouse)})
    for run in opened.get_runs(wanted):
        opened.report_run_failed(run, "The process was killed; nothing was published.")
