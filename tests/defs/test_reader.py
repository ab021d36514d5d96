"""A file that ends the process that reads it is refused, and the rest goes on."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import given as g
import pytest
from given import Given

from dagster_project import landing
from dagster_project.defs.reader import land_all
from dagster_project.formats import limits
from dagster_project.landing import examine
from dagster_project.landing.outcome import FileOutcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="files are read in this process")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


KILLER = "ccs/2012-13/final/killer.csv"


@pytest.fixture
def tree(given: Given) -> Given:
    """Three publications; the second has a good file and one that ends its reader."""
    given.ascof()
    given.ccs()
    given.put("ccs/2012-13/final", "killer.csv", g.as_csv(g.ccs()) + "killer\n")
    given.pss_ex1()
    return given


def ended_by(monkeypatch: pytest.MonkeyPatch, end: Callable[[], object]) -> None:
    read_file = examine.read_file

    def read(path: Path, *rest: Any) -> Any:
        if path.name == "killer.csv":
            end()
        return read_file(path, *rest)

    monkeypatch.setattr(examine, "read_file", read)


def land(given: Given) -> dict[str, FileOutcome]:
    publications = landing.discover([given.raw]).publications
    landing.prepare(given.landing)
    found = list(land_all(publications, given.landing, lambda: None))
    assert [each.publication for each in found] == list(publications)
    return {file.path: file for each in found for file in each.files}


def only_the_killer_is_refused(files: dict[str, FileOutcome]) -> None:
    assert {path: file.rule_id for path, file in files.items() if file.refused} == {
        KILLER: "reader-died"
    }
    assert all(file.rows_loaded for path, file in files.items() if path != KILLER)
    assert "save it again" in files[KILLER].message


def test_a_file_that_ends_its_reader_is_named_and_the_rest_is_read(
    tree: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is tried again next time."""
    ended_by(monkeypatch, die)
    only_the_killer_is_refused(land(tree))
    monkeypatch.undo()
    assert not any(file.refused for file in land(tree).values())


def test_a_reader_has_so_much_memory_and_no_more(
    tree: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, reader_bytes=600_000_000))
    ended_by(monkeypatch, lambda: bytearray(1_000_000_000))
    only_the_killer_is_refused(land(tree))


def test_a_reader_that_is_ended_once_by_chance_costs_no_file(
    tree: Given, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended = tmp_path / "ended"

    def end_once() -> None:
        if not ended.exists():
            ended.touch()
            die()

    ended_by(monkeypatch, end_once)
    assert not any(file.refused for file in land(tree).values())
    assert ended.exists()


def test_files_seen_before_are_still_seen_by_the_next_reader(
    tree: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_by(monkeypatch, die)
    tree.put("ccs/2013-14/final", "again.csv", g.ccs())
    files = land(tree)
    assert files["ccs/2013-14/final/again.csv"].rule_id == "file-duplicate"
