"""ASCOF: the outcomes framework tables of HSCIC, NHS Digital, NHS England and DHSC.

Belongs here: knowing such a table when we see it, reading it, the rules its rows must keep.
Does not: what a measure means (dbt seeds), where rows are stored (landing), anything of Dagster.

Two layouts. The ten-column table (2014-15 on, CSV or workbook) has one measured value a row and is
loaded whole. The wide sheets (DHSC, 2024-25) have one area a row and a column for each year and
type of value; of those only the sheets of self-directed support are read, and unpivoted to the same
rows. In the publisher's file of 2014-15 the table has nine columns: "Geographical Level" holds the
name, and there is no level. What drifts from year to year in the ten columns: the spelling of
headings, levels and types, the codes of England and the regions, the marks for what is missing, the
encoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from dagster_project.formats.headings import Found, Wanted, find, find_nearest, normal
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import Sheet
from dagster_project.formats.tokens import Kind, code_text
from dagster_project.sources.areas import by_code, by_ons_code, level_in_words, read_area
from dagster_project.sources.model import (
    AREA_LEVELS,
    LandedRow,
    derived,
    heading,
    measured,
    wanted,
)
from dagster_project.sources.rules import (
    AREA_LEVEL_UNKNOWN,
    COUNCIL_UNKNOWN,
    FLAG,
    QUARANTINE,
    broken,
    cell_rules,
    council_duplicate,
    count_not_of_rounding,
    count_rules,
    name_unlike_register,
    numerator_above_denominator,
    rate_rule,
    stated_by_model,
)
from dagster_project.sources.scale import count_above_population
from dagster_project.sources.seeds import (
    breakdown_of,
    known_spelling,
    resembles_known,
    years_of_code,
)
from dagster_project.sources.shape import LINE_UNENDED, SHAPE_RULES
from dagster_project.sources.source import (
    Broken,
    Context,
    Match,
    Near,
    Rows,
    Rule,
    Shape,
    TableSource,
    nearly,
)
from dagster_project.sources.tables import (
    body,
    memoised,
    more_than_a_note,
    read_rows,
    shape,
    stripped,
    years_in,
)
from dagster_project.sources.totals import Counted, totals_rules

Mask = np.ndarray[Any, np.dtype[np.bool_]]
MEASURE_TYPES = ("numerator", "denominator", "outcome", "base", "margin_of_error")
_LEVELS = {
    "council": "council",
    "localauthority": "council",
    "region": "region",
    "regional": "region",
    "counciltype": "council_type",
    "england": "england",
    "national": "england",
}
# An age band as the tables name it, without blanks and signs; `1864` is how its code has it too.
_BREAKDOWNS = {
    "": None,
    "total": "total",
    "1864": "18_64",
    "18to64": "18_64",
    "65": "65_over",
    "65ov": "65_over",
    "65over": "65_over",
    "65andover": "65_over",
    "64u": "64_under",
    "64under": "64_under",
    "64andunder": "64_under",
    "6584": "65_84",
    "65to84": "65_84",
    "85": "85_over",
    "85ov": "85_over",
    "85over": "85_over",
    "85andover": "85_over",
}


def _kinds(frame: pd.DataFrame, year: str | None) -> pd.Series[str]:
    """What each value should be: the rules for counts are for self-directed support only.

    Other measures have scores, rates per 100,000 and averages in the same column.
    """
    ours = of_self_directed_support(frame, year)
    types = frame["measure_type"]
    kinds = np.where(
        ours & types.isin(["numerator", "denominator"]),
        Kind.COUNT.value,
        np.where(ours & types.eq("outcome"), Kind.RATE.value, Kind.LENIENT.value),
    )
    return pd.Series(kinds, index=frame.index, dtype="str")


class AscofRow(LandedRow):
    """One measured value of one area."""

    area_code: str = heading("Geographical Code")
    area_name: str = heading("Geographical Description")
    area_level: str = heading(
        "Geographical Level", isin=AREA_LEVELS, rule=AREA_LEVEL_UNKNOWN.id, filled=True
    )
    ons_code: str = heading("ONS Area Code", "ONS Code")
    measure_code: str = heading("ASCOF Measure Code")
    measure_group: str = heading("Measure Group")
    disaggregation: str = heading("Disaggregation Level", "Disaggregation")
    measure_type: str = heading(
        "Measure Type", isin=MEASURE_TYPES, rule="measure-type-unknown", filled=True
    )
    measure_value: float = measured("Measure Value", kind=_kinds)
    area_id: str = derived()


# What stands left of the years in a wide sheet; the values themselves are found by their years.
_WIDE = (
    Wanted("area_code", ("Local authority code",)),
    Wanted("area_name", ("Local authority",)),
    Wanted("ons_code", ("ONS area code",)),
)
_LONG = wanted(AscofRow)
# The publisher's table of 2014-15 has no column of levels, and its names stand under "Level".
_NINE = tuple(
    Wanted("area_name", ("Geographical Level",)) if item.field == "area_level" else item
    for item in _LONG
    if item.field != "area_name"
)
_WIDE_KINDS = ("numerator", "denominator", "outcome")
_WIDE_VALUE = re.compile(
    rf"(20\d\d\s*to\s*20\d\d)\s*[-\u2013]\s*({'|'.join(_WIDE_KINDS)})", re.IGNORECASE
)
# A heading of a value in another form: nothing but years, joining words and the type of the value.
_LIKE_A_VALUE = re.compile(
    r"(?:20\d\d|\d\d|to|numerator|denominator|outcome|value|[-\u2013/:()_,\s])+", re.IGNORECASE
)
_ALL_YEARS = tuple(f"{year}-{(year + 1) % 100:02}" for year in range(2009, 2030))
_MEASURE_IN_TITLE = re.compile(r"table[\s_]*(\d[a-z](?:\s*\(\w{1,3}\))?)", re.IGNORECASE)


def of_self_directed_support(frame: pd.DataFrame, year: str | None) -> Mask:
    """Which rows are of a measure of self-directed support, by the code as printed in that year."""
    printed = frame["measure_code"]
    known = [code for code in printed.dropna().unique() if known_spelling(code, year)]
    return printed.isin(known).to_numpy(dtype=bool)


def recognise(sheet: Sheet) -> Match | Near | None:
    """Know the ten-column table, the nine columns of 2014-15, or a wide sheet of our measures."""
    wide = find(sheet, _WIDE)
    if wide:
        return _recognise_wide(sheet, wide)
    ten = find(sheet, _LONG)
    if ten:
        return Match("ten columns", ten)
    nine = find(sheet, _NINE)
    if nine and _holds_names(sheet, nine):
        return Match("nine columns", nine)
    if _is_annex(sheet):
        return Near(
            "file-unrecognised",
            0.99,
            "it is the time-series annex, which repeats the values of several years side by side "
            "and is not read; the tables of each year are",
        )
    nears = [near for near in (find_nearest(sheet, _LONG), find_nearest(sheet, _WIDE)) if near]
    if not nears:
        return None
    return nearly(sheet, max(nears, key=lambda near: near.score))


def _holds_names(sheet: Sheet, found: Found) -> bool:
    """Whether the column of levels holds names: not so if a ten-column table lost its names."""
    at = found.columns["area_name"]
    return not any(
        normal(row[at]) in ("council", "region", "counciltype", "localauthority")
        for row in sheet.rows[found.row + 1 : found.row + 51]
        if len(row) > at
    )


def _recognise_wide(sheet: Sheet, found: Found) -> Match | Near:
    code = _wide_code(sheet, found)
    years = sorted(_wide_values(found))
    if code and any(known_spelling(code, year) for year in years):
        return Match("wide", found)
    if code and not years and any(known_spelling(code, year) for year in _ALL_YEARS):
        return Near("column-missing", 0.95, _no_values(found), sheet.place(found.row))
    return Near(
        "sheet-missing",
        0.9,
        f"{sheet.title} is a wide ASCOF table of measure {code or 'unknown'}; expected a sheet of "
        "self-directed support, such as 'Table_3d(1a)'",
        sheet.place(found.row),
    )


def _no_values(found: Found) -> str:
    """What to say of a wide sheet whose columns of values are headed in another way."""
    like_values = [text for text in found.unread if _LIKE_A_VALUE.fullmatch(text)]
    given = ", ".join(f"'{text}'" for text in like_values[:3])
    others = len(found.unread) - len(like_values[:3])
    more = f" and {others} more" if given and others else f"{others} other headings"
    return (
        "the columns of values are missing: expected '2023 to 2024 - numerator', "
        "'2023 to 2024 - denominator', '2023 to 2024 - outcome' or those of another year, "
        f"found {given}{more if others or not given else ''}"
    )


def _is_annex(sheet: Sheet) -> bool:
    """Whether a sheet is of the time series: the three types of value repeat under each year."""
    for row in sheet.rows[:20]:
        cells = [normal(cell) for cell in row]
        if all(cells.count(each) > 1 for each in ("numerator", "denominator", "outcome")):
            return True
    return False


def _wide_code(sheet: Sheet, found: Found) -> str | None:
    """The measure a wide sheet is of: from its title line, else from the sheet's name."""
    titles = [cell for row in sheet.rows[: found.row] for cell in row]
    for text in (*titles, sheet.name or ""):
        match = _MEASURE_IN_TITLE.search(text)
        if match:
            printed = match.group(1)
            # the contents sheet and the handbook print 3D(1a) for what the title calls 3d(1a)
            return printed[:2].upper() + printed[2:].replace(" ", "")
    return None


