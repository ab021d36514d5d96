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
_LIKELIEST = 3
# So many characters of a heading may be misspelt, and so many headings make a line of headings.
_MISSPELT = 2
_HEADINGS_AT_LEAST = 2


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
            f"expected '{expected}', "
            + (f"nearest found '{near}'" if near else "found none like it")
            for expected, near in self.pairs
            if expected in self.absent
        ]
        right = [expected for expected, _ in self.pairs if expected not in self.absent]
        as_expected = f"; as expected: {', '.join(right)}" if right else ""
        return "; ".join(wrong) + as_expected


def normal(heading: str) -> str:
    """A heading without spaces, underscores and capitals: what two spellings of one share."""
    return "".join(heading.replace("_", " ").split()).casefold().lstrip("\ufeff")


def find(sheet: Sheet, wanted: Sequence[Wanted], depth: int = DEPTH) -> Found | None:
    """Look for a row that has every required heading, in any order, in the first `depth` rows.

    Raises `FileProblem` (`column-repeated`) if a wanted heading stands twice in the row.
    """
    spellings = _spellings(wanted)
    for number, row in enumerate(sheet.rows[:depth]):
        columns = _columns(spellings, [normal(cell) for cell in row])
        if all(item.field in columns for item in wanted if item.required):
            return _found(sheet, number, spellings, columns)
    return None


def find_nearest(sheet: Sheet, wanted: Sequence[Wanted], depth: int = DEPTH) -> Missing | None:
    """The row that comes nearest to having every required heading, None if no row comes near.

    Looking for near matches is slow, so it is done for the likeliest rows only, and only by those
    who need to word an error.
    """
    spellings = _spellings(wanted)
    rows = []
    for number, row in enumerate(sheet.rows[:depth]):
        columns = _columns(spellings, [normal(cell) for cell in row])
        filled = sum(1 for cell in row if cell.strip())
        if columns or filled > 1:  # else a line of title or note
            rows.append((len(columns), filled, number, columns))
    likeliest = sorted(rows, key=lambda each: (-each[0], -each[1], each[2]))[:_LIKELIEST]
    nears = [
        _missing(number, wanted, columns, sheet.rows[number]) for _, _, number, columns in likeliest
    ]
    return max((near for near in nears if near.score), key=lambda near: near.score, default=None)


def _spellings(wanted: Sequence[Wanted]) -> list[tuple[Wanted, tuple[str, ...]]]:
    return [(item, tuple(normal(text) for text in item.spellings)) for item in wanted]


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
    number: int, wanted: Sequence[Wanted], columns: Mapping[str, int], row: Sequence[str]
) -> Missing:
    used = set(columns.values())
    left = [cell.strip() for index, cell in enumerate(row) if cell.strip() and index not in used]
    absent = [item for item in wanted if item.required and item.field not in columns]
    pairs: list[tuple[str, str | None]] = []
    for item in wanted:
        if item.field in columns:
            pairs.append((item.spellings[0], row[columns[item.field]].strip()))
        elif item in absent:
            pairs.append((item.spellings[0], like(item.spellings, left)))
    required = [item for item in wanted if item.required]
    hits = len(required) - len(absent)
    names = {item.spellings[0] for item in absent}
    near_matches = sum(near is not None for expected, near in pairs if expected in names)
    # a row that has few of the headings may be a person's record: then no cell of it is quoted
    is_heading = hits >= _HEADINGS_AT_LEAST and hits * 3 >= len(required)
    pairs = [
        (expected, near if expected not in names or (is_heading and near) else None)
        for expected, near in pairs
    ]
    score = (hits + 0.5 * near_matches) / len(required)
    return Missing(number, score, tuple(item.spellings[0] for item in absent), tuple(pairs))


def like(names: Sequence[str], candidates: Sequence[str]) -> str | None:
    """The candidate nearest to any of the names, None if it holds more than a name misspelt.

    What stands in an unknown file may be a person's own and is never quoted. So a text is shown
    only if all of it but a few characters is in the known name, in its order.
    """
    near = nearest(names, candidates)
    if near is None:
        return None
    text = normal(near)
    known = max(
        sum(block.size for block in _matcher(normal(name), text).get_matching_blocks())
        for name in names
    )
    return near if len(text) - known <= min(_MISSPELT, len(text) // 5) else None


def _matcher(name: str, text: str) -> difflib.SequenceMatcher[str]:
    return difflib.SequenceMatcher(None, name, text, autojunk=False)


def counted(rows: Sequence[Sequence[str]], known: Sequence[Wanted], depth: int = DEPTH) -> str:
    """How many columns a table has and how many of them are known, for a table nobody knows."""
    names = {normal(text) for item in known for text in item.spellings}
    best = max(
        rows[:depth],
        key=lambda row: (sum(normal(cell) in names for cell in row), len(row)),
        default=[],
    )
    filled = [cell for cell in best if cell.strip()]
    hits = sum(normal(cell) in names for cell in filled)
    columns = "1 column" if len(filled) == 1 else f"{len(filled)} columns"
    return f"{columns}, {hits or 'none'} known"


def nearest(names: Sequence[str], candidates: Sequence[str]) -> str | None:
    """The candidate most like any of the names, or None if none is like them (difflib, 0.6)."""
    by_normal = {normal(candidate): candidate for candidate in candidates}
    scored = [
        (difflib.SequenceMatcher(None, normal(name), match).ratio(), by_normal[match])
        for name in names
        for match in difflib.get_close_matches(normal(name), by_normal, n=1)
    ]
    return max(scored)[1] if scored else None
