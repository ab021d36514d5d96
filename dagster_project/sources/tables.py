"""Taking the rows out of a table once its headings are found.

Belongs here: which lines below the headings are rows and which are notes, lines that have too many
cells or too few or lack their end, and the years that titles name. Does not: what a column means.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from dagster_project.formats.headings import Found
from dagster_project.formats.sheets import Sheet
from dagster_project.sources.source import Rows, Shape

_YEAR = re.compile(
    r"\b(20\d\d)\s*(?:[-\u2013/]|to)\s*(20)?(\d\d)\b(?!\s*[-\u2013/]\s*\d)", re.IGNORECASE
)
_IN = TypeVar("_IN")
_OUT = TypeVar("_OUT")


def years_in(text: str) -> frozenset[str]:
    """The financial years a text names: `2012-13`, `2012/13`, `2012-2013`, `2012 to 2013`."""
    return frozenset(
        f"{first}-{last}"
        for first, _, last in _YEAR.findall(text)
        if (int(first) + 1) % 100 == int(last)
    )


def years_above(sheet: Sheet, row: int) -> frozenset[str]:
    """The financial years named in the lines above a row."""
    return frozenset().union(*(years_in(cell) for line in sheet.rows[:row] for cell in line))


def memoised(function: Callable[[_IN], _OUT], values: Iterable[_IN]) -> list[_OUT]:
    """A function over many values of which most repeat."""
    known: dict[_IN, _OUT] = {}
    result = []
    for value in values:
        if value not in known:
            known[value] = function(value)
        result.append(known[value])
    return result


def stripped(text: str | None) -> str | None:
    """A text without blanks around it; None if nothing is left."""
    return (text or "").strip() or None


def body(
    sheet: Sheet, found: Found, is_row: Callable[[Sequence[str]], bool]
) -> tuple[list[int], list[Sequence[str]]]:
    """The rows below the headings: their numbers in the sheet, and their cells, none too few.

    Blank lines are no rows, and neither is a line for which `is_row` is false.
    """
    width = len(found.headings)
    numbers: list[int] = []
    cells: list[Sequence[str]] = []
    for number in range(found.row + 1, len(sheet.rows)):
        row = sheet.rows[number]
        if len(row) < width:
            row = [*row, *[""] * (width - len(row))]
        if is_row(row):
            numbers.append(number)
            cells.append(row)
    return numbers, cells


# From so many rows of the same length on, the length is a habit of the program that wrote the file.
# Excel, for one, leaves out the trailing blank cells of sixteen lines together.
HABIT = 3


def shape(
    sheet: Sheet,
    found: Found,
    numbers: Sequence[int],
    texts: Collection[str] = (),
    read: Collection[int] = (),
) -> Shape:
    """Which of the rows with these numbers in the sheet do not fit the headings.

    A cell that is lost or doubled shifts all that follow, so a row of another length than the
    headings fits only if the difference is a habit of the file, and lies at the end: blank cells
    beyond the headings, or missing cells of `texts` or of columns that are blank wherever they are
    there. A workbook pads every row.
    `read` are the columns of figures that no field of `found` names.
    """
    if sheet.name is not None:
        return Shape()
    width = len(found.headings)
    lengths = Counter(len(sheet.rows[number]) for number in numbers)
    habits = {
        length for length, rows in lengths.items() if rows >= HABIT or rows == len(numbers) > 1
    }
    named = (at for name, at in found.columns.items() if name not in texts)
    needed = 1 + max([*named, *read])
    full = [row for row in (sheet.rows[number] for number in numbers) if len(row) >= width]
    least = width
    while least > 0 and _may_lack(least - 1, found, texts, full, read):
        least -= 1
    long, short = set(), set()
    for index, number in enumerate(numbers):
        row = sheet.rows[number]
        if len(row) < width and not (len(row) in habits and len(row) >= least):
            short.add(index)
        elif len(row) > width and not (
            len(row) in habits and not any(cell.strip() for cell in row[width:])
        ):
            long.add(index)
    last_is_row = bool(numbers) and numbers[-1] == len(sheet.rows) - 1
    is_cut = sheet.unended and last_is_row and not sheet.closed
    # a row that goes on behind the last figure read has that figure whole
    cut = {len(numbers) - 1} if is_cut and len(sheet.rows[-1]) <= needed else set()
    return Shape(frozenset(long), frozenset(short), frozenset(cut), unended=sheet.unended)


def _may_lack(
    at: int,
    found: Found,
    texts: Collection[str],
    full: Sequence[Sequence[str]],
    read: Collection[int],
) -> bool:
    """Whether a column at the end may be left out of a row: a text, or nothing in any row."""
    field = next((name for name, column in found.columns.items() if column == at), None)
    if field is not None or at in read:
        return field in texts
    is_named = bool(found.headings[at])
    return (not is_named or bool(full)) and not any(row[at].strip() for row in full)


def more_than_a_note(cells: Sequence[str]) -> bool:
    """Whether a line has more than one filled cell; a line with one is a note."""
    # most lines have both of these, and there are hundreds of thousands of lines
    if cells[0].strip() and len(cells) > 1 and cells[1].strip():
        return True
    return sum(1 for cell in cells if cell.strip()) > 1


def unread_note(headings: int) -> str:
    """How many headings no field asked for; they may be anybody's words and are not quoted."""
    if not headings:
        return ""
    return f"{headings} heading{'' if headings == 1 else 's'} not read"


def read_rows(
    sheet: Sheet,
    found: Found,
    layout: str,
    is_row: Callable[[Sequence[str]], bool],
    years: frozenset[str] = frozenset(),
    texts: Collection[str] = (),
) -> Rows:
    """The rows of a plain table, one field for each heading found, nothing changed in them.

    `texts` are the fields of free text, which may be left out at the end of a row.
    """
    numbers, cells = body(sheet, found, is_row)
    return Rows(
        layout=layout,
        columns={name: [row[at] for row in cells] for name, at in found.columns.items()},
        places=[sheet.place(number) for number in numbers],
        headings=found.headings,
        cells=cells,
        shape=shape(sheet, found, numbers, texts),
        years=years,
        note=unread_note(len(found.unread)),
    )