def _wide_values(found: Found) -> dict[str, dict[str, int]]:
    """For each financial year, the column of each type of value."""
    values: dict[str, dict[str, int]] = {}
    for at, text in enumerate(found.headings):
        match = _WIDE_VALUE.fullmatch(text)
        if match:
            for year in years_in(match.group(1)):
                values.setdefault(year, {})[match.group(2).lower()] = at
    return values


def read(sheet: Sheet, match: Match, context: Context) -> Rows:
    """All rows of a table; of a wide sheet, the values of the folder's year."""
    if match.layout == "wide":
        return _read_wide(sheet, match.found, context)
    rows = read_rows(sheet, match.found, match.layout, more_than_a_note)
    columns = dict(rows.columns)
    codes = memoised(code_text, columns["area_code"])
    columns["area_code"] = codes
    if match.layout == "nine columns":
        columns["area_level"] = _levels(codes, columns["ons_code"])
    else:
        columns["area_level"] = memoised(_level, columns["area_level"])
    columns["measure_type"] = memoised(_measure_type, columns["measure_type"])
    columns["measure_code"] = memoised(
        lambda code: _spelled(code, context.year), columns["measure_code"]
    )
    columns["area_id"] = _area_ids(columns)
    return replace(rows, columns=columns, years=_years(columns["measure_code"]))


