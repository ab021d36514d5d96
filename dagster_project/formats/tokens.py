"""What the text of a cell stands for: a number, a mark, a code, a date.

Belongs here: reading a cell's text without ever guessing, the marks that statistics put in place of
a number, and what is wrong with a text that is none of these. Does not: which column holds what.

A mark never becomes a number: `[c]`, `:`, `..` and a blank have a status and no value, and a zero
is only ever a printed zero.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from enum import StrEnum

# GSS and NHS Digital marks. `[x]` has two meanings in ASCOF 2020-21, no return and not calculable;
# both are "not available". `-` stands for a range only where its publisher says so: Kind.DASHED.
_MARKS = {
    "": "blank",
    "[c]": "suppressed",
    "c": "suppressed",
    "[x]": "not_available",
    ":": "not_available",
    "..": "not_available",
    "-": "not_available",
    "[z]": "not_applicable",
}
STATUSES = (
    "suppressed",
    "not_available",
    "not_applicable",
    "range",
    "blank",
    "not_collected",
    "unreadable",
)
# "- means greater than 0 and less than or equal to 5": PSS-EX1 2009-10, note to the table
_DASH_RANGE = (1.0, 5.0)
# Fifteen digits are what a spreadsheet keeps. More before the point would not survive as a number;
# more after it are the noise of a double (18.399999999999999), and are rounded away.
_DIGITS = 15
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,25})?", re.ASCII)
# Thousands parted by a stop: 1.000 is a thousand in Germany and one in England.
_STOPPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", re.ASCII)
# Thousands parted by a blank that does not break: no other meaning is known.
_SPACED = re.compile(r"\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?:\.\d+)?", re.ASCII)
_NOT_BREAKING = str.maketrans("", "", "\u00a0\u2009\u202f")
_NO_WIDTH = str.maketrans("", "", "\u200b\u2060\ufeff")
# A note after a number: raised, in brackets, or a mark that no number has.
_NOTED = re.compile(
    r"(?P<number>[\d.,]*\d%?)\s*(?:[\u00b9\u00b2\u00b3\u2070-\u207f\u1d43-\u1dbb\u02b0-\u02e3]+"
    r"|[*\u2020\u2021\u00a7#~^]{1,3}"
    r"|(?:\((?:note\s*)?(?:\d{1,2}|[a-z]|[*\u2020\u2021\u00a7#~]{1,3})\)"
    r"|\[(?:note\s*)?(?:\d{1,2}|[a-z])\]))",
    re.ASCII | re.IGNORECASE,
)
# A short sign in place of a number: `*`, `**`, `[u]`, `~`, a dagger. It says that the publisher has
# no figure here, if not why; a text (`n/a`, `see note`, `#REF!`) may hide one.
_SIGN = re.compile(
    r"[^\w\s%\u00a3$\u20ac+\u2212.,()'\"/\\-]{1,3}|\u2013|\u2014|\[[a-z]{1,3}\]", re.IGNORECASE
)
_WHOLE_AS_FRACTION = re.compile(r"(\d+)\.0+", re.ASCII)
_APOSTROPHES = re.compile("['\u2018\u2019`]")
_BETWEEN = re.compile(r"[\W_]+")
_LARGEST_WHOLE = 2**31 - 1


class Kind(StrEnum):
    """What a cell should hold, and so what is wrong with it if it does not."""

    COUNT = "count"  # people: whole and not negative
    DASHED = "dashed"  # people, where `-` stands for 1 to 5
    AMOUNT = "amount"  # pounds: not negative, pence allowed
    RATE = "rate"  # percent: a percent sign is allowed
    FIGURE = "figure"  # any number
    LENIENT = "lenient"  # any number, and nothing is wrong with a text that is none


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell read: a value, or a status in its place, or a problem with its text.

    `lower` and `upper` are there only for a mark that stands for a range. `problem` is one of
    unreadable, percentage, negative, fractional, ambiguous, sign; the status is then `unreadable`.
    Or it is noted: the value stands, and a note beside it was left out.
    """

    value: float | None = None
    status: str | None = None
    lower: float | None = None
    upper: float | None = None
    problem: str | None = None


_COUNTED = (Kind.COUNT, Kind.DASHED, Kind.AMOUNT)
_MEASURED = (*_COUNTED, Kind.RATE)
_NOT_COLLECTED = Reading(status="not_collected")


