"""The register of published headline figures and claims, kept by this project's own hands.

Belongs here: knowing the register, reading it, the rules its lines must keep. Does not: the figures
themselves, recomputing them, and anything of Dagster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from dagster_project.formats.headings import find, find_nearest
from dagster_project.formats.sheets import Sheet
from dagster_project.formats.tokens import Kind, code_text
from dagster_project.sources.model import AREA_LEVELS, Date, LandedRow, heading, measured, wanted
from dagster_project.sources.rules import (
    QUARANTINE,
    broken,
    figure_rule,
    stated_by_model,
)
from dagster_project.sources.seeds import seed
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
from dagster_project.sources.tables import memoised, read_rows

COMPARATORS = tuple(row["comparator"] for row in seed("comparators"))


class PublishedRow(LandedRow):
    """One published figure: what it says, how exactly, and where it stands."""

    figure_id: str = heading()
    figure_source: str = heading("source")
    definition_id: str = heading()
    figure_year: str = heading("financial_year")
    figure_release: str = heading("release", required=False)
    as_of: Date = heading()  # type: ignore[valid-type]
    area_level: str = heading(isin=AREA_LEVELS, rule="area-level-unknown")
    area_id: str = heading()
    statistic: str = heading()
    value: float = measured(kind=Kind.FIGURE)
    precision: float = heading()
    comparator: str = heading(isin=COMPARATORS, rule="comparator-unknown")
    base_n: pd.Int64Dtype = heading()
    verification: str = heading()
    citation: str = heading()
    note: str = heading()


# Without these a figure cannot be compared with anything, or nobody can look it up.
_FILLED = (
    "figure_id",
    "figure_source",
    "area_level",
    "area_id",
    "statistic",
    "comparator",
    "verification",
    "citation",
)


def recognise(sheet: Sheet) -> Match | Near | None:
    """Know the register by its headings."""
    found = find(sheet, wanted(PublishedRow))
    if found:
        return Match("register", found)
    return nearly(sheet, find_nearest(sheet, wanted(PublishedRow)))


def read(sheet: Sheet, match: Match, context: Context) -> Rows:
    """Every line of the register."""
    rows = read_rows(sheet, match.found, match.layout, _is_row, texts=("note",))
    columns = {**rows.columns, "area_id": memoised(code_text, rows.columns["area_id"])}
    return replace(rows, columns=columns)


def _is_row(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _invalid(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
    yield from figure_rule("value").check(frame, context)  # type: ignore[misc]
    yield from broken(frame["value_status"] == "blank", "value", "the value is blank")
    yield from broken(
        frame["precision_problem"] | ~frame["precision"].gt(0),
        "precision",
        "'{precision_text}' is not the size of a digit, such as 1 or 0.1",
    )
    yield from broken(frame["base_n_problem"], "base_n", "'{base_n_text}' is not a whole number")
    for name in _FILLED:
        yield from broken(frame[name].isna(), name, f"{name} is blank")


def _date_unreadable(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    yield from broken(
        frame["as_of_problem"], "as_of", "'{as_of_text}' is not a date in the form 2013-03-31"
    )


def _duplicate(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    yield from broken(
        frame.duplicated("figure_id", keep=False), "figure_id", "'{figure_id}' is given twice"
    )


_REGISTER_VALUE = figure_rule("value")

RULES = [
    *SHAPE_RULES,
    stated_by_model(
        "area-level-unknown",
        "an area is a council, a region, a type of council or England",
        "Put council, region, council_type or england.",
    ),
    stated_by_model(
        "comparator-unknown",
        "how a figure is meant is one of the comparators in dbt/seeds/comparators.csv",
        "Put one of eq, about, at_least, more_than, less_than, nearly.",
    ),
    Rule(
        _REGISTER_VALUE.id,
        QUARANTINE,
        _REGISTER_VALUE.description,
        _REGISTER_VALUE.remedy,
        _invalid,
    ),
    Rule(
        "date-unreadable",
        QUARANTINE,
        "the day a figure is of is a date in ISO form, or blank",
        "Write the date as 2013-03-31.",
        _date_unreadable,
    ),
    Rule(
        "figure-duplicate",
        QUARANTINE,
        "a figure's id is given once",
        "Give each figure an id of its own; an id is never used again.",
        _duplicate,
    ),
    LINE_UNENDED,
]

SOURCE = TableSource("published", PublishedRow, RULES, recognise, read)