def _area_ids(columns: Mapping[str, Sequence[str | None]]) -> list[str | None]:
    """The area that each row is of, None where its codes do not say it."""
    fields = ("area_level", "area_code", "ons_code", "area_name")
    rows = zip(*(columns[name] for name in fields), strict=True)

    def area(row: tuple[str | None, ...]) -> str | None:
        level, code, ons_code, name = row
        return read_area(level, code or "", ons_code or "", name or "")

    return memoised(area, rows)


def _levels(codes: Sequence[str], ons_codes: Sequence[str | None]) -> list[str | None]:
    return memoised(
        lambda pair: level_of(pair[0], pair[1] or ""), zip(codes, ons_codes, strict=True)
    )


def _years(printed: Sequence[str | None]) -> frozenset[str]:
    """The years in which one of the table's codes of self-directed support was printed.

    The table names no year, but its codes do within limits: `1C(1A)` is of 2014-15 to 2022-23.
    """
    return frozenset().union(*(years_of_code(code) for code in set(printed) if code))


def _level(text: str | None) -> str | None:
    return _LEVELS.get(normal(text or ""), stripped(text))


def _measure_type(text: str | None) -> str | None:
    return "_".join((text or "").casefold().split()) or None


def _spelled(code: str | None, year: str | None) -> str | None:
    """A known code in the spelling of the seed; any other as printed."""
    return known_spelling(code, year) or code if code else code


def level_of(code: str, ons_code: str) -> str:
    """The level of an area from its codes, for tables that have no column of levels."""
    area = by_code(code) or by_ons_code(ons_code)
    return area.level if area is not None else "council"


