"""Finding a table by its headings, and saying what is missing if it is not there.

Belongs here: comparing headings without regard to case, spaces and order, anywhere near the top of
a sheet, and the nearest match for the message. Does not: which headings a publisher uses.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import Sheet

# Titles and notes stand above the headings; no publication seen has more than ten lines of them.
DEPTH = 40


@dataclass(frozen=True)
class Wanted:
    """A heading to look for: the `field` it fills, the `spellings` it has, whether it must be."""

    field: str
    spellings: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True)
class Found:
    """Where a table's headings are: the row in `Sheet.rows`, and a column number for each field.

    `headings` are all headings as printed, `unread` those that no field asked for.
    """

    row: int
    columns: Mapping[str, int]
    headings: tuple[str, ...]
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missing:
    """A row that is nearly the heading: what was expected and what was found, side by side."""

    row: int
    score: float
    absent: tuple[str, ...]
    pairs: tuple[tuple[str, str | None], ...] = field(default=())

    def side_by_side(self) -> str:
        """Expected and found headings in one sentence, the nearest match for each absent one."""
        wrong = [
            f"expected '{expected}', " + (f"nearest found '{near}'" if near else "found none like it")
            for expected, near in self.pairs
            if expected in self.absent
        ]
        right = [expected for expected, _ in self.pairs if expected not in self.absent]
        as_expected = f"; as expected: {', '.join(right)}" if right else ""
        return "; ".join(wrong) + as_expected


def normal(heading: str) -> str:
    """A heading without spaces and capitals: what two spellings of one heading share."""
    return "".join(heading.split()).casefold().lstrip("\ufeff")


def find(sheet: Sheet, wanted: Sequence[Wanted], depth: int = DEPTH) -> Found | Missing | None:
    """Look for a row that has every required heading, in any order, in the first `depth` rows.

    Returns where it is, or the row that comes nearest, or None if no row has any of the headings.
    Raises `FileProblem` (`column-repeated`) if a wanted heading stands twice in the row.
    """
    best: Missing | None = None
    spellings = [(item, tuple(normal(text) for text in item.spellings)) for item in wanted]
    for number, row in enumerate(sheet.rows[:depth]):
        cells = [normal(cell) for cell in row]
        columns = _columns(spellings, cells)
        absent = [item for item in wanted if item.required and item.field not in columns]
        if not absent:
            return _found(sheet, number, spellings, columns)
        near = _missing(number, wanted, columns, absent, row)
        if near and (best is None or near.score > best.score):
            best = near
    return best


def _columns(
    spellings: Sequence[tuple[Wanted, tuple[str, ...]]], cells: Sequence[str]
) -> dict[str, int]:
    columns = {}
    for item, names in spellings:
        for name in names:
            if name in cells:
                columns[item.field] = cells.index(name)
                break
    return columns


def _found(
    sheet: Sheet,
    number: int,
    spellings: Sequence[tuple[Wanted, tuple[str, ...]]],
    columns: dict[str, int],
) -> Found:
    row = sheet.rows[number]
    cells = [normal(cell) for cell in row]
    for item, names in spellings:
        at = [index for index, cell in enumerate(cells) if cell in names]
        if len(at) > 1:
            raise FileProblem(
                "column-repeated",
                f"{' and '.join(repr(row[index].strip()) for index in at)} both stand for "
                f"'{item.spellings[0]}'",
                sheet.place(number),
            )
    used = set(columns.values())
    unread = tuple(
        cell.strip() for index, cell in enumerate(row) if cell.strip() and index not in used
    )
    return Found(number, columns, tuple(cell.strip() for cell in row), unread)


def _missing(
    number: int,
    wanted: Sequence[Wanted],
    columns: Mapping[str, int],
    absent: Sequence[Wanted],
    row: Sequence[str],
) -> Missing | None:
    used = set(columns.values())
    left = [cell.strip() for index, cell in enumerate(row) if cell.strip() and index not in used]
    if not columns and len(left) < 2:
        return None  # a line of title or note
    pairs: list[tuple[str, str | None]] = []
    near_matches = 0
    for item in wanted:
        if item.field in columns:
            pairs.append((item.spellings[0], row[columns[item.field]].strip()))
        elif item in absent:
            near = nearest(item.spellings, left)
            near_matches += near is not None
            pairs.append((item.spellings[0], near))
    required = sum(item.required for item in wanted)
    hits = sum(item.required and item.field in columns for item in wanted)
    score = (hits + 0.5 * near_matches) / required
    if not score:
        return None
    return Missing(number, score, tuple(item.spellings[0] for item in absent), tuple(pairs))


def nearest(names: Sequence[str], candidates: Sequence[str]) -> str | None:
    """The candidate most like any of the names, or None if none is like them (difflib, 0.6)."""
    by_normal = {normal(candidate): candidate for candidate in candidates}
    scored = [
        (difflib.SequenceMatcher(None, normal(name), match).ratio(), by_normal[match])
        for name in names
        for match in difflib.get_close_matches(normal(name), by_normal, n=1)
    ]
    return max(scored)[1] if scored else None
