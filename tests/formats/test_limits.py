"""Files that are too large, damaged within, or that lie about their size."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace

import books
import pytest

from dagster_project.formats import archive, bulk, cells, content, limits, sheets
from dagster_project.formats.limits import LIMITS, Limits
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import read_document

CELL = '<row r="{row}"><c r="{place}"><v>5</v></c></row>'


def refusal(data: bytes, name: str = "a") -> FileProblem:
    with pytest.raises(FileProblem) as caught:
        read_document(data, name)
    return caught.value


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    lower = replace(LIMITS, sheet_cells=100, sheets=3, cell_characters=50, archive_members=12)
    lower = replace(lower, archive_bytes=100_000, file_bytes=1_000_000)
    for module in (archive, bulk, cells, content, limits, sheets):
        if hasattr(module, "LIMITS"):
            monkeypatch.setattr(module, "LIMITS", lower)


@pytest.mark.parametrize(
    ("row", "place"),
    [(1048576, "XFD1048576"), (1048576, "GS1048576"), (1048576, "E1048576"), (400, "XFD400")],
)
def test_a_far_cell_of_xlsx_is_refused_before_anything_is_read(row: int, place: str) -> None:
    problem = refusal(books.xlsx({"Return": CELL.format(row=row, place=place)}))
    assert problem.rule_id == "file-too-large"
    assert place in problem.reason
    assert problem.place == f"sheet 'Return' row {row}"
    assert "Delete" in (problem.remedy or "")
    assert "DENOMINATOR_LIMIT_SHEET_CELLS" in (problem.remedy or "")


def test_a_far_cell_is_found_in_a_sheet_with_formulas_too() -> None:
    rows = '<row r="1"><c r="A1"><f>1</f><v>1</v></c></row>' + CELL.format(
        row=1048576, place="XFD1048576"
    )
    assert refusal(books.xlsx({"Return": rows})).rule_id == "file-too-large"


def test_a_far_cell_that_is_blank_harms_nothing() -> None:
    rows = CELL.format(row=1, place="A1") + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    (sheet,) = read_document(books.xlsx({"Return": rows}), "a.xlsx").sheets
    assert sheet.rows == [["5"]]


def test_cells_without_a_place_are_counted(small: None) -> None:
    assert refusal(books.xlsx({"a": f"<row>{'<c><v>1</v></c>' * 101}</row>"})).rule_id == (
        "file-too-large"
    )


@pytest.mark.parametrize(
    "row",
    [
        '<table:table-row table:number-rows-repeated="1048576">{}</table:table-row>',
        '<table:table-row><table:table-cell table:number-columns-repeated="16383"/>{}'
        '</table:table-row><table:table-row table:number-rows-repeated="1000"/>'
        "<table:table-row>{}</table:table-row>",
    ],
)
def test_repeated_cells_of_ods_are_refused_before_anything_is_read(row: str) -> None:
    cell = (
        '<table:table-cell office:value-type="float" office:value="5" '
        'table:number-columns-repeated="16"/>'
    )
    problem = refusal(books.ods({"Return": row.format(cell, cell)}))
    assert problem.rule_id == "file-too-large"
    assert "sheet 'Return'" in (problem.place or "")


def test_a_far_cell_of_xls_is_refused() -> None:
    data = books.xls([(65535, 255, "number", 5.0)])
    assert refusal(data).rule_id == "file-too-large"


def test_sheets_and_all_their_cells_are_counted(small: None) -> None:
    row = CELL.format(row=1, place="BH1")
    many = books.xlsx({f"s{at}": CELL.format(row=1, place="A1") for at in range(4)})
    assert "more than 3 sheets" in refusal(many).reason
    assert "120 cells" in refusal(books.xlsx({"a": row, "b": row})).reason


def test_a_long_cell_is_refused(small: None) -> None:
    text = "x" * 51
    in_csv = refusal(f"a,b\n1,{text}\n".encode())
    assert (in_csv.rule_id, in_csv.place) == ("file-too-large", "line 2")
    row = f'<row r="2"><c r="A2" t="inlineStr"><is><t>{text}</t></is></c></row>'
    in_workbook = refusal(books.xlsx({"Return": row}))
    assert (in_workbook.rule_id, in_workbook.place) == ("file-too-large", "sheet 'Return' row 2")


def test_an_archive_is_not_unpacked_beyond_its_limits(small: None) -> None:
    parts = books.xlsx_parts(["a"], [""], [], [])
    assert "bytes" in refusal(books.zipped({**parts, "big.xml": "x" * 100_000})).reason
    more = {f"more/{at}.xml": "" for at in range(12)}
    assert "members" in refusal(books.zipped({**parts, **more})).reason


def test_the_ratio_of_an_archive_is_limited() -> None:
    parts = books.xlsx_parts(["a"], [""], [], [])
    data = books.zipped({**parts, "big.xml": bytes(30_000_000)})
    assert "times as large" in refusal(data).reason


def test_an_archive_that_lies_about_a_size_is_refused() -> None:
    """The directory says 10 bytes, and the member inflates to a thousand."""
    data = books.zipped({**books.xlsx_parts(["a"], [""], [], []), "lie.xml": b"y" * 1000})
    stated = struct.pack("<I", 1000)
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"lie.xml"))
    assert data[entry + 24 : entry + 28] == stated
    lying = data[: entry + 24] + struct.pack("<I", 10) + data[entry + 28 :]
    problem = refusal(lying)
    assert problem.rule_id == "file-damaged"
    assert "lie.xml" in problem.reason


def test_every_member_keeps_its_checksum() -> None:
    """A byte changed in any member, stored or not, refuses the workbook."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as zipped:
        for name, part in books.xlsx_parts(["a"], [""], [], ["<t>475</t>"]).items():
            zipped.writestr(name, part)
    whole = buffer.getvalue()
    at = whole.index(b"<t>475</t>") + 3
    damaged = whole[:at] + b"9" + whole[at + 1 :]
    assert "CRC" in refusal(damaged).reason
    assert refusal(damaged).rule_id == "file-damaged"


def test_a_document_type_is_refused() -> None:
    """A workbook has none; one that has may name entities that grow without end."""
    parts = books.xlsx_parts(["a"], [""], [], [])
    parts["xl/sharedStrings.xml"] = '<!DOCTYPE a [<!ENTITY x "y">]><sst/>'
    assert refusal(books.zipped(parts)).rule_id == "file-damaged"


def test_a_limit_is_moved_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENOMINATOR_LIMIT_SHEETS", "7")
    assert limits._configured() == replace(Limits(), sheets=7)
    monkeypatch.setenv("DENOMINATOR_LIMIT_SHEETS", "many")
    with pytest.raises(ValueError, match="DENOMINATOR_LIMIT_SHEETS is 'many'"):
        limits._configured()
    monkeypatch.delenv("DENOMINATOR_LIMIT_SHEETS")
    monkeypatch.setenv("DENOMINATOR_LIMIT_SHOTS", "7")
    with pytest.raises(ValueError, match="DENOMINATOR_LIMIT_SHEETS"):
        limits._configured()
