"""Cells whose value alone misleads: errors, formulas without a result, percent, raised notes."""

from __future__ import annotations

import books
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.formats.cells import (
    NO_RESULT,
    letters,
    number_text,
    percent_format,
    percent_text,
    raised,
)
from dagster_project.formats.sheets import read_document

PERCENT = {"formats": ["0.0%"]}
NOTE = '<r><t>{}</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>{}</t></r>'
STYLES = (
    '<style:style style:name="T1" style:family="text">'
    '<style:text-properties style:text-position="super 58%"/></style:style>'
)


def in_xlsx(cell: str, **parts: list[str]) -> str:
    """What A1 becomes, beside a B1 that must stay as it is."""
    row = f'<row r="1">{cell}<c r="B1"><v>7</v></c></row>'
    ((only,),) = (
        [sheet.rows for sheet in read_document(books.xlsx({"Return": row}, **parts), "a").sheets],
    )
    assert only[0][1] == "7"
    return only[0][0]


def in_ods(cell: str, styles: str = "") -> str:
    row = (
        f"<table:table-row>{cell}"
        '<table:table-cell office:value-type="float" office:value="7"/></table:table-row>'
    )
    (sheet,) = read_document(books.ods({"Return": row}, styles), "a").sheets
    assert sheet.rows[0][1] == "7"
    return sheet.rows[0][0]


def shown(attributes: str, text: str) -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1" t="e"><v>#REF!</v></c>', "#REF!"),
        ("<c t='e' r='A1'><f>1/0</f><v>#DIV/0!</v></c>", "#DIV/0!"),
        ('<c r="A1" t="e"><f>1/0</f></c>', "#ERROR!"),
        ('<c r="A1"><f>B1+1</f></c>', NO_RESULT),
        ('<c r="A1"><f>B1+1</f><v></v></c>', NO_RESULT),
        ('<c r="A1"><f>B1+1</f><v/></c>', NO_RESULT),
        ('<c r="A1"><f t="shared" si="0"/></c>', NO_RESULT),
        # a formula whose result is an empty text is blank to a person too
        ('<c r="A1" t="str"><f>IF(B1=7,"",1)</f><v></v></c>', ""),
        ('<c r="A1"><f>B1+1</f><v>8</v></c>', "8"),
        ('<c r="A1"/>', ""),
        ('<c r="A1"><!-- <c t="e"> --><v>5</v></c>', "5"),
    ],
)
def test_an_error_and_a_formula_without_a_result_are_not_blank_in_xlsx(
    cell: str, text: str
) -> None:
    assert in_xlsx(cell) == text


def test_another_prefix_of_the_elements_hides_nothing() -> None:
    parts = books.xlsx_parts(["Return"], [""], [], [])
    parts["xl/worksheets/sheet1.xml"] = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:sheetData><x:row r="1"><x:c r="A1" t="e"><x:v>#N/A</x:v></x:c><x:c r="B1"><x:v>7</x:v>'
        "</x:c></x:row></x:sheetData></x:worksheet>"
    )
    (sheet,) = read_document(books.zipped(parts), "a.xlsx").sheets
    assert sheet.rows == [["#N/A", "7"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        # LibreOffice, Apache OpenOffice (an error stands as 0), Excel
        (
            shown(
                'table:formula="of:=[.#REF!]" office:value-type="string" office:string-value="" '
                'calcext:value-type="error"',
                "#REF!",
            ),
            "#REF!",
        ),
        (
            shown('table:formula="of:=1/0" office:value-type="float" office:value="0"', "#DIV/0!"),
            "#DIV/0!",
        ),
        (
            shown('table:formula="of:=1" office:value-type="float" office:value="0"', "Err:502"),
            "Err:502",
        ),
        (shown('office:value-type="string" office:string-value=""', "#N/A"), "#N/A"),
        ('<table:table-cell table:formula="of:=[.B1]"/>', NO_RESULT),
        (
            shown('table:formula="of:=[.B1]" office:value-type="float" office:value="7"', "7"),
            "7",
        ),
        ('<table:table-cell table:style-name="ce1"/>', ""),
        (shown('office:value-type="percentage" office:value="0.901"', "90%"), "90.1%"),
    ],
)
def test_what_a_person_sees_in_ods(cell: str, text: str) -> None:
    assert in_ods(cell) == text


