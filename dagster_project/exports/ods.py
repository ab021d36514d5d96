"""The workbook in the OpenDocument format, in the package that odfdo makes.

Belongs here: the same content as `xlsx` in the elements of that format, laid out alike.
Does not: what is in the workbook (`sheets`).

The worksheets are written as text into the package that odfdo made: as its objects, a cell each,
they took a minute for fifty thousand cells.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from dagster_project.exports.content import (
    COVER_WIDTH,
    LINE_HEIGHT,
    MOST_LINES,
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
    from odfdo import Document

_LONG_AGO = NO_TIME.timetuple()[:6]
"""The time of every file in the package, so that the same content gives the same bytes."""

_HERE = '<table:table table:name="here"/>'
"""What stands in the package until the tables take its place."""

_PLACES = {Look.ONE_PLACE: 1, Look.TWO_PLACES: 2, Look.THREE_PLACES: 3}

_CELL_STYLES = {
    "cover-title": 'fo:font-weight="bold" fo:font-size="16pt"',
    "cover-subtitle": 'fo:font-weight="bold" fo:font-size="14pt"',
    "cover-text": 'fo:font-size="12pt"',
    "title": 'fo:font-weight="bold" fo:font-size="16pt"',
    "subtitle": 'fo:font-size="14pt"',
    "line": 'fo:font-size="12pt"',
    "heading": 'fo:font-weight="bold" fo:font-size="12pt"',
    "heading-number": 'fo:font-weight="bold" fo:font-size="12pt"',
    "sign": 'fo:font-size="12pt"',
    "link": 'fo:font-size="12pt" fo:color="#0000ff" style:text-underline-style="solid"',
    **{f"look-{look.name.lower()}": 'fo:font-size="12pt"' for look in Look},
}
_WRAPPED = {"cover-title", "cover-subtitle", "cover-text", "heading", "heading-number", "look-text"}
_RIGHT = {
    "heading-number",
    "sign",
    *(f"look-{look.name.lower()}" for look in Look if look.is_number),
}
_INDENTED = {"heading", "link", "look-text", "look-date"}
_UNDERLINED = {"heading", "heading-number"}

_LARGE = 6
"""What larger letters need beside a line, in points."""

_PAGE = {
    "fo:page-width": "29.7cm",
    "fo:page-height": "21cm",
    "style:print-orientation": "landscape",
    "style:scale-to-X": "1",
    "style:scale-to-Y": "0",
}
"""A4 on its side, as wide as the table."""


def write(workbook: Workbook, path: Path) -> None:
    """Write the workbook. The same content gives the same bytes."""
    from odfdo import Document, Element

    document = Document("spreadsheet")
    document.body.clear()
    document.body.append(Element.from_tag(_HERE))
    widths = {COVER_WIDTH, *(h.width for sheet in workbook.sheets for h in sheet.headings)}
    _add_styles(document, sorted(widths))
    _describe(document, workbook)
    packed = io.BytesIO()
    document.save(packed)
    tables = (_cover(workbook.cover), *map(_sheet, workbook.sheets), _ranges(workbook.sheets))
    path.write_bytes(_packed_with("".join(tables), packed))


def _describe(document: "Document", workbook: Workbook) -> None:
    """Title, language and time; the template's own are those of whoever made it."""
    document.meta.title = workbook.title
    document.meta.language = "en-GB"
    document.meta.creation_date = NO_TIME
    document.meta.date = NO_TIME
    document.language = "en-GB"


