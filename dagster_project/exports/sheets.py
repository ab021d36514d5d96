"""The workbook of a release: which tables a person reads, and how each becomes a worksheet.

Belongs here: choosing tables, columns and rows, and turning values into cells. Every title of a
column, unit and warning comes from the data dictionary. Does not: file formats.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from dagster_project.exports import about, changes, symbols
from dagster_project.exports.changes import Changes
from dagster_project.exports.content import (
    LONGEST_SHEET,
    Cell,
    Cover,
    Heading,
    Link,
    Look,
    Sheet,
    Workbook,
    printable,
    room,
)
from dagster_project.exports.release import Column, Release
from dagster_project.publish.synthetic import MARK, SENTENCE

if TYPE_CHECKING:
    import duckdb

CONTENTS, NOTES, CHANGES = "Contents", "Notes", "Changes"

_STANDING_TARGET = """
    target_id = (
        select target_id from marts.dim_target where lower(status) <> 'withdrawn'
        order by reference_date desc, target_id limit 1
    )
"""

_PLACE_NAME = """
    coalesce(
        (select min(council_name) from marts.dim_council where council_id = shown.{column}),
        (select min(region_name) from marts.dim_council where region_code = shown.{column}),
        shown.{column}
    )
"""

_BASES = (
    *("published", "ongoing_per_eligible", "any_per_eligible"),
    *("ongoing_per_community", "any_per_community"),
)


@dataclass(frozen=True)
class _Choice:
    """What a worksheet shows of a table. Without `columns` it is all of them."""

    label: str
    table: str
    title: str
    columns: tuple[str, ...] = ()
    rows: str = "true"
    scope: str = "All rows and columns of the table are here."
    place: str | None = None
    withheld_by: str | None = None
    confidential: frozenset[str] = frozenset()
    not_applicable: frozenset[str] = field(default_factory=frozenset)


_CHOICES = (
    _Choice(
        "National attainment",
        "marts.national_attainment",
        "Did the councils of England meet a target, by year, basis and people",
        not_applicable=frozenset({"definition_id"}),
    ),
    _Choice(
        "Council attainment",
        "marts.target_attainment",
        "Did each council meet the target that stands, by year, basis and people",
        columns=(
            *("council_id", "council_name", "region_name", "financial_year", "basis_id"),
            *("definition_id", "person_scope", "threshold_pct", "timing", "numerator"),
            *("denominator", "rate_pct", "rate_lower_pct", "rate_upper_pct", "verdict"),
            *("evidence_class", "note"),
        ),
        rows=_STANDING_TARGET,
        scope=(
            "Here is the latest target that was not withdrawn, with silent councils; the table "
            "has other targets too."
        ),
        not_applicable=frozenset({"definition_id", "note"}),
    ),
    _Choice(
        "Bridge",
        "marts.reconciliation_bridge",
        "From the ADASS rate to the official rate, step by step",
        place="area_id",
        not_applicable=frozenset({"effect_min_pp", "effect_max_pp", "note"}),
    ),
    _Choice(
        "Scorecard",
        "marts.council_scorecard",
        "A council and a year on one row",
        columns=(
            *("council_id", "council_name", "region_name", "council_type", "financial_year"),
            *("threshold_pct", "published_definition_id"),
            *(
                f"{basis}_{part}"
                for basis in _BASES
                for part in ("rate_pct", "rate_lower_pct", "rate_upper_pct", "verdict")
            ),
            *("direct_payment_share_pct", "direct_payment_source", "poet_wave", "poet_n_valid"),
            *("in_control_pb_holders", "in_control_as_of", "genuine_n_valid"),
            *("genuine_passing_pct", "genuine_passing_lower_pct", "genuine_passing_upper_pct"),
            *("evidence_class", "note"),
        ),
        scope=(
            "Not here and in the table: places among comparators, what people said of each part "
            "of their lives, counts of genuine budgets."
        ),
        not_applicable=frozenset({"direct_payment_source", "note"}),
    ),
    _Choice(
        "POET outcomes",
        "marts.poet_outcome",
        "What people said of their lives, by wave, group and outcome",
        place="group_value",
        withheld_by="suppressed",
        confidential=frozenset({"n_better", "n_worse"}),
        not_applicable=frozenset({"series"}),
    ),
    _Choice(
        "Process effects",
        "marts.poet_process_effect",
        "Conditions of the process and outcomes in POET: what goes together",
        not_applicable=frozenset({"statement"}),
    ),
    _Choice(
        "Genuine budgets",
        "marts.genuine_budget",
        "Budgets held officially and budgets that pass the three tests",
        place="area_id",
        withheld_by="suppressed",
        confidential=frozenset({"n_passing"}),
        not_applicable=frozenset({"note"}),
    ),
    _Choice(
        "Direct payments",
        "marts.direct_payment_share",
        "How much of personal budgets is direct payments",
        place="area_id",
    ),
    _Choice(
        "Definitions",
        "marts.dim_definition",
        "By what rules personal budgets were counted",
        not_applicable=frozenset({"valid_to_year", "note"}),
    ),
    _Choice(
        "Reproduction",
        "quality.published_reproduction",
        "Published headline figures held against the files",
        columns=(
            *("figure_id", "figure_source", "definition_id", "financial_year", "area_id"),
            *("statistic", "published_value", "published_precision", "comparator"),
            *("computed_value", "difference", "verdict", "reason", "verification", "citation"),
            "evidence_class",
        ),
        scope="Not here and in the table: bases, bounds and method of the computed figures.",
        not_applicable=frozenset({"evidence_class"}),
    ),
    _Choice(
        "Data dictionary",
        "marts.data_dictionary",
        "Every published column: meaning, unit, values, warnings",
        not_applicable=frozenset({"unit", "rule", "allowed_values", "usage_warnings"}),
    ),
)

_CHANGE_LOG = _Choice(
    CHANGES,
    "quality.revision",
    "Figures that changed in this release",
    columns=(
        *("changed_by", "table_name", "source", "financial_year", "definition_id", "area_level"),
        *("area_id", "basis_id", "person_scope", "target_id", "breakdown", "statistic"),
        *("older_release", "newer_release", "change", "older_value", "newer_value", "difference"),
        *("older_token", "newer_token", "older_verdict", "newer_verdict", "evidence_class"),
    ),
    rows="is_new",
    scope="Changes of earlier releases are in the table.",
    place="area_id",
    not_applicable=frozenset(
        *(
            {"source", "definition_id", "basis_id", "person_scope", "target_id", "breakdown"}
            | {"older_verdict", "newer_verdict"},
        )
    ),
)

_LOOKS = (
    ("percent", Look.ONE_PLACE),
    ("percentage points", Look.ONE_PLACE),
    ("ratio", Look.TWO_PLACES),
    ("probability", Look.THREE_PLACES),
    ("correlation", Look.TWO_PLACES),
    ("as the statistic says", Look.ONE_PLACE),
    ("year", Look.WHOLE),
    ("number in order", Look.WHOLE),
)
"""How a figure of a unit looks, by how the unit begins; of any other unit as a count."""

_SUFFIXES = ("_pct", "_pp", "_gbp", "_id")
_WORDS = {
    "n": "number",
    "no": "number",
    "or": "odds ratio",
    "rr": "risk ratio",
    "rd": "risk difference",
    "se": "standard error",
    "pb": "personal budget",
    "control": "Control",
    "wilson": "Wilson",
    "poet": "POET",
    "adass": "ADASS",
}
_PLACE_HEADING = "Name of area"


def read_workbook(
    connection: "duckdb.DuckDBPyConnection", release: Release, found: Changes
) -> Workbook:
    """All worksheets of the release."""
    preface = changes.preface(release, found)
    sheets: list[Sheet] = []
    left_out: list[tuple[str, str]] = []
    for choice in (*_CHOICES, _CHANGE_LOG):
        before = preface if choice is _CHANGE_LOG else ()
        sheet = _sheet(connection, release, choice, before)
        if isinstance(sheet, Sheet):
            sheets.append(sheet)
        else:
            left_out.append((choice.title, " ".join((sheet, *before))))
    notes = _notes(release, sheets)
    return Workbook(
        title=about.NAME,
        cover=_cover(release),
        sheets=(_contents([notes, *sheets], left_out), notes, *sheets),
    )


def _sheet(
    connection: "duckdb.DuckDBPyConnection",
    release: Release,
    choice: _Choice,
    before: tuple[str, ...],
) -> Sheet | str:
    """The worksheet of a choice, or why there is none."""
    if all(table.full_name != choice.table for table in release.tables):
        return f"The release has no table {choice.table}."
    return _Reader(connection, release, choice).sheet(before)


class _Reader:
    """Makes the worksheet of one choice."""

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", release: Release, choice: _Choice
    ) -> None:
        self._connection = connection
        self._release = release
        self._choice = choice
        self._table = release.table(choice.table)
        names = choice.columns or tuple(column.name for column in self._table.columns)
        self._columns = tuple(map(self._table.column, names))

    def sheet(self, before: Sequence[str] = ()) -> Sheet | str:
        """The worksheet, or why there is none. `before` stands above what is said of the table."""
        rows = self._rows()
        if not rows:
            return "The release has no such rows."
        if len(rows) + 100 > LONGEST_SHEET:
            return f"{len(rows):,} rows are more than a worksheet holds: see {self._choice.table}."
        choice = self._choice
        cells = tuple(map(self._cells, rows))
        synthetic = any(row.get("evidence_class") == "synthetic" for row in rows)
        return Sheet(
            label=choice.label,
            table_name=choice.table.partition(".")[2],
            title=choice.title,
            subtitles=(SENTENCE,) if synthetic else (),
            instructions=(
                f"This worksheet contains one table of {len(rows):,} rows. Signs and notes are "
                "explained below and in the worksheet Notes."
            ),
            legend=(*before, *self._described(), *_legend(cells), *self._warnings()),
            source=f"Source: {choice.table} of release {self._release.release_id}.",
            scope=choice.scope,
            headings=tuple(self._headings(cells)),
            rows=cells,
        )

    def _rows(self) -> list[dict[str, Any]]:
        choice = self._choice
        names = [f'"{column.name}"' for column in self._columns]
        if choice.place is not None:
            here = names.index(f'"{choice.place}"') + 1
            place = _PLACE_NAME.format(column=choice.place)
            names.insert(here, f'{place} as "{_PLACE_HEADING}"')
        if choice.withheld_by and f'"{choice.withheld_by}"' not in names:
            names.append(choice.withheld_by)
        result = self._connection.execute(
            f"select {', '.join(names)} from {choice.table} as shown where {choice.rows} "
            "order by shown.rowid",  # as published; looking up names would mix them
        )
        described = [column[0] for column in result.description or ()]
        return [dict(zip(described, row, strict=True)) for row in result.fetchall()]

    def _cells(self, row: Mapping[str, Any]) -> tuple[Cell, ...]:
        return tuple(self._cell(name, row) for name in row)

    def _cell(self, name: str, row: Mapping[str, Any]) -> Cell:
        value = row[name]
        if value is not None:
            return _shown(value, f"{self._choice.table}.{name}", name)
        choice = self._choice
        if name in choice.not_applicable:
            return symbols.NOT_APPLICABLE.sign
        if name in choice.confidential or (choice.withheld_by and row[choice.withheld_by]):
            return symbols.CONFIDENTIAL.sign
        return symbols.NOT_AVAILABLE.sign

    def _described(self) -> Iterator[str]:
        """What the table is, a sentence a line."""
        return iter(re.split(r"(?<=[.;]) (?=[A-Z])", self._table.description.strip()))

    def _warnings(self) -> Iterator[str]:
        """What the figures here must not be used for."""
        ids = dict.fromkeys(one for column in self._columns for one in column.warnings)
        for one in ids:
            yield f"Mind: {self._release.warnings[one].title}."

    def _headings(self, cells: Sequence[Sequence[Cell]]) -> Iterator[Heading]:
        columns: list[Column | None] = list(self._columns)
        if self._choice.place is not None:
            here = next(
                number
                for number, column in enumerate(self._columns)
                if column.name == self._choice.place
            )
            columns.insert(here + 1, None)
        for column, values in zip(columns, zip(*cells, strict=True), strict=True):
            yield _heading(column, values)


def _shown(value: Any, where: str, name: str) -> Cell:
    """A value that is there, as a cell. A figure stays the figure it is."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name == "evidence_class" and value == "synthetic":
        return MARK
    if isinstance(value, list):
        return printable("; ".join(map(str, value)), where)
    if isinstance(value, int | date):
        return value
    if isinstance(value, str):
        return printable(value, where)
    number = float(value)
    return number if math.isfinite(number) else f"not a finite number ({number})"


