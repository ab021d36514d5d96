"""The register of published headline figures and claims, kept by this project's own hands.

Belongs here: knowing the register, reading it, the rules its lines must keep. Does not: the figures
themselves, recomputing them, and anything of Dagster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil, floor

import pandas as pd

from dagster_project.formats.headings import find, find_nearest
from dagster_project.formats.sheets import Sheet
from dagster_project.formats.tokens import Kind, code_text
from dagster_project.sources.areas import by_code, by_name
from dagster_project.sources.councils import is_financial_year
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
STATISTICS = tuple(row["statistic"] for row in seed("statistics"))
DEFINITIONS = tuple(row["definition_id"] for row in seed("definitions"))
# How far a figure is verified, as the register marks it; U is not verified.
VERIFICATIONS = ("S0", "S1", "S2", "S3", "S4", "P", "DATA", "U", "D")
# Figures in these units are given with decimals; people, councils and money come in whole numbers.
_UNITS_WITH_DECIMALS = ("percent", "ratio", "per_1000")


class PublishedRow(LandedRow):
    """One published figure: what it says, how exactly, and where it stands."""

    figure_id: str = heading()
    figure_source: str = heading("source")
    definition_id: str = heading(isin=DEFINITIONS, rule="definition-unknown")
    figure_year: str = heading("financial_year")
    figure_release: str = heading("release", required=False)
    as_of: Date = heading()  # type: ignore[valid-type]
    area_level: str = heading(isin=AREA_LEVELS, rule="area-level-unknown")
    area_id: str = heading()
    statistic: str = heading(isin=STATISTICS, rule="statistic-unknown")
    value: float = measured(kind=Kind.FIGURE)
    precision: float = heading()
    comparator: str = heading(isin=COMPARATORS, rule="comparator-unknown")
    base_n: pd.Int64Dtype = heading()
    verification: str = heading(isin=VERIFICATIONS, rule="verification-unknown")
    citation: str = heading()
    note: str = heading()


# Without these a figure cannot be compared with anything, or nobody can look it up.
_FILLED = (
    "figure_id",
    "figure_source",
    "figure_year",
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


def _year_invalid(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    years = frame["figure_year"].dropna()
    wrong = years[~years.map(is_financial_year)]
    yield from broken(
        frame["figure_year"].isin(set(wrong)),
        "figure_year",
        "'{figure_year}' is not a financial year such as 2012-13",
    )


def _area_unknown(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    """The id of an area is the one that tables have for it: 905, SW, Shire Counties, England."""
    areas = [by_code(code) for code in frame["area_id"].fillna("")]
    known = [
        (area is not None and (area.level, area.area_id) == (level, area_id))
        or (level == "council_type" and by_name(level, area_id or "") is not None)
        for area, level, area_id in zip(areas, frame["area_level"], frame["area_id"], strict=True)
    ]
    yield from broken(
        ~pd.Series(known, index=frame.index, dtype=bool) & frame["area_level"].isin(AREA_LEVELS),
        "area_id",
        "'{area_id}' is not the id of an area of the level {area_level}",
    )


def _not_whole(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    """A count that can be no whole number as it is worded and with the digits it gives."""
    units = {row["statistic"]: row["unit"] for row in seed("statistics")}
    comparators = {row["comparator"]: row for row in seed("comparators")}
    empty = []
    for index, row in frame[["statistic", "comparator", "value", "precision"]].iterrows():
        unit, worded = units.get(row["statistic"]), comparators.get(row["comparator"])
        counts_whole = unit is not None and unit not in _UNITS_WITH_DECIMALS
        if (
            counts_whole
            and worded is not None
            and not _can_be_whole(row["value"], row["precision"], worded)
        ):
            empty.append(index)
    yield from broken(
        pd.Series(frame.index.isin(empty), index=frame.index),
        "value",
        "'{value_token}' to {precision_text} is no whole number, and {statistic} counts whole ones",
    )


def _can_be_whole(value: float, precision: float, worded: Mapping[str, str]) -> bool:
    """Whether a whole number lies between the ends that the wording leaves open."""
    least, most = (
        round(value + float(worded[f"{end}_multiple"]) * precision, 9)
        if worded[f"{end}_multiple"]
        else None
        for end in ("lower", "upper")
    )
    if least is None or most is None:
        return True
    first = ceil(least) if worded["lower_inclusive"] == "true" else floor(least) + 1
    last = floor(most) if worded["upper_inclusive"] == "true" else ceil(most) - 1
    return first <= last


def _duplicate(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    yield from broken(
        frame.duplicated("figure_id", keep=False), "figure_id", "'{figure_id}' is given twice"
    )


_REGISTER_VALUE = figure_rule("value")
_ADD = "Correct the word, or add it to that seed: CONTRIBUTING.md says how."
# What a line may say only in the words of a list: rule, field, where the list is, remedy.
_LISTED = (
    ("definition-unknown", "definition", "dbt/seeds/definitions.csv", _ADD),
    ("statistic-unknown", "statistic", "dbt/seeds/statistics.csv", _ADD),
    (
        "verification-unknown",
        "verification",
        "the list of marks",
        f"Put one of {', '.join(VERIFICATIONS)}.",
    ),
)

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
        "figure-year-invalid",
        QUARANTINE,
        "the year a figure is of is a financial year",
        "Write the year as 2012-13.",
        _year_invalid,
    ),
    Rule(
        "area-unknown",
        QUARANTINE,
        "the area of a figure is one of its level",
        "Put a council's code, a region's code such as SW, the name of a type of council, or "
        "England.",
        _area_unknown,
    ),
    *(
        stated_by_model(rule_id, f"the {what} of a figure is in {place}", remedy)
        for rule_id, what, place, remedy in _LISTED
    ),
    Rule(
        "figure-not-whole",
        QUARANTINE,
        "a count of people, councils or pounds can be a whole number",
        "Compare value and precision with the source: precision is the size of the last digit.",
        _not_whole,
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
