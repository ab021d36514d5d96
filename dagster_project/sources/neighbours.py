"""Neighbours: a list of which councils a council is compared with.

Belongs here: knowing such a list, reading it, what every line of it must keep. Does not: figures of
any council, what is done with the list (dbt), and comparison by type of council, which needs none.

Such lists are licensed (CIPFA's nearest neighbours are one), so none comes with this project: one
may be dropped into `reference/neighbours` of a raw tree, or be named on the command line. A place
among comparators is only as good as the whole list, so one bad line refuses the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from dagster_project.formats.headings import find, find_nearest
from dagster_project.formats.sheets import Sheet
from dagster_project.formats.tokens import code_text
from dagster_project.sources.councils import register
from dagster_project.sources.model import LandedRow, heading, wanted
from dagster_project.sources.rules import broken
from dagster_project.sources.shape import SHAPE_RULES, refusing
from dagster_project.sources.source import (
    Broken,
    Context,
    Match,
    Near,
    Rows,
    Rule,
    Severity,
    TableSource,
    nearly,
)
from dagster_project.sources.tables import memoised, read_rows


class NeighbourRow(LandedRow):
    """A council, one it is compared with, and how near that one is: 1 is the nearest."""

    council_code: str = heading("council_code", "Council code", "CASSR code")
    neighbour_code: str = heading("neighbour_code", "Neighbour code", "comparator_code")
    rank: pd.Int64Dtype = heading(required=False)


_CODES = ("council_code", "neighbour_code")


def recognise(sheet: Sheet) -> Match | Near | None:
    """Know the list by its two codes."""
    found = find(sheet, wanted(NeighbourRow))
    if found:
        return Match("neighbours", found)
    return nearly(sheet, find_nearest(sheet, wanted(NeighbourRow)))


def read(sheet: Sheet, match: Match, context: Context) -> Rows:
    """Every line of the list."""
    # a code that is cut off is no code; a rank that is cut off is another rank
    rows = read_rows(sheet, match.found, match.layout, _is_row, texts=("neighbour_code",))
    codes = {name: memoised(code_text, rows.columns[name]) for name in _CODES}
    return replace(rows, columns={**rows.columns, **codes})


def _is_row(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _unknown(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    for name in _CODES:
        codes = frame[name].fillna("")
        for code in codes.unique():
            reason = register().why_unknown(code, None)
            if reason is not None:
                yield from broken(codes == code, name, _literal(reason))


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _itself(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    yield from broken(
        frame["council_code"] == frame["neighbour_code"],
        "neighbour_code",
        "{council_code} is named as a neighbour of itself",
    )


def _repeated(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    yield from broken(
        frame.duplicated(list(_CODES), keep="first"),
        "neighbour_code",
        "{neighbour_code} is named as a neighbour of {council_code} for the second time",
    )


def _rank(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    yield from broken(
        frame["rank_problem"] | frame["rank"].lt(1).fillna(False),
        "rank",
        "'{rank_text}' is not a rank; the nearest has 1",
    )


RULES = [
    *refusing(SHAPE_RULES),
    Rule(
        "council-unknown",
        Severity.REFUSE,
        "a council's code is in the register of councils",
        "Compare the code with dbt/seeds/councils.csv, and correct the list.",
        _unknown,
    ),
    Rule(
        "neighbour-itself",
        Severity.REFUSE,
        "a council is no neighbour of its own",
        "Take the line away, or put the code that is meant.",
        _itself,
    ),
    Rule(
        "neighbour-repeated",
        Severity.REFUSE,
        "a neighbour of a council is named once",
        "Take one of the lines away; of two lists in one folder, take one away.",
        _repeated,
    ),
    Rule(
        "rank-unreadable",
        Severity.REFUSE,
        "a rank is a whole number from 1, or blank",
        "Write 1 for the nearest neighbour, 2 for the next; or leave the column out.",
        _rank,
    ),
]

SOURCE = TableSource("neighbours", NeighbourRow, RULES, recognise, read)
