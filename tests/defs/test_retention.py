"""Dagster's history is as long as it is set to be, and no longer."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.defs.instance import instance
from dagster_project.defs.retention import KEEP_ENV, kept_runs, remove_old_runs
from dagster_project.errors import DenominatorError


@dg.asset(check_specs=[dg.AssetCheckSpec("positive", asset="figure")])
def figure():  # type: ignore[no-untyped-def]
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


def recorded(home: Path) -> tuple[int, int, int]:
    """How many runs have a file of events, checks in the index, and a folder of logs."""
    runs = home / "history" / "runs"
    files = [path for path in runs.glob("*.db") if path.name != "index.db"]
    with closing(sqlite3.connect(runs / "index.db")) as connection:
        [(checked,)] = connection.execute(
            "select count(distinct run_id) from asset_check_executions"
        ).fetchall()
    return len(files), checked, len(list((home / "storage").iterdir()))


def test_old_runs_go_with_all_that_was_kept_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    job = dg.define_asset_job("refresh", selection="figure")
    other = dg.define_asset_job("outputs", selection="figure")
    defs = dg.Definitions(assets=[figure], jobs=[job, other])
    with instance() as opened:
        for name in ("refresh", "outputs", "refresh", "refresh"):
            assert defs.resolve_job_def(name).execute_in_process(instance=opened).success
        runs = opened.get_runs(dg.RunsFilter(job_name="refresh"))
        assert recorded(tmp_path) == (4, 4, 4)
        assert remove_old_runs(opened, 2) == [runs[2].run_id]
        assert {run.run_id for run in opened.get_runs(dg.RunsFilter(job_name="refresh"))} == {
            run.run_id for run in runs[:2]
        }
        assert recorded(tmp_path) == (3, 3, 3)
        latest = opened.get_latest_materialization_event(dg.AssetKey("figure"))
        assert latest is not None
        assert latest.run_id == runs[0].run_id
        assert remove_old_runs(opened, 2) == []


def test_how_many_are_kept_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept_runs() == 20
    monkeypatch.setenv(KEEP_ENV, "3")
    assert kept_runs() == 3
    for text in ("0", "-1", "many", "1.5"):
        monkeypatch.setenv(KEEP_ENV, text)
        with pytest.raises(DenominatorError, match=f"{KEEP_ENV} is .*whole number above 0"):
            kept_runs()
