"""`denominator add`: what a person sees, is asked, and finds afterwards."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import given as g
import pytest
from typer.testing import CliRunner, Result

from dagster_project.cli import app
from dagster_project.intake import IntakeError
from dagster_project.paths import PROJECT

TABLE = g.as_csv(g.ccs()).replace("synthetic", "")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ccs.csv"
    path.write_text(TABLE)
    return path


def run(*arguments: str) -> Result:
    """Run it where nobody can be asked."""
    return CliRunner().invoke(app, ["add", *arguments])


def test_a_script_is_not_asked_and_what_was_added_is_named(file: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    done = run(str(file), "--raw", str(raw), "--published-on", "2013-12-17")
    assert done.exit_code == 0, done.output
    added = raw / "ccs/2012-13/final/ccs.csv"
    assert f"added {added}" in done.output
    assert done.output.endswith(f"denominator refresh --raw {raw}\n")
    assert added.read_text() == TABLE
    assert "published_on: 2013-12-17" in (added.parent / "source.yml").read_text()
    again = run(str(file), "--raw", str(raw), "--yes")
    assert isinstance(again.exception, IntakeError)
    assert f"byte for byte: {added}" in str(again.exception)


def test_a_dry_run_only_says_what_would_be_done(file: Path, tmp_path: Path) -> None:
    done = run(str(file), "--raw", str(tmp_path / "raw"), "--dry-run", "--yes")
    assert done.exit_code == 0, done.output
    assert "4 rows read, 4 would load" in done.output
    assert done.output.endswith("Nothing was written.\n")
    assert not (tmp_path / "raw").exists()


def test_somebody_at_a_terminal_is_asked(file: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    code, text = answered("n\n", str(file), "--raw", str(raw))
    assert code == 1
    assert "Add?" in text
    assert "Nothing was written." in text
    assert not raw.exists()


def answered(answer: str, *arguments: str) -> tuple[int, str]:
    """Run it on a terminal, where somebody types an answer."""
    command = [sys.executable, "-m", "dagster_project.cli", "add", *arguments]
    ours, its = pty.openpty()
    with subprocess.Popen(command, cwd=PROJECT, stdin=its, stdout=its, stderr=its) as done:
        os.close(its)
        os.write(ours, answer.encode())
        text = b"".join(_pieces(ours))
    os.close(ours)
    return done.returncode, text.decode()


def _pieces(terminal: int) -> list[bytes]:
    found = []
    while True:
        try:
            found.append(os.read(terminal, 4096))
        except OSError:  # the terminal's other end is closed
            return found
