"""The walk of docs/operate.md: its commands are run, and its sentences are what is said."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import given as g
import pytest
from toy.kit import Toy

from dagster_project.build import prepare
from dagster_project.definitions import build_defs
from dagster_project.defs.instance import JOB, instance
from dagster_project.defs.run import Settings
from dagster_project.paths import PROJECT
from dagster_project.publish.status import State

DOCUMENT = (PROJECT / "docs" / "operate.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", DOCUMENT, re.DOTALL)
ARRIVES, WRONG, MENDED, AGAIN = (text for kind, text in BLOCKS if kind == "sh")
OVERDUE, STOPPED, REMEDY, BEHIND = (text.rstrip() for kind, text in BLOCKS if kind == "text")
NEW = "ascof/2016-17/final/ascof-2016-17.csv"


@pytest.fixture
def desk(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toy]:
    """A folder as the document has it: `data/raw` with 2015-16, and downloads of 2016-17."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    for year in ("2011-12", "2012-13"):
        toy.unland(year)
    toy.write_raw("2012-13")
    raw = g.Given(toy.folder)
    raw.put("ascof/2015-16/final", "ascof.csv", g.as_csv(g.ascof()))
    (toy.folder / "data").mkdir()
    (toy.folder / "data" / "raw").symlink_to(toy.raw)
    downloads = toy.folder / "Downloads"
    downloads.mkdir()
    newer = g.as_csv(g.ascof()).replace("3729", "3730")
    (downloads / "ascof-2016-17.csv").write_text(newer, "utf-8")
    (downloads / "ascof-2016-17-corrected.csv").write_text(newer.replace("3730", "3731"), "utf-8")
    (downloads / "minutes.csv").write_text("Minutes of the meeting\n", "utf-8")
    prepare(toy.dbt_dir, toy.warehouse)
    yield toy


def typed(toy: Toy, block: str) -> subprocess.CompletedProcess[str]:
    """What a person types, in the folder of the project."""
    environment = {**toy.environment, "HOME": str(toy.folder)}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    return subprocess.run(
        ["bash", "-euc", block], env=environment, cwd=toy.folder, capture_output=True, text=True
    )


def watched(toy: Toy, opened: dg.DagsterInstance) -> dg.ExecuteInProcessResult | None:
    """What the daemon does: it asks the sensor, and runs what that asks for."""
    settings = Settings(raw=(toy.raw,), warehouse=toy.warehouse, dbt_dir=toy.dbt_dir)
    definitions = build_defs(settings)
    sensor = definitions.resolve_sensor_def("raw_files")
    found = sensor.evaluate_tick(dg.build_sensor_context(instance=opened))
    if not found.run_requests:
        return None
    [request] = found.run_requests
    return definitions.resolve_job_def(JOB).execute_in_process(
        instance=opened, tags=dict(request.tags), raise_on_error=False
    )


def ran(toy: Toy, opened: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """The run that the sensor asks for; it has to ask for one."""
    result = watched(toy, opened)
    assert result is not None
    return result


def said(result: dg.ExecuteInProcessResult) -> str:
    """What the step that failed says, as Dagster shows it and an alert tells it."""
    [event] = [event for event in result.all_events if event.is_step_failure]
    return event.event_specific_data.user_failure_data.description


def status(toy: Toy) -> str:
    done = typed(toy, "denominator status")
    assert done.returncode in list(State), done.stderr
    return done.stdout


def test_the_walk(desk: Toy) -> None:
    with instance() as opened:
        assert ran(desk, opened).success
        assert OVERDUE in status(desk).splitlines()

        # a new year arrives
        done = typed(desk, ARRIVES)
        assert done.returncode == 0, done.stdout + done.stderr
        assert NEW in done.stdout
        assert "10 would load" in done.stdout
        assert ran(desk, opened).success
        now = status(desk)
        assert OVERDUE not in now
        assert "Behind" not in now
        published = desk.digest

        # a wrong file arrives in its place
        assert typed(desk, WRONG).returncode == 0
        third = ran(desk, opened)
        assert not third.success
        sentence = said(third)
        assert sentence.startswith(STOPPED)
        assert sentence.endswith(REMEDY)
        assert f"{NEW} was refused (file-unrecognised:" in sentence
        assert desk.digest == published
        assert set(BEHIND.splitlines()) <= set(status(desk).splitlines())
        assert watched(desk, opened) is None  # not again until a file changes

        # the file is mended
        assert typed(desk, MENDED).returncode == 0
        assert ran(desk, opened).success
        assert desk.digest != published
        assert "Behind" not in status(desk)
        assert watched(desk, opened) is None


def test_years_again_are_one_run(desk: Toy) -> None:
    desk.write_raw("2011-12", users=1100)
    done = typed(desk, AGAIN)
    assert done.returncode == 0, done.stderr
    assert "2 files, 2 read anew" in done.stdout


def test_what_is_tried_again_is_what_the_document_says() -> None:
    from dagster_project.defs import failure

    assert "waits two\nminutes and tries again, five times at most" in DOCUMENT
    assert (failure._SECONDS, failure._TRIES) == (120, 5)


def test_every_name_in_the_document_is_one_of_ours() -> None:
    from dagster_project.defs.alerts import MAIL_ENV, URL_ENV

    for name in (
        "publication_days",
        "raw_files",
        "after_release",
        "outputs",
        URL_ENV,
        MAIL_ENV,
        "DAGSTER_HOME",
    ):
        assert f"`{name}`" in DOCUMENT
    for path in re.findall(r"`((?:dbt|tests|docs)/[\w./]+)`", DOCUMENT):
        assert (PROJECT / path).exists(), path
    for table in re.findall(r"`quality\.(\w+)`", DOCUMENT):
        assert (PROJECT / "dbt" / "models" / "quality" / f"{table}.sql").exists(), table