def test_what_a_person_sees_in_xls() -> None:
    data = books.xls(
        [
            (0, 0, "number", 7.0),
            (1, 0, "error", 0x17),
            (2, 0, "error", 0x07),
            (3, 0, "error", 0x2A),
            (4, 0, "percent", 0.901),
            (5, 0, "raised", ("4751", 3)),
            (6, 0, "text", "475"),
        ],
        ["0.0%"],
    )
    (sheet,) = read_document(data, "a.xls").sheets
    assert [row[0] for row in sheet.rows] == [
        "7",
        "#REF!",
        "#DIV/0!",
        "#N/A",
        "90.1%",
        "475¹",
        "475",
    ]


def test_repeated_cells_of_ods_keep_their_places() -> None:
    error = shown('calcext:value-type="error" table:number-columns-repeated="2"', "#N/A")
    number = '<table:table-cell office:value-type="float" office:value="7"/>'
    rows = (
        '<table:table-row table:number-rows-repeated="2">'
        f'<table:table-cell table:number-columns-repeated="2"/>{error}{number}</table:table-row>'
        f"<table:table-row>{number}<table:covered-table-cell/>{error}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048573">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    first, second = read_document(books.ods({"a": rows, "b": rows}), "a.ods").sheets
    assert [row for row in first.rows if any(row)] == [
        ["", "", "#N/A", "#N/A", "7"],
        ["", "", "#N/A", "#N/A", "7"],
        ["7", "", "#N/A", "#N/A", ""],
    ]
    assert second.rows == first.rows


@pytest.mark.parametrize(
    ("stored", "text"),
    [("0.901", "90.1%"), ("0.28999999999999998", "29%"), ("1", "100%"), ("0", "0%")],
)
def test_a_percentage_is_what_a_person_sees(stored: str, text: str) -> None:
    assert in_xlsx(f'<c r="A1" s="1"><v>{stored}</v></c>', **PERCENT) == text


def test_a_format_that_only_adds_the_sign_does_not_scale() -> None:
    cell = '<c r="A1" s="1"><v>90.1</v></c>'
    assert in_xlsx(cell, formats=['0.0"%"']) == "90.1%"


@pytest.mark.parametrize(
    ("code", "scales"),
    [
        ("0%", True),
        ("0.00%;[Red]-0.00%", True),
        ('0.0"%"', False),
        (r"0.0\%", False),
        ("General", None),
        ('0" per cent"', None),
        ("#,##0", None),
        ('0;"%"', None),
    ],
)
def test_percent_formats(code: str, scales: bool | None) -> None:
    assert percent_format(code) is scales


def test_a_raised_note_is_not_glued_to_its_number() -> None:
    shared = '<c r="A1" t="s"><v>{}</v></c>'
    texts = ["<t>before</t>", NOTE.format("475", "1"), NOTE.format("1,234", "1"), "<t>475</t>"]
    assert in_xlsx(shared.format(1), texts=texts) == "475¹"
    assert in_xlsx(shared.format(2), texts=texts) == "1,234¹"
    assert in_xlsx(shared.format(3), texts=texts) == "475"
    inline = f'<c r="A1" t="inlineStr"><is>{NOTE.format("475", "note")}</is></c>'
    assert in_xlsx(inline) == "475ⁿᵒᵗᵉ"
    # what has no raised form of its own is put into brackets
    assert in_xlsx(shared.format(0), texts=[NOTE.format("475", "*")]) == "475 (*)"


def test_a_raised_note_is_not_glued_to_its_number_in_ods() -> None:
    cell = shown('office:value-type="string"', '475<text:span text:style-name="T1">1</text:span>')
    assert in_ods(cell, STYLES) == "475¹"
    assert in_ods(shown('office:value-type="string"', "475"), STYLES) == "475"


@given(st.integers(0, 10**9))
def test_a_whole_number_has_no_point(number: int) -> None:
    assert number_text(float(number)) == str(number)


@given(st.decimals(-(10**6), 10**6, places=6).map(float))
def test_fifteen_digits_are_kept_and_noise_is_not(value: float) -> None:
    assert float(number_text(value)) == value
    assert "e" not in number_text(value)
    assert percent_text(value).endswith("%")
    assert abs(float(percent_text(value)[:-1]) - 100 * value) < 1e-6


def test_noise_beyond_fifteen_digits_is_no_digit() -> None:
    assert number_text(0.1 + 0.2) == "0.3"
    assert number_text(3729.0000000000005) == "3729"
    assert number_text(90.10000000000001) == "90.1"
    assert number_text(1e-7) == "0.0000001"


def test_names_of_columns() -> None:
    assert [letters(at) for at in (0, 25, 26, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
    assert raised(" ") == " "
