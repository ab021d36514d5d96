"""Bytes, encodings, CSV files and workbooks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import given as g
import pytest

from dagster_project.formats.content import decode, read_content
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import cell_text, read_document


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"plain", "plain", "utf-8"),
        ("£5".encode(), "£5", "utf-8"),
        ("£5".encode("utf-8-sig"), "£5", "utf-8 with mark"),
        ("£5".encode("cp1252"), "£5", "windows-1252"),
    ],
)
def test_decode(data: bytes, text: str, encoding: str) -> None:
    assert decode(data) == (text, encoding)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("a\nb".encode("utf-16"), "line 1"),
        ("a\nb".encode("utf-32"), "line 1"),
        (b"ok\nnot \x81 ok", "line 2"),
        (b"ok\nok\nbell \x07", "line 3"),
    ],
)
def test_any_other_encoding_is_refused_with_its_line(data: bytes, place: str) -> None:
    with pytest.raises(FileProblem) as caught:
        decode(data)
    assert (caught.value.rule_id, caught.value.place) == ("file-encoding", place)


def test_checksum(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert read_content(path).sha256 == expected


def test_line_numbers_are_those_of_the_file() -> None:
    """A cell may hold a line end; an editor's line number is what a person can find."""
    (sheet,) = read_document(b'a,b\n"two\nlines",1\n\nlast,2\n', "x.csv").sheets
    assert [sheet.place(row) for row in range(len(sheet.rows))] == [
        "line 1",
        "line 2",
        "line 4",
        "line 5",
    ]


def test_workbook_rows_are_counted_from_the_top_of_the_sheet() -> None:
    data = g.workbook({"first": [[], [], ["", "here"]], "empty": []})
    first, empty = read_document(data, "x.xlsx").sheets
    assert first.rows[2][1] == "here"
    assert first.place(2) == "sheet 'first' row 3"
    assert list(empty.rows) == []


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (102.0, "102"),
        (0.65, "0.65"),
        (3, "3"),
        (True, "TRUE"),
        ("", ""),
        (dt.date(2013, 3, 31), "2013-03-31"),
        (dt.datetime(2013, 3, 31), "2013-03-31"),
        (dt.datetime(2013, 3, 31, 9), "2013-03-31 09:00:00"),
    ],
)
def test_cells_become_the_text_a_person_sees(cell: object, text: str) -> None:
    assert cell_text(cell) == text
