"""What starts a refresh without a person, and what it starts nothing for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from toy.kit import Toy

from dagster_project.build import prepare
from dagster_project.definitions import build_defs
from dagster_project.defs.automation import RAW_TAG
from dagster_project.defs.instance import JOB, instance
from dagster_project.defs.run import Settings
from dagster_project.publish.calendar import LONDON, days, last_day
from dagster_project.sources import SOURCES

NOON = dt.datetime(2015, 6, 30, 12, tzinfo=LONDON)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dagster")


@pytest.fixture
def fresh(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toy]:
    """A toy with one year of raw files, nothing published, and an instance of its own."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    for year in ("2011-12", "2012-13"):
        toy.unland(year)
    toy.write_raw("2012-13")
    prepare(toy.dbt_dir, toy.warehouse)
    yield toy


def definitions(toy: Toy) -> dg.Definitions:
    return build_defs(
        Settings(raw=(toy.raw,), warehouse=toy.warehouse, dbt_dir=toy.dbt_dir),
    )


def sensed(toy: Toy, opened: dg.DagsterInstance) -> dg.SensorResult:
    sensor = definitions(toy).resolve_sensor_def("raw_files")
    return sensor.evaluate_tick(dg.build_sensor_context(instance=opened))


def scheduled(toy: Toy, opened: dg.DagsterInstance, when: dt.datetime = NOON):
    schedule = definitions(toy).resolve_schedule_def("publication_days")
    context = dg.build_schedule_context(instance=opened, scheduled_execution_time=when)
    return schedule.evaluate_tick(context)


def run(toy: Toy, opened: dg.DagsterInstance, request: dg.RunRequest) -> bool:
    """What the daemon does with a request."""
    job = definitions(toy).resolve_job_def(JOB)
    tags = dict(request.tags)
    return job.execute_in_process(instance=opened, tags=tags, raise_on_error=False).success


def test_a_new_file_is_noticed_once_published_and_not_asked_for_again(fresh: Toy) -> None:
    with instance() as opened:
        [request] = sensed(fresh, opened).run_requests
        assert request.tags[RAW_TAG] == request.run_key
        assert run(fresh, opened, request)
        again = sensed(fresh, opened)
        assert again.run_requests == []
        assert again.skip_message == "Nothing is new in the raw tree."
        first = fresh.digest

        file = fresh.raw / "ccs" / "2012-13" / "final" / "ccs.csv"
        file.touch()  # another time stamp and the same content
        assert sensed(fresh, opened).run_requests == []

        fresh.write_raw("2013-14")
        [request] = sensed(fresh, opened).run_requests
        assert run(fresh, opened, request)
        assert fresh.digest != first


def test_a_run_that_failed_is_started_again_only_when_a_file_changes(fresh: Toy) -> None:
    with instance() as opened:
        [request] = sensed(fresh, opened).run_requests
        assert run(fresh, opened, request)
        published = fresh.digest
        file = fresh.raw / "ccs" / "2012-13" / "final" / "ccs.csv"
        good = file.read_text("utf-8")
        file.write_text("this is no table\n", "utf-8")
        [request] = sensed(fresh, opened).run_requests
        assert not run(fresh, opened, request)
        assert fresh.digest == published
        skipped = sensed(fresh, opened)
        assert skipped.run_requests == []
        assert "is failure" in (skipped.skip_message or "")
        file.write_text(good.replace("1,000", "1,001"), "utf-8")
        [request] = sensed(fresh, opened).run_requests
        assert run(fresh, opened, request)
        assert fresh.digest != published


def test_a_file_that_is_put_back_is_published_again(fresh: Toy) -> None:
    with instance() as opened:
        file = fresh.raw / "ccs" / "2012-13" / "final" / "ccs.csv"
        first = file.read_text("utf-8")
        for content in (first, first.replace("1,000", "1,001"), first):
            file.write_text(content, "utf-8")
            [request] = sensed(fresh, opened).run_requests
            assert run(fresh, opened, request)
    with duckdb.connect(str(fresh.warehouse.published), read_only=True) as connection:
        found = connection.execute(
            "select release_no, release_id from quality.refresh_run order by release_no"
        ).fetchall()
    assert [number for number, _ in found] == [1, 2, 3]
    names = [name for _, name in found]
    assert names[0] == names[2] != names[1]


def test_the_schedule_and_the_sensor_start_one_run_for_one_tree(fresh: Toy) -> None:
    with instance() as opened:
        [request] = scheduled(fresh, opened).run_requests
        job = definitions(fresh).resolve_job_def(JOB)
        opened.create_run_for_job(job, tags=dict(request.tags))  # asked for, not yet begun
        skipped = sensed(fresh, opened)
        assert skipped.run_requests == []
        assert "this very raw tree" in (skipped.skip_message or "")


def test_the_schedule_says_what_is_overdue_where_nothing_is_new(fresh: Toy) -> None:
    with instance() as opened:
        [request] = scheduled(fresh, opened).run_requests
        assert run(fresh, opened, request)
        # the last year of the series came out by the end of 2014
        skipped = scheduled(fresh, opened, dt.datetime(2014, 12, 31, 12, tzinfo=LONDON))
        assert skipped.run_requests == []
        assert "Overdue: ccs 2013-14 provisional" in (skipped.skip_message or "")
        assert "ccs 2013-14 final (since 2014-12-31)" in (skipped.skip_message or "")
        before = scheduled(fresh, opened, dt.datetime(2014, 7, 30, 12, tzinfo=LONDON))
        assert before.skip_message == "Nothing is new in the raw tree."


def test_the_schedule_is_of_the_days_of_the_calendar_at_noon_in_london(toy: Toy) -> None:
    schedule = definitions(toy).resolve_schedule_def("publication_days")
    assert schedule.execution_timezone == "Europe/London"
    assert list(schedule.cron_schedule) == [f"0 12 {day} {month} *" for month, day in days()]


def test_only_a_source_whose_series_goes_on_can_be_stale(toy: Toy) -> None:
    graph = definitions(toy).resolve_asset_graph()
    stated = {
        source: graph.get(dg.AssetKey(["raw", source])).freshness_policy for source in SOURCES
    }
    month, day = last_day("ascof") or (0, 0)
    policy = stated.pop("ascof")
    assert policy is not None
    assert policy.deadline_cron == f"0 12 {day} {month} *"
    assert policy.timezone == "Europe/London"
    assert set(stated.values()) == {None}
