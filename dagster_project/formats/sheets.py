"""CSV files and workbooks, both read as sheets of text.

Belongs here: telling a CSV from a workbook by its content, and turning every cell into the text a
person would see, with the line or row it stands in. Does not: headings, and what a cell means.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import TextIO

from dagster_project.formats.archive import Archive
from dagster_project.formats.cells import Look, look, number_text
from dagster_project.formats.content import decode
from dagster_project.formats.kinds import (
    OLE,
    ZIP,
    refuse_other_archives,
    refuse_other_kinds,
    refuse_other_ole,
    refuse_other_separator,
)
from dagster_project.formats.limits import LIMITS, beyond
from dagster_project.formats.problem import FileProblem

# How many lines tell by what the cells of a text are separated.
_SAMPLE = 60
_TOO_LONG = f"a cell is longer than {LIMITS.cell_characters:,} characters"
_WORKBOOK_SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}


@dataclass(frozen=True)
class Sheet:
    """One table of text cells as it lies in a file.

    `rows` holds every row from the first of the sheet, blank ones too, and may be ragged. `name` is
    None for a CSV. `lines` is the number of the line or row in which each row begins, from 1.
    `unended`: the last line of a CSV has no line end where the others have. `closed`: quotation
    marks end its last cell, so that the cell is whole.
    """

    name: str | None
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]
    unended: bool = False
    closed: bool = False

    def place(self, row: int) -> str:
        """Where a row of `rows` stands, in words: `line 12` or `sheet 'Return' row 8`."""
        if self.name is None:
            return f"line {self.lines[row]}"
        return f"sheet '{self.name}' row {self.lines[row]}"

    @property
    def title(self) -> str:
        """What to call the sheet in a message."""
        return "the table" if self.name is None else f"sheet '{self.name}'"


@dataclass(frozen=True)
class Document:
    """A file as sheets: one for a CSV, all of them for a workbook. `encoding` is None there."""

    sheets: tuple[Sheet, ...]
    encoding: str | None

    @property
    def is_workbook(self) -> bool:
        """Whether the file holds named sheets."""
        return self.encoding is None


def read_document(data: bytes, name: str) -> Document:
    """Read the sheets of a file from its bytes; `name` only tells what the file says it is.

    Raises `FileProblem`: `file-empty`, `file-encoding`, `file-damaged` (a workbook by its name
    that is none by its content, a workbook cut short, a quotation mark that is never closed),
    `file-locked`, `file-packed`, `file-not-a-table`, `file-separator`, or `file-too-large`.
    """
    if not data.strip():
        raise FileProblem("file-empty", "there is nothing in it")
    refuse_other_kinds(data)
    if is_workbook(data):
        sheets = _workbook(data)
        encoding = None
    elif PurePath(name).suffix.lower() in _WORKBOOK_SUFFIXES:
        raise FileProblem(
            "file-damaged", "its name says that it is a workbook, and its content is none"
        )
    else:
        text, encoding = decode(data)
        sheets = (_csv(text),)
    if not any(cell.strip() for sheet in sheets for row in sheet.rows for cell in row):
        raise FileProblem("file-empty", "every cell in it is blank")
    return Document(sheets, encoding)


def is_workbook(data: bytes) -> bool:
    """Whether a file is a workbook, by its first bytes."""
    return data.startswith((ZIP, OLE))


def csv_rows(text: TextIO) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV, each with the number of the line in which it begins, from 1.

    Raises `FileProblem`: `file-damaged` where the CSV breaks off, `file-too-large` for a cell that
    is longer than the limit.
    """
    csv.field_size_limit(LIMITS.cell_characters)
    # strict: without it, a quotation mark that is never closed swallows the rest of the file
    reader = csv.reader(text, strict=True)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise beyond("cell_characters", _TOO_LONG, f"line {begins}") from error
        raise FileProblem("file-damaged", f"the CSV breaks off: {error}", f"line {begins}") from (
            error
        )


def _csv(text: str) -> Sheet:
    refuse_other_separator(list(islice(io.StringIO(text), _SAMPLE)))
    found = list(csv_rows(io.StringIO(text, newline="")))
    rows, lines = [row for _, row in found], [line for line, _ in found]
    return Sheet(None, rows, lines, unended(text), text.endswith('"'))


def unended(text: str) -> bool:
    """Whether a text of several lines has no line end after the last of them."""
    return "\n" in text and not text.endswith(("\n", "\r"))


def _workbook(data: bytes) -> tuple[Sheet, ...]:
    archive = None
    if data.startswith(ZIP):
        archive = Archive(data)
        refuse_other_archives(archive)
        archive.verify()
    else:
        refuse_other_ole(data)
    looks = look(data, archive)
    return tuple(_sheet(name, rows, looks) for name, rows in _values(data))


def _values(data: bytes) -> Iterator[tuple[str, Sequence[Sequence[object]]]]:
    from python_calamine import CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            yield name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    # calamine has many errors and, for a hostile file, panics that are no Exception
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:
        raise FileProblem("file-damaged", f"the workbook cannot be opened: {error}") from error


def _sheet(name: str, values: Sequence[Sequence[object]], looks: Mapping[str, Look]) -> Sheet:
    """A sheet of text: what a person sees in each cell, whatever its value alone would say."""
    if name not in looks:
        raise FileProblem("file-damaged", f"its sheet '{name}' is not where workbooks have it")
    rows = [[cell_text(cell) for cell in row] for row in values]
    for row, texts in looks[name].texts.items():
        rows += [[] for _ in range(row + 1 - len(rows))]
        cells = rows[row]
        cells += [""] * (max(texts) + 1 - len(cells))
        for column, text in texts.items():
            cells[column] = text
    for number, cells in enumerate(rows, start=1):
        if max(map(len, cells), default=0) > LIMITS.cell_characters:
            raise beyond("cell_characters", _TOO_LONG, f"sheet '{name}' row {number}")
    return Sheet(name, rows, range(1, len(rows) + 1))


def cell_text(cell: object) -> str:
    """The text of a workbook's cell: `102`, not `102.0`, and dates in ISO form.

    A spreadsheet keeps every number as a fraction, so the code 102 comes back as 102.0. Whole
    numbers lose the point again; a true fraction keeps its digits and is judged later.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    return str(cell)
