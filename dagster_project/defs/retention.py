"""How much of Dagster's history is kept.

Belongs here: which runs are old, and removing them with their events and logs.
Does not: the published history of releases (`publish`), which is never removed.

A refresh records about 14 MB. Each refresh first removes what is older than the last runs of each
job, so that the history stays as large as it is. Dagster removes the run and its events; what it
leaves is removed here: the files of the run's logs, and in SQLite, which has a file for each run,
that file and the results of its checks.
"""

import os
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import dagster as dg

from dagster_project.errors import DenominatorError

KEEP_ENV = "DENOMINATOR_KEEP_RUNS"
_KEPT = 20
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def kept_runs() -> int:
    """How many ended runs of each job are kept: `DENOMINATOR_KEEP_RUNS`, else 20.

    Raises `DenominatorError` if it is no whole number above 0.
    """
    text = os.environ.get(KEEP_ENV) or str(_KEPT)
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise DenominatorError(
            f"{KEEP_ENV} is {text!r}: it is the number of runs of each job that Dagster's history "
            "keeps, a whole number above 0."
        )
    return int(text)


def remove_old_runs(instance: dg.DagsterInstance, keep: int) -> list[str]:
    """Remove all but the last `keep` ended runs of each job; the ids of those that were removed."""
    jobs: dict[str, list[str]] = defaultdict(list)
    for run in instance.get_runs(dg.RunsFilter(statuses=_ENDED)):  # the newest first
        jobs[run.job_name].append(run.run_id)
    old = [run_id for runs in jobs.values() for run_id in runs[keep:]]
    for run_id in old:
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
    _clear_sqlite(Path(instance.root_directory) / "history" / "runs", old)
    return old


def _clear_sqlite(folder: Path, old: list[str]) -> None:
    for run_id in old:
        for file in folder.glob(f"{run_id}.db*"):
            file.unlink(missing_ok=True)
    index = folder / "index.db"
    if not old or not index.is_file():
        return
    with closing(sqlite3.connect(index, timeout=30)) as connection, connection:
        known = "select 1 from sqlite_master where name = 'asset_check_executions'"
        if connection.execute(known).fetchone():
            connection.executemany(
                "delete from asset_check_executions where run_id = ?", [(one,) for one in old]
            )