def _read_wide(sheet: Sheet, found: Found, context: Context) -> Rows:
    values = _wide_values(found)
    year = max(values) if context.year is None else context.year
    if year not in values:
        raise FileProblem(
            "year-contradicts-content",
            f"the headings are of {', '.join(sorted(values))}, and the folder is of {year}",
            sheet.place(found.row),
        )
    absent = [kind for kind in _WIDE_KINDS if kind not in values[year]]
    if absent:
        raise FileProblem(
            "column-missing",
            f"expected a column of each of {', '.join(_WIDE_KINDS)} for {year}, "
            f"found none of the {' and the '.join(absent)}",
            sheet.place(found.row),
        )
    code = _wide_code(sheet, found)
    numbers, cells = body(sheet, found, more_than_a_note)
    at = found.columns
    columns: dict[str, list[str | None]] = {name: [] for name in _UNPIVOTED}
    places: list[str] = []
    verbatim: list[Sequence[str]] = []
    for number, row in zip(numbers, cells, strict=True):
        area = code_text(row[at["area_code"]])
        for kind, column in values[year].items():
            ons_code = row[at["ons_code"]]
            line = (area, row[at["area_name"]], level_of(area, ons_code), ons_code, code, code)
            for name, text in zip(_UNPIVOTED, (*line, "Total", kind, row[column]), strict=True):
                columns[name].append(text)
            places.append(f"{sheet.place(number)} column {_letter(column)}")
            verbatim.append(row)
    others = sorted(set(values) - {year})
    note = f"years of other folders not read: {', '.join(others)}" if others else ""
    years = frozenset(values)
    columns["area_id"] = _area_ids(columns)
    cut = shape(sheet, found, numbers, read=values[year].values())
    kinds = len(values[year])
    return Rows(
        "wide",
        columns,
        places,
        found.headings,
        verbatim,
        shape=Shape(
            long=_times(cut.long, kinds),
            short=_times(cut.short, kinds),
            cut=_times(cut.cut, kinds),
            unended=cut.unended,
        ),
        years=years,
        note=note,
    )


_UNPIVOTED = (
    "area_code",
    "area_name",
    "area_level",
    "ons_code",
    "measure_code",
    "measure_group",
    "disaggregation",
    "measure_type",
    "measure_value",
)


def _letter(column: int) -> str:
    """The name of a spreadsheet column: 0 is A, 26 is AA."""
    high, low = divmod(column, 26)
    return (_letter(high - 1) if high else "") + chr(ord("A") + low)


