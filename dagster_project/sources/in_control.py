"""In Control: its members' returns of people with a budget that passes its three tests.

Belongs here: knowing such a table when we see it, reading it, the rules its rows must keep.
Does not: what the tests are (dbt seeds), where rows are stored (landing), anything of Dagster.

A row is the count of one council on one day. A year may have several days, in one file or more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from dagster_project.formats.headings import find, find_nearest
from dagster_project.formats.sheets import Sheet
from dagster_project.formats.tokens import code_text, read_date
from dagster_project.sources.councils import financial_year
from dagster_project.sources.model import (
    AREA_LEVELS,
    Date,
    LandedRow,
    derived,
    heading,
    measured,
    wanted,
)
from dagster_project.sources.rules import (
    AREA_LEVEL_UNKNOWN,
    COUNCIL_UNKNOWN,
    QUARANTINE,
    broken,
    cell_rules,
    council_duplicate,
    count_rules,
)
from dagster_project.sources.scale import count_above_population
from dagster_project.sources.shape import LINE_UNENDED, SHAPE_RULES
from dagster_project.sources.source import (
    Broken,
    Context,
    Match,
    Near,
    Rows,
    Rule,
    TableSource,
    nearly,
)
from dagster_project.sources.tables import memoised, more_than_a_note, read_rows


class InControlRow(LandedRow):
    """The people of one council who held such a budget on a day."""

    area_code: str = heading("council_code")
    area_level: str = derived(AREA_LEVEL_UNKNOWN.id, isin=AREA_LEVELS, filled=True)
    as_of: Date = heading()  # type: ignore[valid-type]
    pb_holders: float = measured()


def recognise(sheet: Sheet) -> Match | Near | None:
    """Know the table by its three headings."""
    found = find(sheet, wanted(InControlRow))
    if found:
        return Match("returns", found)
    return nearly(sheet, find_nearest(sheet, wanted(InControlRow)))


def read(sheet: Sheet, match: Match, context: Context) -> Rows:
    """Every count; a line with one filled cell is a note."""
    rows = read_rows(sheet, match.found, match.layout, more_than_a_note)
    columns = dict(rows.columns)
    columns["area_code"] = memoised(code_text, columns["area_code"])
    columns["area_level"] = ["council"] * len(rows)
    return replace(rows, columns=columns, years=_years(columns["as_of"]))


def _years(days: Sequence[str | None]) -> frozenset[str]:
    years = set()
    for text in days:
        try:
            day = read_date(text)
        except ValueError:
            continue
        if day is not None:
            years.add(financial_year(day))
    return frozenset(years)


def _date_unreadable(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    yield from broken(
        frame["as_of_problem"] | frame["as_of"].isna(),
        "as_of",
        "'{as_of_text}' is not a date in the form 2009-12-31",
    )


def _outside_year(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
    outside = frame["as_of"].map(
        lambda day: context.year is not None and financial_year(day.date()) != context.year
    )
    yield from broken(
        outside.astype(bool), "as_of", f"the count is of {{as_of_text}}, not of {context.year}"
    )


RULES = [
    *SHAPE_RULES,
    AREA_LEVEL_UNKNOWN,
    COUNCIL_UNKNOWN,
    Rule(
        "date-unreadable",
        QUARANTINE,
        "the day a count is of is a date in ISO form",
        "Write the date as 2009-12-31, or make the cell a date.",
        _date_unreadable,
    ),
    Rule(
        "as-of-outside-year",
        QUARANTINE,
        "the day a count is of is in the financial year of its folder",
        "Move the row to a file in the folder of its year, or ask the member for the day.",
        _outside_year,
    ),
    *count_rules("pb_holders", one_a_row=True),
    *cell_rules("pb_holders", with_signs=False),
    count_above_population("pb_holders"),
    council_duplicate("area_level", "area_code", "as_of", content=["pb_holders_token"]),
    LINE_UNENDED,
]

SOURCE = TableSource("in_control", InControlRow, RULES, recognise, read)
