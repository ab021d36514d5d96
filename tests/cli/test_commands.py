"""The command, in a process of its own: what a person sees, exit codes."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from toy.kit import Toy

from dagster_project.paths import PROJECT
from dagster_project.publish.status import State


@pytest.fixture
def mine(published: Toy, tmp_path: Path) -> Toy:
    """A toy that has been refreshed once, to be changed."""
    return published.copy(tmp_path)


def in_one_paragraph(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ")
    return last


def test_a_source_that_is_gone_stops_with_its_name_and_can_be_dropped(mine: Toy) -> None:
    before = mine.digest
    (mine.raw / "ccs" / "2011-12" / "final" / "ccs.csv").unlink()
    said = in_one_paragraph(mine.run("refresh"))
    assert "ccs/2011-12" in said
    assert "--without ccs/2011-12" in said
    assert mine.digest == before
    done = mine.run("refresh", "--without", "ccs/2011-12")
    assert done.returncode == 0, done.stderr
    assert mine.digest != before


def test_debug_shows_the_traceback(published: Toy) -> None:
    assert "did not accept" in in_one_paragraph(published.run("query", "select nonsense("))
    done = published.run("query", "select nonsense(", "--debug")
    assert done.returncode != 0
    assert "Traceback" in done.stderr


def test_a_second_refresh_at_the_same_time_is_told_so(mine: Toy) -> None:
    with mine.warehouse.lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        said = in_one_paragraph(mine.run("refresh"))
    assert "under way" in said
    assert "--warehouse" in said


def test_a_raw_tree_that_is_not_there(published: Toy) -> None:
    assert "--raw" in in_one_paragraph(published.run("refresh", "--raw", "nowhere"))


def test_an_empty_raw_tree(mine: Toy) -> None:
    empty = mine.folder / "empty"
    empty.mkdir()
    assert "nothing to read" in in_one_paragraph(mine.run("refresh", "--raw", str(empty)))


def test_check_accepts_and_refuses(published: Toy) -> None:
    good = published.run("check", str(published.raw))
    assert good.returncode == 0, good.stderr
    assert "2 files checked, 0 refused." in good.stdout
    bad = published.folder / "bad.csv"
    bad.write_bytes(b"")
    done = published.run("check", str(bad))
    assert done.returncode == 1
    assert "file-empty" in done.stdout
    assert "bad.csv" in done.stdout
    assert "Traceback" not in done.stderr
    assert "no file or folder" in in_one_paragraph(published.run("check", "nowhere.csv"))


def test_status_says_what_is_published_and_what_is_overdue(mine: Toy) -> None:
    done = mine.run("status")
    assert done.returncode == State.OVERDUE, done.stderr
    assert "ccs     2012-13  final" in done.stdout
    # the series went on for one more year, whose final release came by the end of 2014
    assert "overdue since 2014-12-31: ccs 2013-14 final" in done.stdout
    mine.write_raw("2013-14", users=5000)
    assert mine.run("refresh").returncode == 0
    done = mine.run("status")
    assert done.stdout.splitlines()[-1] == "Nothing is overdue."
    assert done.returncode == State.CURRENT
    mine.write_raw("2012-13", users=4000)
    mine.write_raw("2010-11", users=5000)
    (mine.raw / "ccs" / "2011-12" / "final" / "ccs.csv").unlink()
    done = mine.run("status")
    assert "new since: ccs/2010-11/final/ccs.csv" in done.stdout
    assert "changed since: ccs/2012-13/final/ccs.csv" in done.stdout
    assert "gone since: ccs/2011-12/final/ccs.csv" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Behind the raw tree")
    assert done.returncode == State.BEHIND


def test_a_refresh_with_nothing_new_says_so_and_does_nothing(mine: Toy) -> None:
    before = mine.digest
    landed = {path: path.stat().st_mtime_ns for path in mine.warehouse.landing.rglob("*")}
    done = mine.run("refresh")
    assert done.returncode == 0, done.stderr
    assert "Nothing new" in done.stdout
    assert mine.digest == before
    assert {path: path.stat().st_mtime_ns for path in mine.warehouse.landing.rglob("*")} == landed
    assert "building" not in done.stderr


@pytest.mark.parametrize("what", ["file", "metadata", "model", "stray"])
def test_a_refresh_goes_on_if_anything_it_rests_on_is_new(mine: Toy, what: str) -> None:
    """One thing is changed, by its content and not by its time, and a release is made."""
    if what == "file":
        mine.write_raw("2012-13", users=4000)
    elif what == "metadata":
        about = mine.raw / "ccs" / "2012-13" / "final" / "source.yml"
        about.write_text(about.read_text("utf-8").replace("2013-11-01", "2013-11-02"), "utf-8")
    elif what == "model":
        mine.model("dim_definition", "select 'X' as definition_id")
    else:
        (mine.raw / "stray.csv").write_text("a,b\n1,2\n", "utf-8")
    done = mine.run("refresh")
    assert done.returncode == 0, done.stderr
    assert "Nothing new" not in done.stdout
    assert "Nothing new" in mine.run("refresh").stdout


def test_after_a_refresh_of_one_year_the_rest_is_not_taken_as_read(mine: Toy) -> None:
    mine.write_raw("2011-12", users=4000)
    mine.write_raw("2012-13", users=5000)
    assert mine.run("refresh", "--year", "2012-13").returncode == 0
    done = mine.run("refresh")
    assert "Nothing new" not in done.stdout
    assert "Nothing new" in mine.run("refresh").stdout


def test_status_and_query_import_nothing_heavy(published: Toy) -> None:
    for command in (["status"], ["query", "select 1"]):
        program = (
            "import sys; from dagster_project import cli\n"
            f"sys.argv = ['denominator', *{command!r}]\n"
            "try:\n    cli.main()\nexcept SystemExit as end:\n    assert end.code in (None, 0, 2)\n"
            "print([m for m in ('dagster', 'dbt', 'pandas', 'pandera') if m in sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=published.environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "[]"


def test_query_in_each_format(published: Toy) -> None:
    sql = "select council_id, reference_date from marts.dim_council, marts.dim_target order by 1"
    table = published.run("query", f"-- a query kept in a file\n{sql}")
    assert "council_id" in table.stdout
    assert "102" in table.stdout
    found = json.loads(published.run("query", sql, "--format", "json").stdout)
    assert found[0] == {"council_id": "102", "reference_date": "2013-04-01"}
    rows = list(csv.reader(io.StringIO(published.run("query", sql, "--format", "csv").stdout)))
    assert rows[:2] == [["council_id", "reference_date"], ["102", "2013-04-01"]]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("delete from marts.dim_council", "DELETE is not run"),
        ("create table marts.x (n int)", "CREATE is not run"),
        ("select nonsense(", "did not accept"),
    ],
)
def test_query_changes_nothing_and_explains_itself(published: Toy, sql: str, words: str) -> None:
    before = published.digest
    assert words in in_one_paragraph(published.run("query", sql))
    assert published.digest == before


def test_without_a_release_reading_says_what_to_run(published: Toy) -> None:
    nothing = str(published.folder / "nothing")
    for command in (["status"], ["query", "select 1"]):
        said = in_one_paragraph(published.run(*command, "--warehouse", nothing))
        assert "denominator refresh" in said


def test_prepare_writes_the_manifest(mine: Toy) -> None:
    (mine.dbt_dir / "target" / "manifest.json").unlink()
    done = mine.run("prepare")
    assert done.returncode == 0, done.stderr
    assert (mine.dbt_dir / "target" / "manifest.json").is_file()
