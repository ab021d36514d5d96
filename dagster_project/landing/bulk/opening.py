"""One file of a bulk source: opened, recognised, made into a table of text.

Belongs here: the way from a path to `BulkFile`, and every reason to refuse a file on it.
Does not: judging rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from dagster_project.formats.bulk import Scan, read_head, transcode
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import Document, Sheet
from dagster_project.landing.bulk import raw
from dagster_project.landing.bulk.readings import Reading, read_column
from dagster_project.landing.reading import check_year, matches, refuse_width, unknown
from dagster_project.sources.model import columns_of
from dagster_project.sources.source import BulkSource, Context, Match
from dagster_project.sources.tables import HABIT, unread_note
from dagster_project.sql import identifier, quoted_place


@dataclass(frozen=True)
class Shapes:
    """Conditions in SQL on a record that does not fit the headings: see `Shape`.

    `unended`: the last line has no line end, and its record is loaded.
    """

    long: str
    short: str
    cut: str
    unended: bool


@dataclass(frozen=True)
class BulkFile:
    """A file as a table of text: the view `view` without blank records, and its readings."""

    label: str
    scan: Scan
    layout: str
    note: str | None
    headings: tuple[str, ...]
    heading_line: str
    raw: raw.Raw
    view: str
    rows: int
    year: str | None
    readings: tuple[Reading, ...]
    shape: Shapes


@dataclass(frozen=True)
class Opening:
    """Where files are opened: the engine, the source and folder they are of, and what was seen."""

    connection: duckdb.DuckDBPyConnection
    source: BulkSource
    context: Context
    seen: dict[str, str]
    workspace: Path

    def open(self, number: int, path: Path, label: str, found: Scan) -> BulkFile:
        """Recognise a file as one of its source's and read its text.

        Raises `FileProblem` if it is a duplicate, damaged, of another source or year, or unknown.
        """
        if self.seen.get(found.sha256, label) != label:
            raise FileProblem(
                "file-duplicate", f"it has the same bytes as {self.seen[found.sha256]}"
            )
        sheet, match = _recognise(self.source, read_head(path))
        refuse_width(sheet, match)
        below = sheet.lines[match.found.row + 1 :]
        if not below:
            raise _no_rows()
        text, as_utf8 = transcode(path, found, self.workspace / f"{number}.csv")
        table = raw.to_parquet(
            self.connection,
            text,
            as_utf8,
            below[0] - 1,
            len(match.found.headings),
            self.workspace / f"{number}.parquet",
        )
        view = f"text_{number}"
        rows = _without_blanks(
            self.connection, table, len(match.found.headings), _needed(self.source, match), view
        )
        if not rows:
            raise _no_rows()
        year = _year(self.connection, self.source, match, view, f"years_{number}", self.context)
        readings = tuple(
            read_column(self.connection, view, column, identifier(f"read_{number}_{column.field}"))
            for column in self.source.read(match, replace(self.context, year=year))
        )
        self.seen[found.sha256] = label
        return BulkFile(
            label,
            found,
            match.layout,
            _note(match, readings),
            match.found.headings,
            sheet.place(match.found.row),
            table,
            view,
            rows,
            year,
            readings,
            _shapes(self.connection, table, view, rows, found, readings),
        )


def _no_rows() -> FileProblem:
    return FileProblem("file-empty", "the headings are there, and no row is below them")


def _recognise(source: BulkSource, document: Document) -> tuple[Sheet, Match]:
    found = list(matches(source, document))
    if not found:
        raise unknown(source, document)
    if document.is_workbook:
        raise FileProblem("file-unrecognised", "it is a workbook, and this source's files are CSV")
    return found[0]


def _shapes(
    connection: duckdb.DuckDBPyConnection,
    table: raw.Raw,
    view: str,
    rows: int,
    found: Scan,
    readings: Sequence[Reading],
) -> Shapes:
    """Which records do not fit the headings, by the same evidence as in `tables.shape`."""
    read = [each.column for each in readings if each.column.at is not None]
    needed = 1 + max(each.at or 0 for each in read if not each.only_length)
    is_cut = found.unended and not found.closed
    cut = f"_record = {table.records} and {raw.CELLS} <= {needed}" if is_cut else "false"
    if not table.is_ragged:
        return Shapes("false", "false", cut, found.unended)
    lengths = connection.execute(f"select {raw.CELLS}, count(*) from {view} group by 1").fetchall()
    habits = [0, *(each for each, many in lengths if many >= HABIT or many == rows > 1)]
    usual = f"{raw.CELLS} in ({', '.join(map(str, habits))})"
    width = table.width
    texts = {each.at for each in read if each.only_length}
    least = width - 1 if width - 1 in texts else width
    return Shapes(
        f"{raw.CELLS} > {width} and ({raw.EXTRA} is not null or not {usual})",
        f"{raw.CELLS} < {width} and ({raw.CELLS} < {least} or not {usual})",
        cut,
        found.unended,
    )


def _needed(source: BulkSource, match: Match) -> list[int]:
    """The columns without which a record is worth nothing, but for the one that takes long."""
    return [
        match.found.columns[column.name]
        for column in columns_of(source.row)
        if column.required and column.name != source.once[0]
    ]


def _without_blanks(
    connection: duckdb.DuckDBPyConnection,
    table: raw.Raw,
    width: int,
    needed: Sequence[int],
    view: str,
) -> int:
    """Make the view of the records that have any text, and count them.

    `needed` are the numbers of some columns that every real record has filled.
    """
    cells = raw.columns(width)
    extra = f", cast(null as varchar) as {raw.EXTRA}, {width} as {raw.CELLS}"
    extra = "" if table.is_ragged else extra
    connection.execute(
        f"create view {view}_all as select * exclude (file_row_number), "
        f"file_row_number + 1 as _record{extra} "
        f"from read_parquet({quoted_place(table.path)}, file_row_number = true)"
    )
    # a blank record is rare and rows are wide: only what lacks these is looked at whole
    first = " and ".join(f"coalesce(trim(c{at}), '') = ''" for at in needed)
    connection.execute(f"create table {view}_maybe as select _record from {view}_all where {first}")
    blank = _count(connection, f"{view}_maybe")
    if blank:
        every = " || ".join(f"coalesce(trim({cell}), '')" for cell in [*cells, raw.EXTRA])
        connection.execute(
            f"create table {view}_blank as select _record from {view}_all "
            f"semi join {view}_maybe using (_record) where {every} = ''"
        )
        blank = _count(connection, f"{view}_blank")
    without = f"anti join {view}_blank using (_record)" if blank else ""
    connection.execute(f"create view {view} as select * from {view}_all {without}")
    return table.records - blank


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (found,) = connection.execute(f"select count(*) from {table}").fetchone() or (0,)
    return int(found)


def _year(
    connection: duckdb.DuckDBPyConnection,
    source: BulkSource,
    match: Match,
    view: str,
    table: str,
    context: Context,
) -> str | None:
    """The year folder that the rows are of: that of the file's folder, or the only one there is."""
    column = next(each for each in source.read(match, context) if each.field == source.year)
    reading = read_column(connection, view, column, table)
    found = connection.execute(
        f"select distinct value from {reading.table} where value is not null"
    ).fetchall()
    years = frozenset(str(value) for (value,) in found)
    check_year(years, context)
    return context.year or (next(iter(years)) if len(years) == 1 else None)


def _note(match: Match, readings: tuple[Reading, ...]) -> str | None:
    listed = {each.column.unlisted for each in readings}
    unread = [heading for heading in match.found.unread if heading not in listed]
    return unread_note(len(unread)) or None
