"""PSS-EX1: activity by council, of the NHS Information Centre and HSCIC, 2008-09 to 2013-14.

Belongs here: knowing such a table when we see it, reading it, the rules its rows must keep.
Does not: what a measure means (dbt seeds), where rows are stored (landing), anything of Dagster.

Wide tables with stacked headings above a line of item codes, then one council a row, then England.
One column is read: people of all ages on a direct payment at 31 March. It is found by its heading:
the item code moved (A4.18 is day care in 2009-10, and direct payments in 2011-12). In 2009-10 and
2010-11 the heading counts personal budgets too, so that is another series.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pandas as pd

from dagster_project.formats.headings import Found, like, normal
from dagster_project.formats.sheets import Sheet
from dagster_project.formats.tokens import Kind, code_text
from dagster_project.sources.model import AREA_LEVELS, LandedRow, derived, measured
from dagster_project.sources.rules import (
    AREA_LEVEL_UNKNOWN,
    COUNCIL_UNKNOWN,
    cell_rules,
    council_duplicate,
    count_not_of_rounding,
    count_rules,
    name_unlike_register,
    stated_by_model,
)
from dagster_project.sources.scale import count_above_population
from dagster_project.sources.shape import LINE_UNENDED, SHAPE_RULES
from dagster_project.sources.source import Context, Match, Near, Rows, TableSource
from dagster_project.sources.tables import body, shape, years_above
from dagster_project.sources.totals import counts_in_columns, totals_rules

SERIES = ("direct_payments", "direct_payments_and_personal_budgets")
# "- means greater than 0 and less than or equal to 5" stands below the table of 2009-10, and that
# of 2008-09 uses it so; the later tables do not have the mark.
_LAST_YEAR_WITH_DASH = "2009-10"
_ITEM_CODE = re.compile(r"[A-Z]\d{1,2}(\.\d{1,2})?")
_CODE_AND_NAME = re.compile(r"\s*(\d{3})\s*[-\u2013]\s*(.*\S)\s*")
_EXPECTED = "Total all ages, Direct payments"


def _kinds(frame: pd.DataFrame, year: str | None) -> pd.Series[str]:
    dashed = year is not None and year <= _LAST_YEAR_WITH_DASH
    kind = Kind.DASHED if dashed else Kind.COUNT
    return pd.Series(kind.value, index=frame.index, dtype="str")


class PssEx1Row(LandedRow):
    """People on a direct payment in one council, or in England."""

    area_code: str = derived()
    area_name: str = derived()
    area_level: str = derived(AREA_LEVEL_UNKNOWN.id, isin=AREA_LEVELS, filled=True)
    item_code: str = derived()
    heading: str = derived()
    series: str = derived("series-unknown", isin=SERIES, filled=True)
    clients_dp: float = measured(kind=_kinds)


def recognise(sheet: Sheet) -> Match | Near | None:
    """Know the table by its line of item codes and the heading of direct payments of all ages."""
    titles = " ".join(cell for row in sheet.rows[:10] for cell in row[:3])
    about = "unit cost" in titles.casefold() and "personal social services" in titles.casefold()
    items = _item_row(sheet)
    if items is None:
        if not about:
            return None
        return Near(
            "column-missing", 0.5, "expected a line of item codes such as A4.18, found none"
        )
    headings = _headings(sheet, items)
    matching = [at for at, text in headings.items() if _is_ours(text)]
    if len(matching) == 1:
        found = Found(items, {"clients_dp": matching[0]}, tuple(_labels(sheet, items, headings)))
        return Match("pss_ex1", found)
    if not about:
        return None
    place = sheet.place(items)
    if matching:
        reason = f"{len(matching)} columns are headed as '{_EXPECTED}'"
        return Near("column-repeated", 0.9, reason, place)
    near = like([_EXPECTED], list(headings.values()))
    found_text = f"nearest found '{near}'" if near else "found none like it"
    return Near("column-missing", 0.9, f"expected '{_EXPECTED}', {found_text}", place)


def _item_row(sheet: Sheet) -> int | None:
    """The line of item codes: the first in which three or more cells are codes, and hardly else."""
    for number, row in enumerate(sheet.rows[:40]):
        filled = [cell.strip() for cell in row if cell.strip()]
        codes = sum(bool(_ITEM_CODE.fullmatch(cell)) for cell in filled)
        if codes >= 1 and codes >= 0.9 * len(filled):
            return number
    return None


def _headings(sheet: Sheet, items: int) -> dict[int, str]:
    """For each item, the lowest heading that stands above it in its own column."""
    headings = {}
    for at, code in enumerate(sheet.rows[items]):
        above = [row[at].strip() for row in sheet.rows[:items] if len(row) > at and row[at].strip()]
        if code.strip() and above:
            headings[at] = " ".join(above[-1].split())
    return headings


def _is_ours(heading: str) -> bool:
    """People of all ages on a direct payment, in either of the two wordings."""
    text = heading.casefold()
    return "all ages" in text and "direct payments" in text


def _labels(sheet: Sheet, items: int, headings: dict[int, str]) -> Iterator[str]:
    for at, code in enumerate(sheet.rows[items]):
        yield f"{code.strip()} {headings.get(at, '')}".strip()


def read(sheet: Sheet, match: Match, context: Context) -> Rows:
    """The councils and England, with the one column that is ours."""
    found = match.found
    at = found.columns["clients_dp"]
    item = sheet.rows[found.row][at].strip()
    heading = _headings(sheet, found.row)[at]
    numbers, cells = body(sheet, found, lambda row: _is_row(row, at))
    areas = [_area(row) for row in cells]
    both = "personal budgets" in heading.casefold()
    columns: dict[str, Sequence[str | None]] = {
        "area_code": [code for code, _, _ in areas],
        "area_name": [name for _, name, _ in areas],
        "area_level": [level for _, _, level in areas],
        "item_code": [item] * len(cells),
        "heading": [heading] * len(cells),
        "series": [SERIES[both]] * len(cells),
        "clients_dp": [row[at] for row in cells],
    }
    return Rows(
        layout=match.layout,
        columns=columns,
        places=[sheet.place(number) for number in numbers],
        headings=found.headings,
        cells=cells,
        shape=shape(sheet, found, numbers),
        years=years_above(sheet, found.row),
        note=f"column read: {item} '{heading}'",
    )


def _is_row(cells: Sequence[str], at: int) -> bool:
    """A council or England; notes stand in the first cell and have nothing in our column."""
    is_area = cells[0].strip().isdigit() or bool(_CODE_AND_NAME.fullmatch(cells[0]))
    return is_area or bool(cells[at].strip())


def _area(cells: Sequence[str]) -> tuple[str | None, str | None, str]:
    """Code, name and level: `102-Cumbria` in one cell, or code and name in two."""
    if any(normal(cell) in ("england", "totalengland") for cell in cells[:2]):
        return None, "England", "england"
    together = _CODE_AND_NAME.fullmatch(cells[0])
    if together:
        return together.group(1), together.group(2), "council"
    return code_text(cells[0]), cells[1].strip(), "council"


RULES = [
    *SHAPE_RULES,
    AREA_LEVEL_UNKNOWN,
    stated_by_model(
        "series-unknown",
        "the series is direct payments, or direct payments and personal budgets",
        "Teach dagster_project/sources/pss_ex1.py the new wording of the heading.",
    ),
    COUNCIL_UNKNOWN,
    *count_rules("clients_dp"),
    *cell_rules("clients_dp"),
    count_above_population("clients_dp"),
    count_not_of_rounding("pss_ex1", "clients_dp"),
    council_duplicate("area_level", "area_code", content=["clients_dp_token"]),
    name_unlike_register(),
    *totals_rules("pss_ex1", counts_in_columns("clients_dp")),
    LINE_UNENDED,
]

SOURCE = TableSource("pss_ex1", PssEx1Row, RULES, recognise, read)