def read_cell(text: str | None, kind: Kind) -> Reading:
    """Read the text of a cell that should hold a number of some kind.

    Blanks around it and thousands commas are allowed, `£` before an amount, `%` after a rate. None
    means that the file has no such cell. Nothing is raised: what is wrong is the `problem`.
    """
    if text is None:
        return _NOT_COLLECTED
    bare = text.translate(_NO_WIDTH).strip()
    if bare == "-" and kind is Kind.DASHED:
        return Reading(None, "range", *_DASH_RANGE)
    status = _MARKS.get(bare)
    if status:
        return Reading(status=status)
    reading = _number(bare, kind)
    return reading if reading.problem != "unreadable" else _noted(bare, kind)


def _noted(bare: str, kind: Kind) -> Reading:
    """A text that is no number: one with a note, a sign in its place, or unreadable."""
    noted = _NOTED.fullmatch(bare) if kind in _MEASURED else None
    if noted:
        reading = _number(noted["number"], kind)
        return reading if reading.problem else replace(reading, problem="noted")
    return _problem("sign" if kind in _MEASURED and _SIGN.fullmatch(bare) else "unreadable", kind)


def _number(bare: str, kind: Kind) -> Reading:
    if kind is Kind.AMOUNT:
        bare = bare.removeprefix("£").lstrip()
    if bare.endswith("%"):
        if not _NUMBER.fullmatch(bare[:-1].rstrip()):
            return _problem("unreadable", kind)
        if kind is not Kind.RATE:
            return _problem("percentage", kind)
        bare = bare[:-1].rstrip()
    if _SPACED.fullmatch(bare):
        bare = bare.translate(_NOT_BREAKING)
    if kind in _COUNTED and _STOPPED.fullmatch(bare):
        return _problem("ambiguous", kind)
    if not _NUMBER.fullmatch(bare):
        return _problem("unreadable", kind)
    value = _rounded(bare.replace(",", ""))
    if value < 0 and kind not in (Kind.FIGURE, Kind.LENIENT):
        return _problem("negative", kind)
    if kind in (Kind.COUNT, Kind.DASHED) and not value.is_integer():
        return _problem("fractional", kind)
    return Reading(value=value)


def _rounded(digits: str) -> float:
    value = float(digits)
    return float(format(value, f".{_DIGITS}g")) if len(digits) > _DIGITS else value


def _problem(problem: str, kind: Kind) -> Reading:
    return Reading(status="unreadable", problem=None if kind is Kind.LENIENT else problem)


def code_text(text: str | None) -> str:
    """A code as text: without blanks around it, and `102` where a spreadsheet made it `102.0`."""
    bare = (text or "").strip()
    whole = _WHOLE_AS_FRACTION.fullmatch(bare)
    return whole.group(1) if whole else bare


def word_code(text: str | None) -> str:
    """A word as the code it stands for: `A lot better` is `a_lot_better`, `Don't know` `dont_know`.

    Lower case, apostrophes dropped, whatever else is neither letter nor digit to `_`; blanks and
    stops at the ends say nothing.
    """
    return _BETWEEN.sub("_", _APOSTROPHES.sub("", (text or "").casefold())).strip("_")


def read_date(text: str | None) -> dt.date | None:
    """An ISO date, a time of midnight after it allowed.

    Raises `ValueError` for a text that is neither blank nor such a date.
    """
    bare = (text or "").strip()
    if not bare:
        return None
    return dt.date.fromisoformat(bare.removesuffix(" 00:00:00").removesuffix("T00:00:00"))


def read_whole(text: str | None) -> int | None:
    """A whole number of 31 bits, thousands commas allowed; `ValueError` for any other text."""
    reading = read_cell(text, Kind.COUNT)
    missing = reading.value is None and reading.status not in ("blank", "not_collected")
    if missing or (reading.value or 0) > _LARGEST_WHOLE:
        raise ValueError(f"{text!r} is not a whole number")
    return None if reading.value is None else int(reading.value)


def read_number(text: str | None) -> float | None:
    """Any number, thousands commas allowed. Raises `ValueError` for any other text."""
    reading = read_cell(text, Kind.FIGURE)
    if reading.value is None and reading.status not in ("blank", "not_collected"):
        raise ValueError(f"{text!r} is not a number")
    return reading.value