def _heading(column: Column | None, values: Sequence[Cell]) -> Heading:
    if column is None:
        lines: tuple[str, ...] = (_PLACE_HEADING,)
        look = Look.TEXT
    else:
        look = _look(column)
        words = _in_words(column.name)
        known = not column.unit or not look.is_number or column.unit in words.lower()
        lines = (words,) if known else (words, f"({column.unit})")
    return Heading(lines, look, _width(lines, look, values))


def _in_words(name: str) -> str:
    """A column's name as words: its unit stands below it, and what an id is needs no word."""
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    words = " ".join(_WORDS.get(word, word) for word in name.split("_"))
    return words[0].upper() + words[1:]


def _look(column: Column) -> Look:
    if column.type == "DATE":
        return Look.DATE
    if column.type in ("VARCHAR", "VARCHAR[]", "BOOLEAN", "TIMESTAMP"):
        return Look.TEXT
    if column.unit is None:  # a year, a number of a step
        return Look.WHOLE if "INT" in column.type else Look.ONE_PLACE
    return next((look for unit, look in _LOOKS if column.unit.startswith(unit)), Look.COUNT)


def _width(lines: Sequence[str], look: Look, values: Sequence[Cell]) -> int:
    """Wide enough for the longest word of the heading, and for the values up to a line's length."""
    words = max(len(word) for line in lines for word in line.split())
    longest = max((len(str(value)) for value in values), default=0)
    return room(max(words, 10) if look.is_number else max(words, min(longest, 50)))


