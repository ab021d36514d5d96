"""What takes its place whole: the order of the calls that a power cut depends on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from toy.kit import Toy

from dagster_project import atomic
from dagster_project.exports import place


class Calls:
    """The calls of fsync and rename, in their order, with the paths they were made for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[tuple[str, str]] = []
        fsync = os.fsync

        def recorded(descriptor: int) -> None:
            self.made.append(("fsync", str(Path(f"/proc/self/fd/{descriptor}").readlink())))
            fsync(descriptor)

        monkeypatch.setattr(os, "fsync", recorded)
        for name in ("rename", "replace"):
            monkeypatch.setattr(os, name, self._renaming(getattr(os, name)))

    def _renaming(self, real: Callable[..., None]) -> Callable[..., None]:
        def rename(made: Any, to: Any, **options: Any) -> None:
            self.made.append(("rename", os.fspath(to)))
            real(made, to, **options)

        return rename

    def below(self, folder: Path) -> list[tuple[str, str]]:
        """Those for `folder` and what is below it, by the path from there."""
        return [
            (what, str(Path(path).relative_to(folder)))
            for what, path in self.made
            if Path(path).is_relative_to(folder)
        ]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not say which file a descriptor is of")
    return Calls(monkeypatch)


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path: Path, calls: Calls) -> None:
    atomic.write_text(tmp_path / "mark", "whole")
    assert calls.below(tmp_path) == [("fsync", ".mark.next"), ("rename", "mark"), ("fsync", ".")]
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("mark", "whole")]


def test_a_folder_is_on_the_disk_with_all_that_it_holds_before_it_has_its_name(
    tmp_path: Path, calls: Calls
) -> None:
    for text in ("old", "new"):
        with atomic.folder(tmp_path / "there") as made:
            (made / "inner").mkdir()
            (made / "inner" / "a").write_text(text)
            (made / "b").write_text(text)
    first = [("rename", "there"), ("fsync", ".")]
    second = [("rename", ".there.last"), *first]
    flushed = {("fsync", f".there.next{name}") for name in ("/inner/a", "/b", "/inner", "")}
    found = calls.below(tmp_path)
    assert set(found[:4]) == set(found[6:10]) == flushed
    assert found[4:6] == first
    assert found[10:] == second
    assert (tmp_path / "there" / "inner" / "a").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_failure_before_the_file_has_its_name_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mark").write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic.write_text(tmp_path / "mark", "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("mark", "old")]


def test_what_a_kill_between_the_two_renames_of_a_folder_left_is_put_back(tmp_path: Path) -> None:
    for name, text in ((".there.last", "old"), (".there.next", "half")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text(text)
    atomic.recover(tmp_path / "there")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert (tmp_path / "there" / "a").read_text() == "old"


def test_a_release_is_on_the_disk_before_it_is_published(toy: Toy, calls: Calls) -> None:
    toy.publish()
    root = toy.warehouse.root
    assert [call for call in calls.below(root) if "/" not in call[1]] == [
        ("fsync", ".indicators.duckdb.next"),
        ("rename", "indicators.duckdb"),
        ("fsync", "."),
    ]


def test_an_export_is_on_the_disk_before_it_has_its_name(tmp_path: Path, calls: Calls) -> None:
    with place.put(tmp_path / "there", "A") as made:
        (made / "one.csv").write_text("a\n")
    found = calls.below(tmp_path)
    assert found[-2:] == [("rename", "there"), ("fsync", ".")]
    assert set(found[:-2]) == {
        ("fsync", f".there.next{name}") for name in ("/one.csv", "/export.json", "")
    }
