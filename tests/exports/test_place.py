"""Where an export is put, and what it must not take the place of."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import pytest
from exports import published
from released import run

from dagster_project import exports
from dagster_project.errors import DenominatorError
from dagster_project.exports import Format, place
from dagster_project.paths import Warehouse

pytestmark = pytest.mark.xdist_group("exports")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write(folder: Path, release_id: str = "A", text: str = "new") -> None:
    with place.put(folder, release_id) as aside:
        (aside / "csv").mkdir()
        (aside / "csv" / "one.csv").write_text(text)


def test_two_exports_of_one_file_are_the_same_bytes(exported, small, tmp_path):
    time.sleep(2.1)  # the time in a zip archive has steps of two seconds
    again = exports.export(small, to=tmp_path / "again")
    assert contents(again.folder) == contents(exported.folder)
    assert {path.rpartition(".")[2] for path in again.files} == {
        *("csv", "json", "md", "ods", "parquet", "xlsx"),
    }


def test_an_export_lies_in_the_warehouse_by_its_release(exported, small):
    assert exported.folder == small.root / "exports" / published.RELEASE
    listed = json.loads((exported.folder / "export.json").read_text())
    assert listed["release_id"] == published.RELEASE
    assert listed["sha256"] == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in contents(exported.folder).items()
        if name != "export.json"
    }


def test_an_export_of_the_same_release_is_replaced_by_what_is_asked_for(small, tmp_path):
    exports.export(small, [Format.CSV], tmp_path / "there")
    done = exports.export(small, [Format.PARQUET], tmp_path / "there")
    kinds = {name.partition("/")[0] for name in done.files}
    assert kinds == {"parquet", "CHANGES.md", "README.md", "export.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_folder_with_anything_else_in_it_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DenominatorError, match="no export is in it"):
        write(tmp_path)
    assert contents(tmp_path) == {"thesis.txt": b"mine"}


@pytest.mark.parametrize("what", ["added", "changed", "removed"])
def test_an_export_that_somebody_worked_in_is_refused(tmp_path, what):
    folder = tmp_path / "there"
    write(folder, text="old")
    if what == "added":
        (folder / "notes.txt").write_text("mine")
    elif what == "changed":
        (folder / "csv" / "one.csv").write_text("mine")
    else:
        (folder / "csv" / "one.csv").unlink()
    before = contents(folder)
    name = "notes.txt" if what == "added" else "csv/one.csv"
    with pytest.raises(DenominatorError, match=f"added, changed or taken away since: {name}"):
        write(folder)
    assert contents(folder) == before


def test_the_export_of_another_release_is_left(tmp_path):
    write(tmp_path / "there", "A", "old")
    with pytest.raises(DenominatorError, match="another release, A, which is left"):
        write(tmp_path / "there", "B")
    assert contents(tmp_path / "there")["csv/one.csv"] == b"old"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "there").write_text("mine")
    with pytest.raises(DenominatorError, match="no export is in it"):
        write(tmp_path / "there")
    assert (tmp_path / "there").read_text() == "mine"


def test_an_empty_folder_is_taken(tmp_path):
    write(tmp_path)
    assert contents(tmp_path)["csv/one.csv"] == b"new"


def test_whatever_is_raised_on_the_way_leaves_the_last_export(tmp_path):
    write(tmp_path / "there", text="old")
    with pytest.raises(KeyboardInterrupt), place.put(tmp_path / "there", "A") as aside:
        (aside / "half").write_text("new")
        raise KeyboardInterrupt
    assert contents(tmp_path / "there")["csv/one.csv"] == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_kill_between_the_two_steps_is_mended(tmp_path):
    """The last export was moved away and the next is not in its place yet."""
    write(tmp_path / "there", text="old")
    (tmp_path / "there").rename(tmp_path / ".there.last")
    (tmp_path / ".there.next").mkdir()
    (tmp_path / ".there.next" / "half").write_text("new")
    with pytest.raises(KeyboardInterrupt), place.put(tmp_path / "there", "A"):
        raise KeyboardInterrupt
    assert contents(tmp_path / "there")["csv/one.csv"] == b"old"
    write(tmp_path / "there")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DenominatorError, match=r"cannot be written: .* Name another folder"):
        write(tmp_path / "file" / "there")


# ------------------------------------------------------------------------------------- the command


def test_the_command_writes_what_was_asked_for(small, tmp_path):
    done = run(
        tmp_path,
        *("export", "--format", "csv", "--format", "parquet"),
        *("--to", tmp_path / "there", "--warehouse", small.root),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Exported {published.RELEASE}: ")
    names = {path.name for path in (tmp_path / "there").iterdir()}
    assert names == {"csv", "parquet", "CHANGES.md", "README.md", "export.json"}


def test_what_is_no_format_is_said(small, tmp_path):
    with pytest.raises(
        DenominatorError, match=r"no export as pdf\. Name one of csv, parquet, xlsx"
    ):
        exports.formats(["csv", "pdf"])
    assert exports.formats(None) == tuple(Format)
    assert exports.formats(["ods", "csv", "ods"]) == (Format.CSV, Format.ODS)


def test_without_a_release_nothing_is_exported(tmp_path):
    with pytest.raises(DenominatorError, match="Nothing is published"):
        exports.export(Warehouse.at(tmp_path), to=tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_a_file_of_an_earlier_layout_is_refused_with_what_to_do(tmp_path):
    warehouse = published.make(tmp_path / "warehouse")
    with published.duckdb.connect(str(warehouse.published)) as connection:
        connection.execute("drop table marts.data_dictionary")
    with pytest.raises(DenominatorError, match=r"no data dictionary: .* Run `denominator refresh`"):
        exports.export(warehouse)


def test_a_type_that_no_metadata_know_is_named(tmp_path):
    warehouse = published.make(tmp_path / "warehouse")
    with published.duckdb.connect(str(warehouse.published)) as connection:
        connection.execute(
            "alter table marts.dim_council alter valid_from type interval using null"
        )
        connection.execute(
            "update marts.data_dictionary set data_type = 'INTERVAL' where column_name = 'valid_from'"
        )
    with pytest.raises(DenominatorError, match="type INTERVAL of the column valid_from"):
        exports.export(warehouse, [Format.CSV])
