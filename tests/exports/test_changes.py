"""The change log of a release: what is new in it, by whom, and that a first release is one."""

from __future__ import annotations

import pytest
from exports import published
from exports.published import BEFORE, RELEASE
from python_calamine import CalamineWorkbook

from dagster_project import exports

pytestmark = pytest.mark.xdist_group("exports")


def log(folder) -> list[list[object]]:
    [file] = folder.glob("*.ods")
    return CalamineWorkbook.from_path(file).get_sheet_by_name("Changes").to_python()


def test_the_log_counts_what_this_release_was_the_first_to_show(exported):
    text = (exported.folder / "CHANGES.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    assert rows == [
        "| a publisher | fct_observation | ccs | 2012-13 |  | provisional | final | value_changed "
        "| SYNTHETIC | 2 |",
        "| us | fct_observation | ccs | 2012-13 |  | provisional | final | value_changed "
        "| SYNTHETIC | 1 |",
    ]
    assert f"# Changes in release {RELEASE}" in text
    assert f"What is new since release {BEFORE}" in text


def test_the_worksheet_has_each_change_with_the_name_of_its_council(exported):
    rows = log(exported.folder)
    head = next(row for row in rows if row[0] == "Changed by")
    found = [dict(zip(head, row, strict=True)) for row in rows[rows.index(head) + 1 :]]
    shown = [
        (
            row["Changed by"],
            row["Area"],
            row["Name of area"],
            row["Older token"],
            row["Newer token"],
        )
        for row in found
    ]
    assert shown == [
        ("publisher", "102", "Cumbria", "690", "700"),
        ("publisher", "104", "104", '"-"', '""'),
        ("us", "102", "Cumbria", "[x]", "700"),
    ]
    assert {row["Older value\n(as the statistic says)"] for row in found} == {690.0}


def test_a_first_release_says_that_it_is_one(tmp_path):
    done = exports.export(published.make(tmp_path / "w", first=True), [exports.Format.ODS])
    text = (done.folder / "CHANGES.md").read_text(encoding="utf-8")
    assert "This is the first release" in text and "What is new since" not in text
    assert any("This is the first release" in str(row[0]) for row in log(done.folder))


def test_a_release_that_changed_nothing_says_so(tmp_path):
    warehouse = published.make(tmp_path / "w")
    with published.duckdb.connect(str(warehouse.published)) as connection:
        connection.execute("update quality.revision set is_new = false")
    done = exports.export(warehouse, [exports.Format.ODS])
    assert "No figure changed." in (done.folder / "CHANGES.md").read_text(encoding="utf-8")
    [file] = done.folder.glob("*.ods")
    book = CalamineWorkbook.from_path(file)
    assert "Changes" not in book.sheet_names
    contents = str(book.get_sheet_by_name("Contents").to_python())
    assert f"What is new since release {BEFORE}" in contents and "No figure changed." in contents


def test_the_example_is_a_first_release_of_publishers_changes_only(example, whole):
    text = (whole.folder / "CHANGES.md").read_text(encoding="utf-8")
    assert "This is the first release" in text
    counts = [
        int(line.split("|")[-2].replace(",", "")) for line in text.splitlines() if line[:3] == "| a"
    ]
    assert sum(counts) == example.rows("select count(*) as n from quality.revision")[0]["n"] > 0
