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
