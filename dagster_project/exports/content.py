"""What is in a workbook, whatever program writes it.

Belongs here: cover, worksheets, headings and cells as plain values, and what a cell may hold.
Does not: which tables (`sheets`), any file format (`xlsx`, `ods`).

A worksheet is laid out as the Government Analysis Function asks: everything in column A from the
top, one line a row (title, what to mind, what the signs mean, source, what is not here), then one
table without an empty cell.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

LONGEST_SHEET = 1_048_576
"""Rows of a worksheet."""

LONGEST_CELL = 32_767
"""Characters of a cell."""

COVER_WIDTH = 85
"""Of the cover's one column, in characters."""

LINE_HEIGHT = 16
NO_TIME = datetime(1980, 1, 1)
"""When a workbook was made, as far as it says: the first day that a zip archive can have. The same
release gives the same bytes whenever it is exported."""
"""Of a line of text, in points."""

MOST_LINES = 25
"""A row is not made higher: that is what a screen holds, and a row of Excel."""

_LETTER = 1.1
"""How wide a letter of 12 points is, in the characters that a column's width is counted in."""

_CAPITAL = 1.3
"""How wide a capital is, likewise."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""


@dataclass(frozen=True)
class Link:
    """A cell that leads to another worksheet."""

    sheet: str


Cell = str | int | float | date | Link


class Look(Enum):
    """How the values of a column look; a value itself is never rounded."""

    TEXT = "text"
    DATE = "date"
    WHOLE = "whole"
    COUNT = "count"
    ONE_PLACE = "one place"
    TWO_PLACES = "two places"
    THREE_PLACES = "three places"

    @property
    def is_number(self) -> bool:
        """Whether figures stand in the column, to the right."""
        return self not in (Look.TEXT, Look.DATE)


@dataclass(frozen=True)
class Heading:
    """A column of a worksheet: its words, line by line, its look, and its width in characters."""

    lines: tuple[str, ...]
    look: Look
    width: int

    @property
    def text(self) -> str:
        """All lines, as the cell holds them."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Sheet:
    """A worksheet with one table."""

    label: str
    table_name: str
    title: str
    subtitles: tuple[str, ...]
    instructions: str
    legend: tuple[str, ...]
    source: str
    scope: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def heading_lines(self) -> int:
        """How many lines the row of headings takes."""
        return max(_lines(heading.text, heading.width) for heading in self.headings)

    def lines(self, row: Sequence[Cell]) -> int:
        """How many lines a row of the table takes."""
        return max(
            (
                _lines(cell, heading.width)
                for cell, heading in zip(row, self.headings, strict=True)
                if isinstance(cell, str) and heading.look is Look.TEXT
            ),
            default=1,
        )

    @property
    def above(self) -> tuple[str, ...]:
        """The lines between the title and the table, in their order."""
        lines = (*self.subtitles, self.instructions, *self.legend, self.source, self.scope)
        return tuple(line for line in lines if line)


@dataclass(frozen=True)
class Cover:
    """The first worksheet: a title, and paragraphs under two headings."""

    title: str
    introduction: tuple[str, ...]
    about: tuple[str, ...]

    @property
    def parts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Headings, in the words that gptables has for them, with their paragraphs."""
        return (
            ("Introductory information", self.introduction),
            ("About these data", self.about),
        )

    @property
    def lines(self) -> tuple[int, ...]:
        """How many lines each row takes, from the title down."""
        texts = [text for heading, paragraphs in self.parts for text in (heading, *paragraphs)]
        large = math.floor(COVER_WIDTH / 1.5)
        return (_lines(self.title, large), *(_lines(text, COVER_WIDTH) for text in texts))


@dataclass(frozen=True)
class Workbook:
    """A whole workbook; `sheets` begin with contents and notes."""

    title: str
    cover: Cover
    sheets: tuple[Sheet, ...]


def room(characters: int) -> int:
    """The width of a column that holds so many characters on a line."""
    return math.ceil(characters * _CAPITAL) + 1


def _lines(text: str, width: int) -> int:
    """How many lines a text takes when it is wrapped. Programs do not agree on it: none too few."""
    lines = sum(max(1, math.ceil(len(line) * _LETTER / width)) for line in text.split("\n"))
    return min(lines, MOST_LINES)


def printable(text: str, where: str) -> str:
    """Text as a cell can hold it. What cannot be shown is named and never left out in silence.

    A tab is shown as a blank, which is all that OpenDocument's programs make of it, and every kind
    of line break as the same one.

    Text without a letter or a digit stands in quotation marks: nobody hears or sees it otherwise.
    So does what a publisher printed in square brackets, which would be taken for a sign of ours.
    """
    if len(text) > LONGEST_CELL:
        return f"{len(text):,} characters, more than a cell holds: see {where} in the CSV"
    plain = re.sub("\r\n?", "\n", text.replace("\t", " "))
    shown = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", plain)
    heard = any(map(str.isalnum, shown)) and not shown.startswith("[")
    return shown if heard else f'"{shown}"'
