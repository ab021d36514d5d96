"""The store of events: whatever Dagster hands over together is kept as if handed over singly."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from dagster_project.defs.instance import instance
from dagster_project.defs.journal import JournalEventLog


@dg.multi_asset(
    specs=[dg.AssetSpec("one"), dg.AssetSpec("two")],
    check_specs=[dg.AssetCheckSpec(name, asset="one") for name in ("counted", "dated")],
)
def _both():
    """Two assets with two checks: four events are planned with a run of them."""


PLANNED = {
    ("ASSET_MATERIALIZATION_PLANNED", '["one"]'),
    ("ASSET_MATERIALIZATION_PLANNED", '["two"]'),
    ("ASSET_CHECK_EVALUATION_PLANNED", "counted"),
    ("ASSET_CHECK_EVALUATION_PLANNED", "dated"),
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return tmp_path


def planned(entries: list[dg.EventLogEntry]) -> list[tuple[str, str]]:
    events = [entry.get_dagster_event() for entry in entries]
    return [
        (
            event.event_type_value,
            event.asset_key.to_string()
            if event.asset_key
            else event.asset_check_planned_data.check_name,
        )
        for event in events
    ]


def create_run(opened: dg.DagsterInstance) -> str:
    job = dg.Definitions(assets=[_both], jobs=[dg.define_asset_job("both")])
    return opened.create_run_for_job(job.resolve_job_def("both")).run_id


def test_what_is_planned_is_stored_once_where_dagsters_own_store_finds_it(home: Path) -> None:
    with instance() as opened:
        run_id = create_run(opened)
        log = opened.event_log_storage
        assert isinstance(log, JournalEventLog)
        stock = SqliteEventLogStorage(log._base_dir)
        stock.register_instance(opened)
        found = planned(stock.get_logs_for_run(run_id))
        assert sorted(found) == sorted(PLANNED)
        key = dg.AssetCheckKey(dg.AssetKey("one"), "counted")
        (check,) = stock.get_asset_check_execution_history(key, limit=5)
        assert (check.run_id, str(check.status)) == (
            run_id,
            "AssetCheckExecutionRecordStatus.PLANNED",
        )
        assert {key.to_user_string() for key in stock.all_asset_keys()} == {"one", "two"}


def test_a_batch_that_fails_is_stored_singly_with_nothing_twice(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The third event of the batch cannot be stored the first time; the two before it are undone."""
    stored, whole = [], SqliteEventLogStorage.store_event

    def third_fails(log: SqliteEventLogStorage, event: dg.EventLogEntry) -> None:
        stored.append(event)
        if len(stored) == 3:
            raise OSError("no room")
        whole(log, event)

    monkeypatch.setattr(SqliteEventLogStorage, "store_event", third_fails)
    with instance() as opened:
        run_id = create_run(opened)
        assert sorted(planned(opened.all_logs(run_id))) == sorted(PLANNED)
    assert len(stored) == 3 + len(PLANNED)
    assert "no room" in capsys.readouterr().err