def _packed_with(tables: str, packed: io.BytesIO) -> bytes:
    """The package with its tables: mimetype first and bare, one time for all files."""
    again = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(again, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "content.xml":
                data = data.replace(_HERE.encode(), tables.encode(), 1)
            kind = zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(zipfile.ZipInfo(entry.filename, _LONG_AGO), data, compress_type=kind)
    return again.getvalue()


def _add_styles(document: "Document", widths: Sequence[int]) -> None:
    from odfdo import Element

    automatic = document.content.get_element("//office:automatic-styles")
    assert automatic is not None  # every document has the element
    for style in (
        *_number_styles(),
        *map(_cell_style, _CELL_STYLES),
        *map(_column_style, widths),
        *map(_row_style, range(1, MOST_LINES + 1)),
    ):
        automatic.append(Element.from_tag(style))
    for page in document.styles.get_elements("//style:page-layout/style:page-layout-properties"):
        for name, value in _PAGE.items():
            page.set_attribute(name, value)


def _number_styles() -> Iterator[str]:
    for look in (Look.WHOLE, Look.COUNT, *_PLACES):
        grouped = "false" if look is Look.WHOLE else "true"
        yield (
            f'<number:number-style style:name="n-{look.name.lower()}"><number:number '
            f'number:decimal-places="{_PLACES.get(look, 0)}" '
            f'number:min-decimal-places="{_PLACES.get(look, 0)}" '
            f'number:min-integer-digits="1" number:grouping="{grouped}"/></number:number-style>'
        )
    yield (
        '<number:date-style style:name="n-date"><number:day/><number:text> </number:text>'
        '<number:month number:style="long" number:textual="true"/><number:text> </number:text>'
        '<number:year number:style="long"/></number:date-style>'
    )


def _cell_style(name: str) -> str:
    look = name.removeprefix("look-")
    formatted = name.startswith("look-") and look != "text"
    data = f' style:data-style-name="n-{look}"' if formatted else ""
    wrap = ' fo:wrap-option="wrap"' if name in _WRAPPED else ""
    line = ' fo:border-bottom="0.5pt solid #000000"' if name in _UNDERLINED else ""
    align = "end" if name in _RIGHT else "start"
    indent = ' fo:margin-left="0.2cm"' if name in _INDENTED else ""
    return (
        f'<style:style style:name="{name}" style:family="table-cell"{data}>'
        f'<style:table-cell-properties style:vertical-align="top"{wrap}{line}/>'
        f'<style:paragraph-properties fo:text-align="{align}"{indent}/>'
        f'<style:text-properties style:font-name="Arial" fo:font-family="Arial" '
        f"{_CELL_STYLES[name]}/></style:style>"
    )


def _column_style(width: int) -> str:
    return (
        f'<style:style style:name="w{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * 0.22:.2f}cm"/></style:style>'
    )


def _row_style(lines: int) -> str:
    return (
        f'<style:style style:name="h{lines}" style:family="table-row">'
        f'<style:table-row-properties style:row-height="{lines * LINE_HEIGHT + _LARGE}pt" '
        'style:use-optimal-row-height="false"/></style:style>'
    )


def _cover(cover: Cover) -> str:
    texts = [(cover.title, "cover-title")]
    for heading, paragraphs in cover.parts:
        texts.append((heading, "cover-subtitle"))
        texts += [(paragraph, "cover-text") for paragraph in paragraphs]
    rows = [
        _row([_text(text, style)], lines)
        for (text, style), lines in zip(texts, cover.lines, strict=True)
    ]
    return _table("Cover", [COVER_WIDTH], rows)


def _sheet(sheet: Sheet) -> str:
    above = [_row([_text(sheet.title, "title")])]
    above += [_row([_text(line, "subtitle")]) for line in sheet.subtitles]
    above += [_row([_text(line, "line")]) for line in sheet.above[len(sheet.subtitles) :]]
    named = _row(
        [_text(heading.text, _heading_style(heading)) for heading in sheet.headings],
        sheet.heading_lines,
    )
    rows = [
        _row(
            [_cell(cell, heading) for cell, heading in zip(row, sheet.headings, strict=True)],
            sheet.lines(row),
        )
        for row in sheet.rows
    ]
    header = f"<table:table-header-rows>{named}</table:table-header-rows>"
    widths = [heading.width for heading in sheet.headings]
    return _table(sheet.label, widths, [*above, header, *rows])


def _heading_style(heading: Heading) -> str:
    return "heading-number" if heading.look.is_number else "heading"


def _table(label: str, widths: Sequence[int], rows: Sequence[str]) -> str:
    columns = "".join(f'<table:table-column table:style-name="w{width}"/>' for width in widths)
    return f"<table:table table:name={quoteattr(label)}>{columns}{''.join(rows)}</table:table>"


def _row(cells: Sequence[str], lines: int = 1) -> str:
    style = f' table:style-name="h{lines}"'
    return f"<table:table-row{style}>{''.join(cells)}</table:table-row>"


def _cell(cell: Cell, heading: Heading) -> str:
    if isinstance(cell, Link):
        return (
            '<table:table-cell table:style-name="link" office:value-type="string"><text:p>'
            f'<text:a xlink:type="simple" xlink:href={quoteattr(f"#{_quoted(cell.sheet)}.A1")}>'
            f"{escape(cell.sheet)}</text:a></text:p></table:table-cell>"
        )
    style = f"look-{heading.look.name.lower()}"
    if isinstance(cell, str):
        return _text(cell, "sign" if heading.look.is_number else style)
    if isinstance(cell, date):
        return (
            f'<table:table-cell table:style-name="{style}" office:value-type="date" '
            f'office:date-value="{cell.isoformat()}"><text:p>{cell.isoformat()}</text:p>'
            "</table:table-cell>"
        )
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="float" '
        f'office:value="{cell!r}"><text:p>{cell!r}</text:p></table:table-cell>'
    )


def _text(text: str, style: str) -> str:
    lines = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in text.split("\n"))
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">{lines}'
        "</table:table-cell>"
    )


def _spaced(line: str) -> str:
    """Blanks that the format would run together, as elements of their own."""
    return re.sub(
        r"(?<= ) +|\A +| +\Z",
        lambda found: f'<text:s text:c="{len(found[0])}"/>',
        escape(line),
    )


def _ranges(sheets: Sequence[Sheet]) -> str:
    """The tables by name, heading row included, as a workbook of Excel has them."""
    ranges = "".join(map(_range, sheets))
    return f"<table:database-ranges>{ranges}</table:database-ranges>"


def _range(sheet: Sheet) -> str:
    first = len(sheet.above) + 2
    label = _quoted(sheet.label)
    address = f"{label}.A{first}:{label}.{_letters(len(sheet.headings))}{first + len(sheet.rows)}"
    return (
        f"<table:database-range table:name={quoteattr(sheet.table_name)} "
        f'table:target-range-address={quoteattr(address)} table:contains-header="true"/>'
    )


def _quoted(label: str) -> str:
    return "'" + label.replace("'", "''") + "'"


def _letters(number: int) -> str:
    """A column's letters: 1 is A, 27 is AA."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
