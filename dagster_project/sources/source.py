"""The shape of a source: what every publisher's module says about its files.

Belongs here: the types that sources and landing share. Does not: any publisher, and anything heavy;
this module is imported wherever a rule is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dagster_project.formats.headings import Found, Missing
from dagster_project.formats.sheets import Sheet

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameModel


class Severity(StrEnum):
    """What happens to what breaks a rule."""

    REFUSE = "refuse"  # the file is not loaded
    QUARANTINE = "quarantine"  # the row is not loaded, and kept verbatim beside
    WITHHOLD = "withhold"  # the row is loaded without the cell, which is pointed out
    FLAG = "flag"  # the row is loaded as given, and the value is pointed out


@dataclass(frozen=True)
class Context:
    """What is known of a file before it is opened: the year and release of its folder.

    `year` is `2012-13`, or `all` for a register of all years, or None if the file lies in no raw
    tree.
    """

    year: str | None
    release: str | None = None


@dataclass(frozen=True)
class Broken:
    """Rows that break a rule: their labels in the frame, the field, and what to say of each."""

    rows: pd.Index
    field: str | None
    message: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Rule:
    """A rule that rows or files must keep.

    `id` is stable for ever. `check` looks at all rows of a publication at once and returns those
    that break the rule; it is None for rules that are kept while a file is opened and recognised,
    and for rules that the row model itself states. A flag about a table as a `whole` is given the
    quarantined rows too, and which rows are loaded in the column `_loaded`.
    """

    id: str
    severity: Severity
    description: str
    remedy: str
    check: Callable[[pd.DataFrame, Context], Iterable[Broken]] | None = None
    whole: bool = False


@dataclass(frozen=True)
class Match:
    """A sheet is one of the source's layouts: which, and where its headings are."""

    layout: str
    found: Found


@dataclass(frozen=True)
class Near:
    """A sheet is nearly one of the source's layouts: the rule it breaks, and in which way.

    `score` says how near, from 0 to 1. The source that comes nearest words the error.
    """

    rule_id: str
    score: float
    reason: str
    place: str | None = None


def nearly(sheet: Sheet, missing: Missing | None) -> Near | None:
    """A table that lacks headings, as what to say of it."""
    if missing is None:
        return None
    place = sheet.place(missing.row)
    return Near("column-missing", missing.score, missing.side_by_side(), place)


@dataclass(frozen=True)
class Shape:
    """Rows of one sheet, by number, whose cells do not fit the headings.

    `long` have more cells than there are headings, `short` fewer, and the last number of a `cut`
    row may lack digits. `shifted` have cells that belong to another column. `unended`: the last
    line has no line end, so rows may be missing after it.
    """

    long: frozenset[int] = frozenset()
    short: frozenset[int] = frozenset()
    cut: frozenset[int] = frozenset()
    shifted: frozenset[int] = frozenset()
    unended: bool = False


@dataclass(frozen=True)
class Rows:
    """The rows of one sheet as text, before anything is coerced.

    `columns` has a sequence for each field of the row model; a field that the file does not have is
    absent. `places` says where each row stands, `cell_places` where single cells do if a row is
    gathered from several places. `headings` and `cells` are the row as printed. `shape` says which
    rows do not fit the headings. `years` are the financial years that the content names, and is
    empty if it names none.
    """

    layout: str
    columns: Mapping[str, Sequence[str | None]]
    places: Sequence[str]
    headings: Sequence[str]
    cells: Sequence[Sequence[str]]
    cell_places: Sequence[Mapping[str, str]] | None = None
    shape: Shape = field(default_factory=lambda: Shape())
    years: frozenset[str] = frozenset()
    note: str = ""

    def __len__(self) -> int:
        return len(self.places)

    def verbatim(self, row: int) -> dict[str, str]:
        """One row as printed, cell by cell, under its headings."""
        cells = self.cells[row]
        names = [
            name or f"column {number + 1}"
            for number, name in enumerate(
                [*self.headings, *[""] * (len(cells) - len(self.headings))]
            )
        ]
        return dict(zip(names, cells, strict=False))


@dataclass(frozen=True)
class Source:
    """A publisher's family of files: what every kind of source says of itself.

    `row` is the pandera model that is the one statement of the layout, `rules` are applied in their
    order, and `recognise` knows a sheet by its content.
    """

    name: str
    row: type[DataFrameModel]
    rules: Sequence[Rule]
    recognise: Callable[[Sheet], Match | Near | None]


@dataclass(frozen=True)
class TableSource(Source):
    """A source of published tables: small enough to be read whole. `read` takes the rows out."""

    read: Callable[[Sheet, Match, Context], Rows]


@dataclass(frozen=True, slots=True)
class Read:
    """What the text of a cell stands for: a value, or the rule that it breaks and why.

    `reason` says it for everyone to see, and so quotes no more of the text than is shown.
    """

    value: Any = None
    rule_id: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class BulkColumn:
    """A column of a bulk source: the field it lands in, and how its cells are read.

    `at` is its number in the file, None if the file has no such column, and `sql_type` what it
    lands as. `read` is given each distinct text once, None for a blank; without it a text is kept
    as given, or only its length. `unlisted` is the heading of a column that is in no catalogue.
    """

    field: str
    at: int | None
    sql_type: str
    read: Callable[[str | None], Read] | None = None
    only_length: bool = False
    unlisted: str | None = None


@dataclass(frozen=True)
class Breach:
    """What breaks a rule of a bulk source: a condition on the row's fields, in DuckDB's SQL.

    `message` and `token` are SQL too, the latter None where the field is shown to nobody.
    """

    condition: str
    field: str | None
    message: str
    token: str | None = None


@dataclass(frozen=True)
class BulkRule(Rule):
    """A rule of a bulk source that looks at whole rows; None if a column's `read` finds it out."""

    breach: Callable[[Context], Breach] | None = None


@dataclass(frozen=True)
class BulkSource(Source):
    """A source of persons' records, millions in a file: judged by its distinct values and by SQL.

    `read` says how each column of a file is read. `derived` are the fields made of others, as SQL.
    `year` is the field that the year folder is named after. `once` is the field that no two rows
    share, with the rule that the later one breaks; `item` the rule of a column that is not listed,
    `unended` that of a file whose last line has no end.
    """

    read: Callable[[Match, Context], Sequence[BulkColumn]]
    derived: Callable[[Sequence[BulkColumn], Context], Mapping[str, str]]
    year: str
    once: tuple[str, str]
    item: str
    unended: str
