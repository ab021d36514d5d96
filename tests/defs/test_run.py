"""A run in this process: what is recorded, what stops it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from toy.kit import Toy

from dagster_project import lock
from dagster_project.build import BuildError, prepare
from dagster_project.definitions import build_defs
from dagster_project.defs.instance import WAREHOUSE_TAG, instance, run_refresh
from dagster_project.defs.journal import JournalEventLog
from dagster_project.defs.run import Outcome, Settings
from dagster_project.publish import PublishError

CCS = dg.AssetKey(["raw", "ccs"])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dagster")


@pytest.fixture
def fresh(toy: Toy, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toy]:
    """A toy with two years of raw files and nothing landed, with an instance of its own."""
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    for year in ("2011-12", "2012-13"):
        toy.unland(year)
        toy.write_raw(year, users=1000 + int(year[:4]))
    yield toy


def refresh(toy: Toy, years: frozenset[str] = frozenset()) -> tuple[Outcome, str | None]:
    outcome = Outcome()
    settings = Settings(raw=(toy.raw,), warehouse=toy.warehouse, dbt_dir=toy.dbt_dir, years=years)
    prepare(toy.dbt_dir, toy.warehouse)
    failure = run_refresh(build_defs(settings, outcome), toy.warehouse.root)
    return outcome, failure


def test_a_run_records_years_models_checks_and_the_release(fresh: Toy) -> None:
    outcome, failure = refresh(fresh)
    assert failure is None
    assert outcome.problem is None
    assert outcome.release is not None
    assert {file.path for file in outcome.files} == {
        "ccs/2011-12/final/ccs.csv",
        "ccs/2012-13/final/ccs.csv",
    }
    with instance() as opened:
        assert opened.get_materialized_partitions(CCS) == {"2011-12", "2012-13"}
        assert opened.get_materialized_partitions(dg.AssetKey(["raw", "ascof"])) == set()
        run = opened.get_runs(limit=1)[0]
        assert run.status == dg.DagsterRunStatus.SUCCESS
        assert run.tags[WAREHOUSE_TAG] == str(fresh.warehouse.root)[-255:]
        events = opened.all_logs(run.run_id)
    made = {
        event.dagster_event.asset_key.to_user_string()
        for event in events
        if event.dagster_event is not None
        and event.dagster_event.is_step_materialization
        and event.dagster_event.asset_key is not None
    }
    models = {f"{node.layer}/{node.name}" for node in fresh.manifest.nodes.values()}
    assert made >= models | {"release/indicators", "raw/ccs"}
    checked = [
        event.dagster_event
        for event in events
        if event.dagster_event is not None
        and event.dagster_event.event_type_value == "ASSET_CHECK_EVALUATION"
    ]
    names = {event.asset_check_evaluation_data.check_name for event in checked}
    assert {"not_null_council_id", "nothing_is_gone", "council_unknown"} <= names


def test_a_run_for_one_year_reads_only_that_year(fresh: Toy) -> None:
    refresh(fresh)
    outcome, failure = refresh(fresh, frozenset({"2012-13"}))
    assert failure is None
    assert [file.path for file in outcome.files] == ["ccs/2012-13/final/ccs.csv"]
    assert outcome.release is not None
    assert outcome.release.rows["quality.source_file"] == 2


def test_a_run_for_a_year_nobody_has_says_so(fresh: Toy) -> None:
    outcome, failure = refresh(fresh, frozenset({"1999-00"}))
    assert failure is not None
    assert "1999-00" in str(outcome.problem)


def test_a_partition_is_a_run_for_one_year(fresh: Toy) -> None:
    """What the "materialize" button of one year does."""
    refresh(fresh)
    outcome = Outcome()
    settings = Settings(raw=(fresh.raw,), warehouse=fresh.warehouse, dbt_dir=fresh.dbt_dir)
    job = build_defs(settings, outcome).resolve_job_def("refresh")
    with instance() as opened:
        result = job.execute_in_process(
            instance=opened, partition_key="2011-12", raise_on_error=False
        )
    assert result.success
    assert [file.path for file in outcome.files] == ["ccs/2011-12/final/ccs.csv"]


def test_a_failed_test_of_the_models_stops_before_publishing(fresh: Toy) -> None:
    refresh(fresh)
    before = fresh.digest
    (fresh.dbt_dir / "tests").mkdir(exist_ok=True)
    (fresh.dbt_dir / "tests" / "never.sql").write_text(
        "select * from {{ ref('dim_council') }}", encoding="utf-8"
    )
    outcome, failure = refresh(fresh)
    assert failure is not None
    assert isinstance(outcome.problem, BuildError)
    assert "never" in str(outcome.problem)
    assert outcome.release is None
    assert fresh.digest == before
    with instance() as opened:
        run = opened.get_runs(limit=1)[0]
        assert run.status == dg.DagsterRunStatus.FAILURE
        release = [
            event
            for event in opened.all_logs(run.run_id)
            if event.dagster_event is not None
            and event.dagster_event.is_step_materialization
            and event.dagster_event.asset_key == dg.AssetKey(["release", "indicators"])
        ]
    assert release == []


def test_a_gate_that_does_not_pass_stops_and_is_recorded(fresh: Toy) -> None:
    refresh(fresh)
    before = fresh.digest
    (fresh.raw / "ccs" / "2011-12" / "final" / "ccs.csv").unlink()
    outcome, failure = refresh(fresh)
    assert failure is not None
    assert isinstance(outcome.problem, PublishError)
    assert "ccs/2011-12" in str(outcome.problem)
    assert [gate.name for gate in outcome.gates if not gate.passed] == ["nothing_is_gone"]
    assert fresh.digest == before


def test_the_journal_is_kept_by_our_store_and_read_by_dagsters_own(fresh: Toy) -> None:
    from dagster._core.storage.event_log import SqliteEventLogStorage

    refresh(fresh)
    with instance() as opened:
        assert isinstance(opened.event_log_storage, JournalEventLog)
        run = opened.get_runs(limit=1)[0]
        ours = [entry.message for entry in opened.all_logs(run.run_id)]
        stock = SqliteEventLogStorage(opened.event_log_storage._base_dir)
        stock.register_instance(opened)
        assert [entry.message for entry in stock.get_logs_for_run(run.run_id)] == ours
    assert len(ours) > 100


def test_a_run_that_was_killed_is_closed_by_the_next(fresh: Toy) -> None:
    settings = Settings(raw=(fresh.raw,), warehouse=fresh.warehouse, dbt_dir=fresh.dbt_dir)
    job = build_defs(settings).resolve_job_def("refresh")
    with instance() as opened:
        killed = opened.create_run_for_job(
            job,
            status=dg.DagsterRunStatus.STARTED,
            tags={WAREHOUSE_TAG: str(fresh.warehouse.root)[-255:]},
        )
    refresh(fresh)
    with instance() as opened:
        found = opened.get_run_by_id(killed.run_id)
        assert found is not None
        assert found.status == dg.DagsterRunStatus.FAILURE


def test_the_lock_may_be_held_twice_by_one_process_and_is_free_afterwards(toy: Toy) -> None:
    with lock.hold(toy.warehouse), lock.hold(toy.warehouse):
        pass
    with lock.hold(toy.warehouse, patience=0):
        pass
