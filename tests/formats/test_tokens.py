"""What the text of a cell stands for."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.formats.tokens import (
    STATUSES,
    Kind,
    code_text,
    read_cell,
    read_date,
    read_number,
    read_whole,
)

MARKS = {
    "[c]": "suppressed",
    "c": "suppressed",
    "[x]": "not_available",
    ":": "not_available",
    "..": "not_available",
    "-": "not_available",
    "[z]": "not_applicable",
    "": "blank",
    " ": "blank",
}
PAD = st.text(" \t\u00a0", max_size=3)


@pytest.mark.parametrize(("token", "status"), MARKS.items())
@pytest.mark.parametrize("kind", list(Kind))
def test_a_mark_is_a_status_and_no_value(token: str, status: str, kind: Kind) -> None:
    reading = read_cell(token, kind)
    if token == "-" and kind is Kind.DASHED:
        assert (reading.status, reading.lower, reading.upper) == ("range", 1, 5)
    else:
        assert (reading.status, reading.lower, reading.upper) == (status, None, None)
    assert reading.value is None
    assert reading.problem is None


@given(st.sampled_from(sorted(MARKS)), PAD, PAD, st.sampled_from(list(Kind)))
def test_a_mark_with_blanks_around_it_is_never_a_number(
    token: str, before: str, after: str, kind: Kind
) -> None:
    reading = read_cell(before + token + after, kind)
    assert reading.value is None
    assert reading.status is not None


@given(st.text(max_size=20), st.sampled_from(list(Kind)))
def test_any_text_has_a_value_or_a_status_and_zero_is_only_a_printed_zero(
    text: str, kind: Kind
) -> None:
    reading = read_cell(text, kind)
    assert (reading.value is None) != (reading.status is None)
    assert reading.status is None or reading.status in STATUSES
    assert reading.value is None or math.isfinite(reading.value)
    if reading.value == 0:
        assert "0" in text
    if reading.value is not None and kind in (Kind.COUNT, Kind.DASHED):
        assert reading.value >= 0
        assert reading.value.is_integer()


@given(st.integers(0, 10**9), PAD)
def test_a_printed_count_is_that_count(number: int, pad: str) -> None:
    for text in (str(number), f"{number:,}", f"{number}.0", pad + str(number) + pad):
        assert read_cell(text, Kind.COUNT).value == number


@pytest.mark.parametrize(
    ("text", "kind", "problem"),
    [
        ("c.450", Kind.COUNT, "unreadable"),
        ("about 450", Kind.COUNT, "unreadable"),
        ("1,23", Kind.COUNT, "unreadable"),
        ("12,3456", Kind.COUNT, "unreadable"),
        ("1e3", Kind.COUNT, "unreadable"),
        ("nan", Kind.COUNT, "unreadable"),
        ("inf", Kind.LENIENT, None),
        ("9" * 400, Kind.COUNT, "unreadable"),
        ("٣", Kind.COUNT, "unreadable"),
        ("n/a", Kind.COUNT, "unreadable"),
        ("£450", Kind.COUNT, "unreadable"),
        ("65%", Kind.COUNT, "percentage"),
        ("65 %", Kind.DASHED, "percentage"),
        ("%", Kind.COUNT, "unreadable"),
        ("-5", Kind.COUNT, "negative"),
        ("-5.5", Kind.COUNT, "negative"),
        ("12.5", Kind.COUNT, "fractional"),
        ("0.65", Kind.COUNT, "fractional"),
        ("-1", Kind.AMOUNT, "negative"),
        ("5k", Kind.AMOUNT, "unreadable"),
        ("-1", Kind.RATE, "negative"),
        ("high", Kind.RATE, "unreadable"),
        ("high", Kind.FIGURE, "unreadable"),
        ("high", Kind.LENIENT, None),
    ],
)
def test_what_is_wrong_with_a_text(text: str, kind: Kind, problem: str | None) -> None:
    reading = read_cell(text, kind)
    assert (reading.value, reading.status, reading.problem) == (None, "unreadable", problem)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("£1,234.50", Kind.AMOUNT, 1234.5),
        ("65%", Kind.RATE, 65),
        ("29.2", Kind.RATE, 29.2),
        ("-16.74", Kind.FIGURE, -16.74),
        ("-1.5", Kind.LENIENT, -1.5),
        ("0", Kind.DASHED, 0),
    ],
)
def test_kinds_differ(text: str, kind: Kind, value: float) -> None:
    assert read_cell(text, kind).value == value


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.DASHED, Kind.AMOUNT])
@given(st.integers(1, 999), st.lists(st.integers(0, 999), min_size=1, max_size=3))
def test_thousands_with_stops_are_never_a_number(kind: Kind, first: int, groups: list[int]) -> None:
    text = ".".join([str(first), *(f"{group:03}" for group in groups)])
    for each in (text, f"{text},5"):
        reading = read_cell(each, kind)
        assert (reading.value, reading.status, reading.problem) == (None, "unreadable", "ambiguous")


def test_a_stop_that_parts_no_thousands_is_a_point() -> None:
    assert read_cell("3729.000", Kind.COUNT).value == 3729
    assert read_cell("0.000", Kind.COUNT).value == 0
    assert read_cell("1.000", Kind.RATE).value == 1


@given(st.integers(1000, 10**12), st.sampled_from("\u00a0\u2009\u202f"))
def test_thousands_with_blanks_that_do_not_break_are_that_number(number: int, blank: str) -> None:
    assert read_cell(f"{number:,}".replace(",", blank), Kind.COUNT).value == number


@given(st.integers(1000, 10**12), st.sampled_from(" '\u2019`"))
def test_thousands_with_any_other_mark_are_unreadable(number: int, mark: str) -> None:
    assert read_cell(f"{number:,}".replace(",", mark), Kind.COUNT).problem == "unreadable"


@given(
    st.integers(0, 10**9),
    st.sampled_from(["¹", "²³", "ᵃ", "*", " *", "†", " (1)", "[2]", " [note 3]", "(a)", " (*)"]),
)
def test_a_note_beside_a_number_is_no_digit_of_it(number: int, note: str) -> None:
    for text in (f"{number}{note}", f"{number:,}{note}"):
        reading = read_cell(text, Kind.COUNT)
        assert (reading.value, reading.status, reading.problem) == (number, None, "noted")


@pytest.mark.parametrize("text", ["1,2341", "475 1", "12 (34%)", "475.1¹", "¹", "1.000¹", "65%¹"])
def test_what_may_be_another_number_is_no_number(text: str) -> None:
    reading = read_cell(text, Kind.COUNT)
    assert reading.value is None
    assert reading.problem in ("unreadable", "fractional", "ambiguous", "percentage")


@pytest.mark.parametrize(
    "sign", ["*", "**", "†", "‡", "#", "~", "\u2013", "[u]", "[low]", "?", "§§"]
)
def test_a_sign_in_place_of_a_number_is_known_as_one(sign: str) -> None:
    for kind in (Kind.COUNT, Kind.DASHED, Kind.AMOUNT, Kind.RATE):
        reading = read_cell(sign, kind)
        assert (reading.value, reading.status, reading.problem) == (None, "unreadable", "sign")


@pytest.mark.parametrize("text", ["#REF!", "#N/A", "n/a", "see note", "'", "£", "1*2", "(475)"])
def test_a_text_is_no_sign(text: str) -> None:
    assert read_cell(text, Kind.COUNT).problem == "unreadable"


def test_doubles_with_seventeen_digits_are_numbers() -> None:
    assert read_cell("90.10000000000001", Kind.RATE).value == 90.1
    assert read_cell("0.30000000000000004", Kind.RATE).value == 0.3
    assert read_cell("18.399999999999999", Kind.RATE).value == 18.4
    assert read_cell("3729.0000000000005", Kind.COUNT).value == 3729
    assert read_cell("3729.5000000000005", Kind.COUNT).problem == "fractional"


def test_no_cell_is_not_a_blank_cell() -> None:
    assert read_cell(None, Kind.COUNT).status == "not_collected"


@pytest.mark.parametrize(
    ("text", "code"),
    [("102", "102"), ("102.0", "102"), (" 102 ", "102"), ("Z9D4Z", "Z9D4Z"), (None, "")],
)
def test_codes_survive_a_spreadsheet(text: str | None, code: str) -> None:
    assert code_text(text) == code


def test_a_fraction_is_no_code_and_stays() -> None:
    assert code_text("102.5") == "102.5"


def test_dates() -> None:
    assert read_date("2013-03-31") == dt.date(2013, 3, 31)
    assert read_date(" 2013-03-31 00:00:00 ") == dt.date(2013, 3, 31)
    assert read_date("") is None
    for text in ("31/03/2013", "2013-02-30", "41364", "March 2013"):
        with pytest.raises(ValueError, match=r"\S"):
            read_date(text)


def test_whole_numbers_and_numbers() -> None:
    assert read_whole("1,000") == 1000
    assert read_whole(" ") is None
    assert read_number("0.1") == 0.1
    assert read_number(None) is None
    for text in ("1.5", "c", "many", str(2**31)):
        with pytest.raises(ValueError, match="whole"):
            read_whole(text)
    with pytest.raises(ValueError, match="not a number"):
        read_number("c")