def _measure_unknown(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
    unknown = {
        code
        for code in frame["measure_code"].dropna().unique()
        if resembles_known(code, context.year) and not known_spelling(code, context.year)
    }
    yield from broken(
        frame["measure_code"].isin(unknown) | frame["measure_code"].isna(),
        "measure_code",
        f"'{{measure_code}}' is not a known code of self-directed support in {context.year}",
    )


def _level_contradicts(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    """A row of which code and level are of different kinds of areas."""
    pairs = frame[["area_level", "area_code"]].fillna("")
    wrong = {}
    for pair in set(pairs.itertuples(index=False, name=None)):
        level, code = pair
        area = by_code(code)
        if area is not None and level in AREA_LEVELS and area.level != level:
            wrong[pair] = area
    listed = list(pairs.itertuples(index=False, name=None))
    rows = frame.index[[pair in wrong for pair in listed]]
    if len(rows):
        yield Broken(
            rows,
            "area_level",
            lambda row: (
                f"'{row['area_code']}' is the code of "
                f"{wrong[row['area_level'], row['area_code']]}, and the level says "
                f"{level_in_words(row['area_level'])}"
            ),
        )


def _area_unknown(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    """A row of a region, a type of council or England whose code is none of theirs."""
    known = frame["area_level"].isin([level for level in AREA_LEVELS if level != "council"])
    yield from broken(
        known & frame["area_id"].isna(),
        "area_code",
        "no area of the level {area_level} has the code '{area_code}' or the ONS code '{ons_code}'",
    )


def _read_by_ons_code(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    codes = frame["area_code"].fillna("")
    unknown = [code for code in codes.unique() if by_code(code) is None]
    yield from broken(
        codes.isin(unknown) & frame["area_id"].notna() & frame["area_level"].ne("council_type"),
        "area_code",
        "'{area_code}' is no known code; the row is read as {area_id}, as its ONS code {ons_code} "
        "says",
    )


def _times(rows: frozenset[int], kinds: int) -> frozenset[int]:
    """The numbers of rows once each has become one for every kind of value."""
    return frozenset(row * kinds + each for row in rows for each in range(kinds))


def _ons_code_unlike(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
    ours = frame[of_self_directed_support(frame, context.year)]
    codes = ours["ons_code"].fillna("")
    areas = {code: area.area_id for code in codes.unique() if (area := by_ons_code(code))}
    other = [
        code in areas and areas[code] != area_id
        for code, area_id in zip(codes, ours["area_id"], strict=True)
    ]
    rows = ours.index[other]
    if len(rows):
        yield Broken(
            rows,
            "ons_code",
            lambda row: (
                f"the ONS code {row['ons_code']} is that of {areas[row['ons_code']]}, and the code "
                f"is {row['area_code']}"
            ),
        )


def _disaggregation_contradicts(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
    """The age band beside a code of self-directed support is another than the code's own."""
    pairs = frame[["measure_code", "disaggregation"]].fillna("")
    wrong = {}
    for pair in set(pairs.itertuples(index=False, name=None)):
        code, given = pair
        meant = breakdown_of(code, context.year)
        band = _BREAKDOWNS.get(_without_signs(given), given)
        if meant is not None and band is not None and band != meant[1]:
            wrong[pair] = meant[1]
    listed = list(pairs.itertuples(index=False, name=None))
    rows = frame.index[[pair in wrong for pair in listed]]
    if len(rows):
        yield Broken(
            rows,
            "disaggregation",
            lambda row: (
                f"the code {row['measure_code']} is of the age band "
                f"{wrong[row['measure_code'], row['disaggregation']]}, and the disaggregation "
                f"level says '{row['disaggregation']}'"
            ),
        )


def _without_signs(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.casefold())


def _with_measure(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """With what identifies a value: its area, and its measure however the code is spelled."""
    pairs = frame[["measure_code", "disaggregation"]].fillna("")

    def measure(pair: tuple[str, str]) -> str:
        return "|".join(breakdown_of(pair[0], context.year) or pair)

    measures = memoised(measure, pairs.itertuples(index=False, name=None))
    areas = frame["area_id"].fillna(frame["area_code"])
    return frame.assign(_area=areas, _measure=pd.Series(measures, index=frame.index, dtype="str"))


def _shifted(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    """Every code of a group has a letter in it; a number there is the value of the row."""
    yield from broken(
        frame["measure_group"].fillna("").str.fullmatch(r"[\d,]+(\.\d+)?"),
        "measure_group",
        "'{measure_group}' is where the group of the measure belongs, and is a number",
    )


_KEY = ["area_level", "_area", "_measure"]
_VALUES = ["measure_value", "measure_value_token"]


def _numerator_above_denominator(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
    ours = _with_measure(frame[of_self_directed_support(frame, context.year)], context)
    pairs = _pairs(ours, "numerator", "denominator")
    wrong = pairs[pairs["measure_value_x"] > pairs["measure_value_y"]]
    denominators = dict(zip(wrong["row_x"], wrong["measure_value_token_y"], strict=True))
    if denominators:
        yield Broken(
            pd.Index(denominators),
            "measure_value",
            lambda row: (
                f"the numerator {row['measure_value_token']} is above the denominator "
                f"{denominators[row['_index']]}"
            ),
        )


def _pairs(ours: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Two types of value of each area and measure, in one row, with the labels of their rows."""
    columns = [*_KEY, *_VALUES, "row"]
    parts = [
        part.assign(row=part.index)[columns]
        for part in (ours[ours["measure_type"] == first], ours[ours["measure_type"] == second])
    ]
    return parts[0].merge(parts[1], on=_KEY, how="inner")


def _outcome_unlike_counts(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
    """Compare the printed outcome with 100 N / D, where the counts are not rounded.

    Whether they are is seen in the counts themselves: if every one of a level is a multiple of 5,
    they are (2014-15; the totals of 2024-25), and the outcome may differ.
    """
    ours = _with_measure(frame[of_self_directed_support(frame, context.year)], context)
    counts = ours[ours["measure_type"].isin(["numerator", "denominator"])]
    unrounded = counts["measure_value"].mod(5).gt(0).groupby(counts["area_level"]).any()
    exact = ours[ours["area_level"].isin(unrounded.index[unrounded])]
    three = _pairs(exact, "numerator", "denominator").merge(
        _pairs(exact, "outcome", "outcome"), on=_KEY, how="inner", suffixes=("", "_outcome")
    )
    if three.empty:
        return
    computed = 100 * three["measure_value_x"] / three["measure_value_y"].where(lambda d: d > 0)
    printed = three["measure_value_x_outcome"]
    # half of the last digit printed anywhere in the column: 19 may be 19.0 with its nought lost
    decimals = (
        three["measure_value_token_x_outcome"].str.extract(r"\.(\d+)", expand=False).str.len()
    )
    digit = 0.5 * 10.0 ** -(0 if decimals.isna().all() else decimals.max())
    wrong = three[(computed - printed).abs() > digit + 1e-9]
    counts_of = wrong["measure_value_token_x"] + " of " + wrong["measure_value_token_y"]
    given = dict(zip(wrong["row_x_outcome"], counts_of, strict=True))
    if given:
        yield Broken(
            pd.Index(given),
            "measure_value",
            lambda row: (
                f"the outcome is printed as {row['measure_value_token']}, and its counts are "
                f"{given[row['_index']]}"
            ),
        )


def _outcome_above_100(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
    above = frame["measure_type"].eq("outcome") & frame["measure_value"].gt(100)
    yield from broken(
        above & of_self_directed_support(frame, context.year),
        "measure_value",
        "the outcome is {measure_value_token} percent",
    )


def _is_count(frame: pd.DataFrame, year: str | None) -> pd.Series[bool]:
    is_count = frame["measure_type"].isin(["numerator", "denominator"])
    return is_count & of_self_directed_support(frame, year)


def _counts(frame: pd.DataFrame, context: Context) -> Iterator[Counted]:
    """The counts of each measure and breakdown; a list of councils goes with each of the two."""
    ours = frame[_is_count(frame, context.year)]
    for (code, part), rows in ours.groupby(["measure_code", "disaggregation"], dropna=False):
        family = f"{code} {part}"
        for kind, of_kind in rows.groupby("measure_type"):
            yield Counted(f"{family} {kind}", family, "measure_value", of_kind)


RULES = [
    *SHAPE_RULES,
    AREA_LEVEL_UNKNOWN,
    stated_by_model(
        "measure-type-unknown",
        "a value is a numerator, a denominator, an outcome, a base or a margin of error",
        "Compare the row with the publisher's table; a row shifted by a comma looks like this.",
    ),
    Rule(
        "measure-unknown",
        QUARANTINE,
        "a code that looks like self-directed support is a known code of its year",
        "Add the code with its definition and years to dbt/seeds/measure_codes.csv.",
        _measure_unknown,
    ),
    Rule(
        "area-level-contradicts-code",
        QUARANTINE,
        "the level of an area is that of its code",
        "Compare code and level with the publisher's table.",
        _level_contradicts,
    ),
    COUNCIL_UNKNOWN,
    Rule(
        "area-unknown",
        QUARANTINE,
        "the code of England, a region or a type of council is known, or its ONS code is",
        "Compare the codes with dbt/seeds/regions.csv.",
        _area_unknown,
    ),
    Rule(
        "disaggregation-contradicts-measure",
        QUARANTINE,
        "the age band beside a code of self-directed support is that of the code",
        "Compare code and disaggregation level with the publisher's table. A code with an age band "
        "of its own is a row of dbt/seeds/measure_codes.csv.",
        _disaggregation_contradicts,
    ),
    Rule(
        "cells-shifted",
        QUARANTINE,
        "a value is in its column, and the measure's group in the one behind it",
        "The row has moved by a column: compare it with the publisher's table.",
        _shifted,
    ),
    *count_rules("measure_value", one_a_row=True),
    *cell_rules("measure_value", with_signs=False),
    count_above_population("measure_value", only=_is_count),
    rate_rule("measure_value"),
    count_not_of_rounding("ascof", "measure_value", concerns=_is_count),
    council_duplicate(
        *_KEY, "measure_type", content=["measure_value_token"], prepare=_with_measure
    ),
    numerator_above_denominator(_numerator_above_denominator),
    Rule(
        "outcome-unlike-counts",
        FLAG,
        "a printed outcome is 100 times numerator over denominator, where counts are not rounded",
        "All three stand as given. Compare them with the publisher's table.",
        _outcome_unlike_counts,
    ),
    Rule(
        "outcome-above-100",
        FLAG,
        "a share of people is at most 100 percent",
        "The row stands as given and has no verdict. Ask the publisher.",
        _outcome_above_100,
    ),
    Rule(
        "area-by-ons-code",
        FLAG,
        "an area's code is known",
        "The row is read as the area of its ONS code. Ask the publisher which code is right.",
        _read_by_ons_code,
    ),
    Rule(
        "ons-code-unlike-code",
        FLAG,
        "an area's ONS code is that of its code",
        "Rows are joined on codes. Make sure that the code, not the ONS code, is right.",
        _ons_code_unlike,
    ),
    name_unlike_register(of_self_directed_support),
    *totals_rules("ascof", _counts),
    LINE_UNENDED,
]

SOURCE = TableSource("ascof", AscofRow, RULES, recognise, read)
