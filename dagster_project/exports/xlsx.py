"""The workbook for Excel, written by gptables.

Belongs here: handing the content to gptables, and keeping it from reading text as anything else.
Does not: what is in the workbook (`sheets`).
"""

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.exports.content import (
    COVER_WIDTH,
    LINE_HEIGHT,
    NO_TIME,
    Cell,
    Cover,
    Heading,
    Link,
    Look,
    Sheet,
    Workbook,
)

if TYPE_CHECKING:
    import gptables  # type: ignore[import-untyped]

_FORMATS = {
    Look.DATE: "d mmmm yyyy",
    Look.WHOLE: "0",
    Look.COUNT: "#,##0",
    Look.ONE_PLACE: "#,##0.0",
    Look.TWO_PLACES: "#,##0.00",
    Look.THREE_PLACES: "0.000",
}

_A4 = 9
"""As Excel numbers sizes of paper."""

_LARGE = 6
"""What the larger letters of the cover's headings need beside a line, in points."""

_TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Text is text: nothing that a publisher printed becomes a formula, a link or a number."""

_READ_OTHERWISE = re.compile(r"\[.+\]\(.+\)|\A[^a-zA-Z0-9]*\Z")
"""Text in which gptables sees a link, or which it refuses as nothing but special characters."""


def write(workbook: Workbook, path: Path) -> None:
    """Write the workbook. The same content gives the same bytes."""
    import gptables

    with warnings.catch_warnings():
        # contents and notes are worksheets of the content, for every format alike
        warnings.filterwarnings("ignore", message="No note text provided")
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="gptables")
        book = gptables.produce_workbook(
            filename=str(path),
            sheets={sheet.label: _table(sheet) for sheet in workbook.sheets},
            cover=_cover(workbook.cover),
            contentsheet_label=None,
            auto_width=False,
            workbook_options={**_TEXT_ONLY, "in_memory": True},
        )
    cover = book.get_worksheet_by_name("Cover")
    cover.set_landscape()
    cover.set_paper(_A4)
    cover.fit_to_pages(1, 0)
    for number, lines in enumerate(workbook.cover.lines):
        cover.set_row(number, lines * LINE_HEIGHT + _LARGE)
    for sheet in workbook.sheets:
        _fit(book.get_worksheet_by_name(sheet.label), sheet)
    book.set_properties({"title": workbook.title, "created": NO_TIME, "author": ""})
    book.close()


def _fit(page: Any, sheet: Sheet) -> None:
    """Columns as wide and rows as high as their text; on paper as wide as the page."""
    for number, heading in enumerate(sheet.headings):
        page.set_column(number, number, heading.width)
    first = len(sheet.above) + 1
    page.set_row(first, sheet.heading_lines * LINE_HEIGHT)
    for number, row in enumerate(sheet.rows, start=first + 1):
        if (lines := sheet.lines(row)) > 1:
            page.set_row(number, lines * LINE_HEIGHT)
    page.repeat_rows(first)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)


def _cover(cover: Cover) -> "gptables.Cover":
    import gptables

    return gptables.Cover(
        title=cover.title,
        intro=list(cover.introduction),
        about=list(cover.about),
        width=COVER_WIDTH,
    )


def _table(sheet: Sheet) -> "gptables.GPTable":
    import gptables
    import pandas

    names = [heading.text for heading in sheet.headings]
    rows = [[_value(cell) for cell in row] for row in sheet.rows]
    return gptables.GPTable(
        table=pandas.DataFrame(rows, columns=names, dtype=object),
        table_name=sheet.table_name,
        title=sheet.title,
        subtitles=list(sheet.subtitles),
        instructions=sheet.instructions,
        legend=list(sheet.legend),
        source=sheet.source or None,
        scope=sheet.scope or None,
        index_columns={},
        additional_formatting=list(map(_format, range(len(names)), sheet.headings)),
    )


def _format(number: int, heading: Heading) -> dict[str, Any]:
    """How a column looks besides what gptables does to every cell."""
    look: dict[str, Any] = {"valign": "top"}
    if heading.look in _FORMATS:
        look["num_format"] = _FORMATS[heading.look]
    if not heading.look.is_number:
        look["indent"] = 1  # away from the figures of the column before
    return {"column": {"columns": [number], "format": look, "include_names": True}}


def _value(cell: Cell) -> Any:
    if isinstance(cell, Link):
        return {cell.sheet: f"internal:'{cell.sheet}'!A1"}
    if isinstance(cell, str) and _READ_OTHERWISE.search(cell):
        from gptables.core.gptable import FormatList  # type: ignore[import-untyped]

        return FormatList([{}, cell])  # what gptables writes as it is
    return cell
