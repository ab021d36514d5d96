"""CCS: HSCIC's community care statistics (RAP), the counts behind NI 130 and 1C to 2013-14.

Belongs here: knowing such a table when we see it, reading it, the rules its rows must keep.
Does not: what a measure means (dbt seeds), where rows are stored (landing), anything of Dagster.

The table has title lines, a header, one council a row, an England row (its code blank or
`England`), and footnotes. Counts are rounded to 5; `-` is above 0 and up to 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from dagster_project.formats.headings import Found, find, find_nearest, normal
from dagster_project.formats.sheets import Sheet
from dagster_project.formats.tokens import Kind, code_text
from dagster_project.sources.areas import by_code
from dagster_project.sources.model import AREA_LEVELS, LandedRow, derived, heading, measured, wanted
from dagster_project.sources.rules import (
    AREA_LEVEL_UNKNOWN,
    COUNCIL_UNKNOWN,
    WITHHOLD,
    cell_rules,
    council_duplicate,
    count_not_of_rounding,
    count_rules,
    name_unlike_register,
    not_above,
    numerator_above_denominator,
)
from dagster_project.sources.scale import count_above_population
from dagster_project.sources.shape import LINE_UNENDED, SHAPE_RULES
from dagster_project.sources.source import Context, Match, Near, Rows, TableSource, nearly
from dagster_project.sources.tables import memoised, read_rows, years_above
from dagster_project.sources.totals import counts_in_columns, totals_rules


class CcsRow(LandedRow):
    """The counts of one council, or of England."""

    area_code: str = heading("CASSR code")
    area_name: str = heading("Council")
    area_level: str = derived(AREA_LEVEL_UNKNOWN.id, isin=AREA_LEVELS, filled=True)
    users: float = measured("Users receiving community-based services", kind=Kind.DASHED)
    users_sds: float = measured("Users receiving self-directed support", kind=Kind.DASHED)
    users_dp: float = measured("Users receiving a direct payment", kind=Kind.DASHED)
    carers: float = measured("Carers receiving carer-specific services", kind=Kind.DASHED)
    carers_sds: float = measured("Carers receiving self-directed support", kind=Kind.DASHED)
    carers_dp: float = measured("Carers receiving a direct payment", kind=Kind.DASHED)


_COUNTS = ("users", "users_sds", "users_dp", "carers", "carers_sds", "carers_dp")


def recognise(sheet: Sheet) -> Match | Near | None:
    """Know the table by its eight headings."""
    found = find(sheet, wanted(CcsRow))
    if found:
        return Match("ccs", found)
    return nearly(sheet, find_nearest(sheet, wanted(CcsRow)))


def read(sheet: Sheet, match: Match, context: Context) -> Rows:
    """The councils and England; lines without a code and without counts are footnotes."""
    found = match.found
    rows = read_rows(sheet, found, match.layout, _is_row(found), years_above(sheet, found.row))
    columns = dict(rows.columns)
    codes = memoised(code_text, columns["area_code"])
    names = [name or "" for name in columns["area_name"]]
    england = [_is_england(*pair) for pair in zip(codes, names, strict=True)]
    columns["area_code"] = [
        None if is_it else code for code, is_it in zip(codes, england, strict=True)
    ]
    columns["area_level"] = ["england" if is_it else "council" for is_it in england]
    return replace(rows, columns=columns)


def _is_england(code: str, name: str) -> bool:
    if not code:
        return normal(name) in ("england", "totalengland")
    area = by_code(code)
    return area is not None and area.level == "england"


def _is_row(found: Found) -> Callable[[Sequence[str]], bool]:
    counts = [found.columns[name] for name in _COUNTS]
    code = found.columns["area_code"]

    def is_row(cells: Sequence[str]) -> bool:
        is_code = code_text(cells[code]).isdigit()
        return is_code or any(cells[at].strip() for at in counts)

    return is_row


RULES = [
    *SHAPE_RULES,
    AREA_LEVEL_UNKNOWN,
    COUNCIL_UNKNOWN,
    *count_rules(*_COUNTS),
    *cell_rules(*_COUNTS),
    count_above_population(*_COUNTS),
    # six counts stand in a row: one that cannot be right costs none of the others
    count_not_of_rounding("ccs", *_COUNTS, severity=WITHHOLD),
    council_duplicate("area_level", "area_code", content=[f"{name}_token" for name in _COUNTS]),
    numerator_above_denominator(
        not_above(
            ("users_sds", "users"),
            ("users_dp", "users_sds"),
            ("carers_sds", "carers"),
            ("carers_dp", "carers_sds"),
        )
    ),
    name_unlike_register(),
    *totals_rules("ccs", counts_in_columns(*_COUNTS)),
    LINE_UNENDED,
]

SOURCE = TableSource("ccs", CcsRow, RULES, recognise, read)
