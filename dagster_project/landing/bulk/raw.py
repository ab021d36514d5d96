"""A CSV as a Parquet file of text, one record a row, in the order of the file.

Belongs here: the two ways there and which one a file takes, and where each record stands.
Does not: what a cell's text means.

DuckDB reads a clean file fast, and refuses one with ragged lines, odd quotation marks or a line
longer than a cell may be. Such a file is read again by Python's csv, slowly and completely. Both
give the same cells; a blank is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.formats.bulk import Scan
from dagster_project.formats.limits import LIMITS
from dagster_project.formats.sheets import csv_rows
from dagster_project.sql import place, quoted_place

_BATCH = 20_000
# Cells beyond the headings, as a JSON array; the line a record begins in; how many cells it has.
EXTRA, LINE, CELLS = "_extra", "_line", "_cells"
# What DuckDB says of a file that it does not read.
NOT_CLEAN = duckdb.InvalidInputException


@dataclass(frozen=True)
class Raw:
    """The records of a file as text: columns `c0`, `c1`... in the order of the headings.

    `_record` counts the records below the headings from 1. `locator` is SQL for the place of one:
    its line, or its number where a line break within a cell hides the line. `is_ragged`: records
    may have another number of cells than there are headings.
    """

    path: Path
    records: int
    locator: str
    is_ragged: bool
    width: int


def to_parquet(
    connection: duckdb.DuckDBPyConnection, text: Path, scan: Scan, head: int, width: int, to: Path
) -> Raw:
    """Write the records below the first `head` lines of a UTF-8 text, `width` cells each.

    Raises `FileProblem` (`file-damaged`) if the CSV breaks off.
    """
    if is_plain(scan):
        try:
            records = _fast(connection, text, head, width, to)
            clean = _has_no_cell_too_many(connection, text, scan, head, width, to, records)
        except NOT_CLEAN:
            clean = False  # by DuckDB's account
        if clean:
            # as many lines as records: no cell has a line break in it, and no line is blank
            lines = scan.lines - head
            locator = (
                f"'line ' || (_record + {head})" if lines == records else "'record ' || _record"
            )
            return Raw(to, records, locator, is_ragged=False, width=width)
    records = _slow(text, head, width, to)
    return Raw(to, records, f"'line ' || {LINE}", is_ragged=True, width=width)


def _has_no_cell_too_many(
    connection: duckdb.DuckDBPyConnection,
    text: Path,
    scan: Scan,
    head: int,
    width: int,
    to: Path,
    records: int,
) -> bool:
    """Whether no record has a blank cell beyond the headings, which DuckDB passes over.

    It does even where that is the last cell of a record, moved there by one put in before it.
    """
    with text.open("rb") as file:
        above = sum(line.count(b",") for line in islice(file, head))
    within = scan.commas - above - records * (width - 1)
    if within == 0:
        return True
    counts = " + ".join(
        f"coalesce(sum(length({name}) - length(replace({name}, ',', ''))), 0)"
        for name in columns(width)
    )
    found = connection.execute(f"select {counts} from read_parquet({quoted_place(to)})").fetchone()
    return found is not None and within == int(found[0])


def is_plain(scan: Scan) -> bool:
    """Whether DuckDB and Python's csv agree on what the cells are wherever both read the file."""
    return scan.line_end is not None and not scan.padded_quotes


def columns(width: int) -> list[str]:
    """The names of the columns of text."""
    return [f"c{number}" for number in range(width)]


def _fast(
    connection: duckdb.DuckDBPyConnection, text: Path, head: int, width: int, to: Path
) -> int:
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in columns(width))
    (records,) = connection.execute(
        f"""
        copy (
            select * from read_csv(
                {quoted_place(text)}, skip = {head}, header = false, columns = {{{types}}},
                auto_detect = false, delim = ',', quote = '"', escape = '"',
                strict_mode = true, compression = 'none', hive_partitioning = false,
                max_line_size = {LIMITS.cell_characters}
            )
        ) to {quoted_place(to)} (format parquet)
        """
    ).fetchone() or (0,)
    return int(records)


def _slow(text: Path, head: int, width: int, to: Path) -> int:
    schema = pa.schema(
        [
            *((name, pa.string()) for name in columns(width)),
            (LINE, pa.int64()),
            (CELLS, pa.int32()),
            (EXTRA, pa.string()),
        ]
    )
    records = 0
    with (
        text.open(encoding="utf-8-sig", newline="") as file,
        pq.ParquetWriter(place(to), schema) as writer,
    ):
        for batch in _batches(file, head, width):
            records += len(batch[0])
            arrays = [
                pa.array(values, kind) for values, kind in zip(batch, schema.types, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return records


def _batches(file: object, head: int, width: int) -> Iterator[Sequence[Sequence[object]]]:
    rows: list[list[object]] = []
    for line, row in csv_rows(file):  # type: ignore[arg-type]
        if line <= head or not row:
            continue
        cells: list[object] = [cell or None for cell in row[:width]]
        cells += [None] * (width - len(cells))
        extra = row[width:]
        spilt = json.dumps(extra, ensure_ascii=False) if any(map(str.strip, extra)) else None
        rows.append([*cells, line, len(row), spilt])
        if len(rows) == _BATCH:
            yield list(zip(*rows, strict=True))
            rows = []
    if rows:
        yield list(zip(*rows, strict=True))
