"""The services of the compose file, started from Debian's packages on the loopback address."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import psycopg2
import pytest
import yaml
from dagster._core.scheduler.instigation import InstigatorType, TickStatus
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster_postgres import PostgresEventLogStorage, PostgresRunStorage, PostgresScheduleStorage
from servers import (
    COMPOSE,
    DEPLOY,
    LOOPBACK,
    answered,
    free_port,
    postgres,
    process,
    service,
    wait_for,
)
from toy.kit import Toy

from dagster_project.build import prepare
from dagster_project.definitions import build_defs
from dagster_project.defs.alerts import MAIL_ENV, URL_ENV
from dagster_project.defs.automation import RAW_TAG
from dagster_project.defs.instance import WAREHOUSE_TAG, instance
from dagster_project.defs.run import Settings
from dagster_project.paths import PROJECT, RAW_ENV, WAREHOUSE_ENV
from dagster_project.publish.calendar import LONDON, days

DAY = dt.datetime(2015, 6, 30, 12, tzinfo=LONDON)
NEXT_DAY = dt.datetime(2015, 7, 31, 12, tzinfo=LONDON)
MOVED_CLOCK = Path(__file__).with_name("moved_clock.py")


@dataclass(frozen=True)
class Server:
    """A toy on a server: what the services are told, and a clock that a test moves."""

    toy: Toy
    names: Mapping[str, str]
    clock: Path

    def move_clock(self, when: dt.datetime) -> None:
        """To the last second of a minute: the daemon looks again when the next one begins."""
        aside = self.clock.with_suffix(".next")
        aside.write_text((when + dt.timedelta(seconds=59)).isoformat(), "ascii")
        aside.replace(self.clock)

    @contextlib.contextmanager
    def daemon(self) -> Iterator[None]:
        command, environment = service("daemon", self.names)
        assert command[0] == "dagster-daemon"
        moved = [sys.executable, str(MOVED_CLOCK), str(self.clock), *command[1:]]
        with process(moved, environment, self.toy.folder / "daemon.log"):
            yield

    @contextlib.contextmanager
    def webserver(self) -> Iterator[str]:
        command, environment = service("webserver", self.names)
        port = str(free_port())
        command[command.index("--port") + 1] = port
        command[command.index("--host") + 1] = LOOPBACK
        with process(command, environment, self.toy.folder / "webserver.log"):
            yield f"http://{LOOPBACK}:{port}"


@pytest.fixture(scope="module")
def database() -> Iterator[dict[str, str]]:
    with postgres() as names:
        yield names


@pytest.fixture
def server(toy: Toy, database: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A toy with one year of raw files and nothing published; this process shares its instance."""
    for year in ("2011-12", "2012-13"):
        toy.unland(year)
    toy.write_raw("2012-13")
    prepare(toy.dbt_dir, toy.warehouse)
    home = toy.folder / "dagster"
    home.mkdir()
    shutil.copyfile(DEPLOY / "dagster.yaml", home / "dagster.yaml")
    names = {
        **database,
        "DAGSTER_HOME": str(home),
        "DENOMINATOR_RAW": str(toy.raw),
        "DENOMINATOR_WAREHOUSE": str(toy.warehouse.root),
        "DENOMINATOR_DBT": str(toy.dbt_dir),
    }
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    yield Server(toy, names, toy.folder / "clock")


def ask(names: Mapping[str, str], sql: str, *values: str) -> list[tuple[object, ...]]:
    """What stands in Postgres, asked without Dagster."""
    opened = psycopg2.connect(
        host=names["DENOMINATOR_POSTGRES_HOST"],
        port=names["DENOMINATOR_POSTGRES_PORT"],
        dbname=names["DENOMINATOR_POSTGRES_DB"],
        user=names["DENOMINATOR_POSTGRES_USER"],
        password=names["DENOMINATOR_POSTGRES_PASSWORD"],
    )
    try:
        with opened.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()
    finally:
        opened.close()