def _legend(cells: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """The signs that stand in these cells."""
    used = {cell for row in cells for cell in row if isinstance(cell, str) and cell[:1] == "["}
    return (symbol.legend for symbol in symbols.SYMBOLS if symbol.sign in used)


def _cover(release: Release) -> Cover:
    synthetic = (SENTENCE,) if release.is_synthetic else ()
    return Cover(
        title=about.NAME,
        introduction=(*synthetic, about.made(release)),
        about=tuple(f"{topic}: {text}" for topic, text in release.readme),
    )


def _contents(sheets: Sequence[Sheet], left_out: Sequence[tuple[str, str]]) -> Sheet:
    rows: list[tuple[Cell, ...]] = [
        (Link(sheet.label), sheet.title, len(sheet.rows)) for sheet in sheets
    ]
    rows += [
        ("Not in this workbook", f"{title}. {why}", symbols.NOT_APPLICABLE.sign)
        for title, why in left_out
    ]
    headings = (
        Heading(("Worksheet",), Look.TEXT, 26),
        Heading(("What it holds",), Look.TEXT, 90),
        Heading(("Rows",), Look.COUNT, 12),
    )
    scope = "Every table of the release, these and all others, is in its CSV and Parquet files."
    return _words_only(CONTENTS, headings, rows, scope)


def _notes(release: Release, sheets: Sequence[Sheet]) -> Sheet:
    """What holds for every worksheet: signs, numbers, quotation marks, warnings."""
    notes = [
        *((f"The sign {symbol.sign}", symbol.meaning) for symbol in symbols.SYMBOLS),
        (
            "Numbers",
            "A cell holds a figure as it was computed and shows fewer places. Nothing is rounded.",
        ),
        (
            "Text in quotation marks",
            "A printed token without a letter or a digit stands in quotation marks, so that it can "
            'be seen and heard: "-" is a hyphen, "" is a cell that was there and empty.',
        ),
        *(
            (f"Mind: {warning.title}", warning.text)
            for warning in release.warnings.values()
            if any(f"Mind: {warning.title}." in sheet.legend for sheet in sheets)
        ),
    ]
    rows = [(number, topic, text) for number, (topic, text) in enumerate(notes, start=1)]
    headings = (
        Heading(("Note number",), Look.TEXT, 16),
        Heading(("On",), Look.TEXT, 50),
        Heading(("Note",), Look.TEXT, 90),
    )
    return _words_only(NOTES, headings, rows, "")


def _words_only(
    label: str, headings: tuple[Heading, ...], rows: Sequence[tuple[Cell, ...]], scope: str
) -> Sheet:
    """A worksheet that shows no figures."""
    return Sheet(
        label=label,
        table_name=label.lower(),
        title=label,
        subtitles=(),
        instructions="This worksheet contains one table.",
        legend=(),
        source="",
        scope=scope,
        headings=headings,
        rows=tuple(rows),
    )