def stop_sensor(server: Server) -> None:
    """So that the schedule is the first to see the new file."""
    command = [sys.executable, "-m", "dagster", "sensor", "stop", "raw_files"]
    _, environment = service("daemon", server.names)
    done = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def checks(toy: Toy) -> int:
    settings = Settings(raw=(toy.raw,), warehouse=toy.warehouse, dbt_dir=toy.dbt_dir)
    return len(build_defs(settings).resolve_asset_graph().asset_check_keys)


def test_every_variable_of_the_instance_is_set_by_the_compose_file_for_both_services() -> None:
    stated = yaml.safe_load((DEPLOY / "dagster.yaml").read_text("utf-8"))
    settings = stated["storage"]["postgres"]["postgres_db"].values()
    wanted = {value["env"] for value in settings if isinstance(value, dict)}
    assert len(wanted) == 5
    for name in ("daemon", "webserver"):
        given = COMPOSE["services"][name]["environment"]
        assert wanted | {"DAGSTER_HOME", RAW_ENV, WAREHOUSE_ENV, URL_ENV, MAIL_ENV} == set(given)


def test_the_daemon_fires_the_schedule_on_its_day_and_publishes(server: Server) -> None:
    assert (DAY.month, DAY.day) in days()
    assert (NEXT_DAY.month, NEXT_DAY.day) in days()
    stop_sensor(server)
    server.move_clock(DAY - dt.timedelta(minutes=1))
    with instance() as opened, server.daemon():
        [state] = wait_for(
            "the daemon's first look at the schedule",
            lambda: opened.all_instigator_state(instigator_type=InstigatorType.SCHEDULE),
        )
        assert opened.get_runs() == []

        server.move_clock(DAY)
        done = dg.RunsFilter(statuses=FINISHED_STATUSES)
        [run] = wait_for("the schedule's run", lambda: opened.get_runs(done))
        assert run.status == dg.DagsterRunStatus.SUCCESS
        assert run.tags["dagster/schedule_name"] == "publication_days"
        assert run.tags[RAW_TAG] == run.tags["dagster/run_key"]

        server.move_clock(NEXT_DAY)
        ticks = wait_for(
            "the next day of the calendar",
            lambda: opened.get_ticks(
                state.instigator_origin_id, state.selector_id, statuses=[TickStatus.SKIPPED]
            ),
        )
        assert ticks[0].timestamp == NEXT_DAY.timestamp()
        assert (ticks[0].skip_reason or "").startswith(
            "Nothing is new in the raw tree. Overdue: ccs 2013-14 provisional (since 2014-07-31)"
        )
        assert len(opened.get_runs()) == 1

    with duckdb.connect(str(server.toy.warehouse.published), read_only=True) as published:
        loaded = "select path, rows_loaded from quality.source_file"
        assert published.execute(loaded).fetchall() == [("ccs/2012-13/final/ccs.csv", 3)]
    kept = ask(server.names, "select status from runs where run_id = %s", run.run_id)
    assert kept == [("SUCCESS",)]
    evaluated = "select count(*) from asset_check_executions where run_id = %s and evaluation_event is not null"
    assert ask(server.names, evaluated, run.run_id) == [(checks(server.toy),)]


def test_a_refresh_by_hand_is_kept_in_postgres_and_shown_by_the_web_server(server: Server) -> None:
    refreshed = server.toy.run("refresh")
    assert refreshed.returncode == 0, refreshed.stderr
    with instance() as opened:
        assert isinstance(opened.run_storage, PostgresRunStorage)
        assert isinstance(opened.event_log_storage, PostgresEventLogStorage)
        assert not isinstance(opened.event_log_storage, SqliteEventLogStorage)
        assert isinstance(opened.schedule_storage, PostgresScheduleStorage)
        [run] = opened.get_runs(limit=1)
        assert run.tags[WAREHOUSE_TAG] == str(server.toy.warehouse.root)[-255:]
    assert not list((server.toy.folder / "dagster").rglob("*.db"))
    with server.webserver() as address:
        wait_for("the web server", lambda: answered(f"{address}/server_info"))
        query = f'{{ runOrError(runId: "{run.run_id}") {{ ... on Run {{ status jobName }} }} }}'
        said = answered(f"{address}/graphql", {"query": query})
        assert said == {"data": {"runOrError": {"status": "SUCCESS", "jobName": "refresh"}}}
