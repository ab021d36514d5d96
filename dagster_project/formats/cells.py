"""What a workbook's file says of its cells that the reader of their values does not.

Belongs here: how far a sheet reaches, and the text of those cells whose value alone misleads: an
error, a formula without a stored result, a percentage, a text with raised notes. Does not: the
values of all other cells (`sheets`).

python-calamine gives a blank for an error and for a formula that was never computed, 0.901 for
90.1%, and `4751` for 475 with a raised note 1 (dimastbk/python-calamine 105, tafia/calamine 720).
xlsx and ods are looked through as XML text, cell by cell: a parser that builds a document takes
several times as long as reading the values. xls is read by xlrd, which knows all of it.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dagster_project.formats.archive import Archive, locked
from dagster_project.formats.limits import LIMITS, beyond
from dagster_project.formats.problem import FileProblem

NO_RESULT = "(formula without a stored result)"
_NO_NAME = "#ERROR!"
# A spreadsheet keeps and shows fifteen digits; what a double has beyond them is noise.
DIGITS = 15
_WHOLE = 10.0**DIGITS

Row = dict[int, str]


@dataclass
class Look:
    """What is known of one sheet: how far its cells reach, and the text of some of them by row.

    Rows and columns are counted from 0; `rows` and `columns` are how many a rectangle from the
    first cell to the farthest has.
    """

    name: str
    rows: int = 0
    columns: int = 0
    texts: dict[int, Row] = field(default_factory=dict)

    def reach(self, row: int, column: int) -> None:
        """Take in a cell that is not blank; raises `FileProblem` if the sheet is too large."""
        if row >= self.rows or column >= self.columns:
            self.rows = max(self.rows, row + 1)
            self.columns = max(self.columns, column + 1)
            if self.rows * self.columns > LIMITS.sheet_cells:
                raise beyond(
                    "sheet_cells",
                    f"cells up to {letters(column)}{row + 1} make {self.rows:,} rows of "
                    f"{self.columns:,} cells",
                    f"sheet '{self.name}' row {row + 1}",
                    "Delete what is in that cell if nothing belongs there.",
                )

    def put(self, row: int, column: int, text: str) -> None:
        """Keep the text of a cell."""
        self.texts.setdefault(row, {})[column] = text


def look(data: bytes, archive: Archive | None) -> dict[str, Look]:
    """Look through all sheets of a workbook; `archive` is None for an xls.

    Raises `FileProblem`: `file-damaged`, `file-locked`, `file-too-large`.
    """
    if archive is None:
        looks = _xls(data)
    elif "xl/workbook.xml" in archive:
        looks = _xlsx(archive)
    else:
        looks = _ods(archive)
    found: dict[str, Look] = {}
    cells = 0
    for number, each in enumerate(looks):
        if number == LIMITS.sheets:
            raise beyond("sheets", f"it has more than {LIMITS.sheets} sheets")
        cells += each.rows * each.columns
        if cells > LIMITS.sheet_cells:
            raise beyond("sheet_cells", f"its sheets have {cells:,} cells", f"sheet '{each.name}'")
        found[each.name] = each
    return found


def letters(column: int) -> str:
    """The name of a spreadsheet column: 0 is A, 26 is AA."""
    high, low = divmod(column, 26)
    return (letters(high - 1) if high else "") + chr(ord("A") + low)


def number_text(value: float) -> str:
    """A number as a spreadsheet shows it in full: at most fifteen digits, never an exponent."""
    if value.is_integer() and -_WHOLE < value < _WHOLE:
        return str(int(value))
    text = repr(value)
    if len(text) <= DIGITS and "e" not in text:
        return text
    if value != value or value in (float("inf"), float("-inf")):
        return text
    shown = format(Decimal(format(value, f".{DIGITS}g")), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def percent_text(value: float, *, scaled: bool = True) -> str:
    """A percentage as it is seen; not `scaled` if its format only adds the sign."""
    exact = Decimal(number_text(value)) * (100 if scaled else 1)
    shown = format(exact, "f")
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + "%"


_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|[\\_*].')
_QUOTED_PERCENT = re.compile(r'"[^"]*%[^"]*"|\\%')


def percent_format(code: str) -> bool | None:
    """Whether a number format shows percent: True if it scales by 100, False if it only adds the
    sign, None if it does neither.
    """
    first = code.split(";", maxsplit=1)[0]
    if "%" not in first:
        return None
    if "%" in _LITERAL.sub("", first):
        return True
    return False if _QUOTED_PERCENT.search(first) else None


_RAISED = str.maketrans(
    "0123456789+-=()abcdefghijklmnoprstuvwxyz",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
)


def raised(text: str) -> str:
    """A raised text as characters that are raised by themselves, else in brackets."""
    bare = text.strip()
    if not bare:
        return text
    moved = bare.translate(_RAISED)
    if all(before != after for before, after in zip(bare, moved, strict=True)):
        return text.replace(bare, moved)
    return f" ({bare}) "


# XML --------------------------------------------------------------------------------------------

_ATTRIBUTES = rb"""(?:[^>"'/]++|"[^"]*+"|'[^']*+'|/(?!>))*+"""
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""")
_TAGS = re.compile(r"<[^>]*>")


def _part(archive: Archive, name: str) -> bytes:
    """A part of a workbook as XML text without comments; blank if the archive has no such part."""
    if name not in archive:
        return b""
    part = archive.read(name)
    declared = _DECLARED.match(part.removeprefix(b"\xef\xbb\xbf"))
    other = declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    if other or part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in part[:4096]:
        raise FileProblem("file-damaged", f"'{name}' is not written as workbooks are")
    if b"<!--" in part:
        part = _COMMENT.sub(b"", part)
    if b"<![CDATA[" in part:
        part = _CDATA.sub(lambda found: html.escape(found[1].decode()).encode(), part)
    return part


def _attributes(text: bytes) -> dict[bytes, bytes]:
    # the quick way first: a sheet has hundreds of thousands of cells
    if b"'" not in text:
        parts = text.split(b'"')
        return dict(zip((key.strip(b"= \t\r\n") for key in parts[::2]), parts[1::2], strict=False))
    return {key: one or other for key, one, other in _ATTRIBUTE.findall(text)}


def _text(value: bytes) -> str:
    return html.unescape(value.decode("utf-8", "replace"))


def _elements(name: str) -> re.Pattern[bytes]:
    """Matches the start of elements of a local name, or of several parted by bars."""
    return re.compile(rb"<(?:\w+:)?(" + name.encode() + rb")(?=[\s/>])(" + _ATTRIBUTES + rb")(/?)>")


# xlsx -------------------------------------------------------------------------------------------

_CELL_OR_ROW = re.compile(rb"<(?:\w+:)?(c|row)(?=[\s/>])(" + _ATTRIBUTES + rb")(/?)>")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLAIN_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d{1,7})"')
_CELL_END = re.compile(rb"</(?:\w+:)?c>")
_ERROR_TYPE = re.compile(rb"""\bt\s*=\s*["']e["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)<")
_ITEM = re.compile(rb"<(?:\w+:)?si(?=[\s/>])(?:[^>]*/>|.*?</(?:\w+:)?si>)", re.DOTALL)
_RUN = re.compile(rb"<(?:\w+:)?(r|rPh|t)(?=[\s/>])(?:[^>]*/>|[^>]*>(.*?)</(?:\w+:)?\1>)", re.DOTALL)
_RUN_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")
_REFERENCE = re.compile(rb"([A-Z]{1,6})(\d{1,9})")
_SUPER = b"superscript"
_BUILT_IN_PERCENT = (b"9", b"10")


def _xlsx(archive: Archive) -> Iterator[Look]:
    book = _linked(archive, "").get("officeDocument", "xl/workbook.xml")
    parts = _linked(archive, book)
    percents = _percent_styles(_part(archive, parts.get("styles", "xl/styles.xml")))
    notes = _raised_items(_part(archive, parts.get("sharedStrings", "xl/sharedStrings.xml")))
    for attributes in _all(_part(archive, book), "sheet"):
        relation = next((attributes[key] for key in attributes if key.endswith(b":id")), b"")
        part = _part(archive, parts.get(_text(relation), ""))
        found = Look(_text(attributes.get(b"name", b"")))
        _look_through_xlsx(part, found, percents, notes)
        yield found


def _linked(archive: Archive, part: str) -> dict[str, str]:
    """The parts that a part links to, by the last word of the link's type and by its id."""
    folder, name = posixpath.split(part)
    links = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, str] = {}
    for attributes in _all(_part(archive, links), "Relationship"):
        to = _text(attributes.get(b"Target", b""))
        path = to[1:] if to.startswith("/") else posixpath.normpath(posixpath.join(folder, to))
        found[_text(attributes.get(b"Id", b""))] = path
        found[posixpath.basename(_text(attributes.get(b"Type", b"")))] = path
    return found


def _all(part: bytes, name: str) -> Iterator[dict[bytes, bytes]]:
    for element in _elements(name).finditer(part):
        yield _attributes(element[2])


def _percent_styles(part: bytes) -> dict[bytes, bool]:
    """The numbers of the cell styles that show percent, and whether each scales by 100."""
    codes = dict.fromkeys(_BUILT_IN_PERCENT, True)
    for attributes in _all(part, "numFmt"):
        scales = percent_format(_text(attributes.get(b"formatCode", b"")))
        codes.pop(attributes.get(b"numFmtId", b""), None)
        if scales is not None:
            codes[attributes.get(b"numFmtId", b"")] = scales
    begin = re.search(rb"<(?:\w+:)?cellXfs[\s>].*?</(?:\w+:)?cellXfs>", part, re.DOTALL)
    if begin is None:
        return {}
    formats = [each.get(b"numFmtId", b"0") for each in _all(begin[0], "xf")]
    return {str(at).encode(): codes[each] for at, each in enumerate(formats) if each in codes}


def _raised_items(part: bytes) -> dict[bytes, str]:
    """Those shared texts that have raised runs, by their numbers."""
    if _SUPER not in part:
        return {}
    return {
        str(number).encode(): _runs(item[0])
        for number, item in enumerate(_ITEM.finditer(part))
        if _SUPER in item[0]
    }


def _runs(item: bytes) -> str:
    """The text of an item with its raised runs raised; hints of pronunciation are left out."""
    texts = []
    for run in _RUN.finditer(item[item.find(b">") + 1 :]):
        kind, content = run[1], run[2] or b""
        if kind == b"t":
            texts.append(_text(content))
        elif kind == b"r":
            text = "".join(_text(each) for each in _RUN_TEXT.findall(content))
            texts.append(raised(text) if _SUPER in content else text)
    return "".join(texts).strip()


def _look_through_xlsx(
    part: bytes, found: Look, percents: Mapping[bytes, bool], notes: Mapping[bytes, str]
) -> None:
    has_errors = _ERROR_TYPE.search(part) is not None
    has_formulas = _FORMULA.search(part) is not None
    is_plain = not (has_errors or has_formulas or percents or notes or _SUPER in part)
    if is_plain and _reach_at_once(part, found):
        return
    row, column = -1, -1
    columns: dict[bytes, int] = {}
    for element in _CELL_OR_ROW.finditer(part):
        attributes = _attributes(element[2])
        reference = attributes.get(b"r")
        if element[1] == b"row":
            row, column = int(reference) - 1 if reference else row + 1, -1
            continue
        column += 1
        if reference is not None:
            name, number = _reference(reference)
            if name not in columns:
                columns[name] = _column(name)
            row, column = number - 1, columns[name]
        if element[3]:
            continue
        found.reach(row, column)
        if not is_plain:
            close = _CELL_END.search(part, element.end())
            content = part[element.end() : close.start()] if close else part[element.end() :]
            text = _seen(attributes, content, percents, notes)
            if text is not None:
                found.put(row, column, text)


def _reach_at_once(part: bytes, found: Look) -> bool:
    """Take in all cells of a sheet at once, blank ones too, if it is small enough for that."""
    references = _PLAIN_CELL.findall(part)
    if len(references) != len(_CELL.findall(part)):
        return False
    row = max(map(int, {number for _, number in references}), default=0)
    column = max(map(_column, {name for name, _ in references}), default=-1)
    if row * (column + 1) > LIMITS.sheet_cells:
        return False
    found.rows, found.columns = row, column + 1
    return True


def _seen(
    attributes: Mapping[bytes, bytes],
    content: bytes,
    percents: Mapping[bytes, bool],
    notes: Mapping[bytes, str],
) -> str | None:
    """The text that a person sees in a cell, where its value alone misleads."""
    kind = attributes.get(b"t", b"n")
    value = _VALUE.search(content)
    stored = value[1].strip() if value else b""
    if kind == b"e":
        return _text(stored) or _NO_NAME
    if kind == b"s":
        return notes.get(stored)
    if kind == b"inlineStr":
        return _runs(b"<is>" + content.partition(b">")[2]) if _SUPER in content else None
    if not stored:
        is_formula = kind != b"str" and _FORMULA.search(content)
        return NO_RESULT if is_formula else None
    scaled = percents.get(attributes.get(b"s", b"0")) if kind == b"n" else None
    return None if scaled is None else _percent(stored, scaled)


def _percent(stored: bytes, scaled: bool) -> str | None:
    try:
        return percent_text(float(stored), scaled=scaled)
    except ValueError:
        return None


def _reference(reference: bytes) -> tuple[bytes, int]:
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise FileProblem("file-damaged", f"'{_text(reference)}' is not the place of a cell")
    return found[1], int(found[2])


def _column(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


# ods --------------------------------------------------------------------------------------------

_ODS_SHEET = re.compile(rb"<table:table(?=[\s/>])(" + _ATTRIBUTES + rb")")
# What may make the text of a cell another than its value; without these a cell is as it is read.
_ODS_SPECIAL = (b"table:formula", b"percentage", b'"error"', b"'error'", b"string-value")
_ODS_START = re.compile(rb"(?:cell|row)(" + _ATTRIBUTES + rb")(/?)>")
_ODS_END = re.compile(rb"</table:(?:covered-)?table-cell>")
_PARAGRAPH = re.compile(rb"<text:p(?=[\s/>])(?:[^>]*/>|[^>]*>(.*?)</text:p>)", re.DOTALL)
_NOTE = re.compile(rb"<office:annotation[\s>].*?</office:annotation>", re.DOTALL)
_SHOWN_ERROR = re.compile(r"#(?:REF|DIV/0|N/A|NAME|VALUE|NUM|NULL)\b.*|#N/A|Err:\d+", re.DOTALL)
_STYLE = re.compile(
    rb"""<style:style\b[^>]*?style:name\s*=\s*["']([^"']*)["'](.*?)</style:style>""", re.DOTALL
)
_RAISED_STYLE = re.compile(rb"""text-position\s*=\s*["'](?:super|[1-9])""")
_SPAN = re.compile(
    rb"""<text:span\b[^>]*?style-name\s*=\s*["']([^"']*)["'][^>]*>(.*?)</text:span>""", re.DOTALL
)


def _ods(archive: Archive) -> Iterator[Look]:
    part = _part(archive, "content.xml")
    styles = part + _part(archive, "styles.xml") if b"text-position" in part else b""
    notes = {
        name
        for name, content in _STYLE.findall(styles)
        if _RAISED_STYLE.search(content) is not None
    }
    starts = list(_ODS_SHEET.finditer(part))
    ends = [*(start.start() for start in starts[1:]), len(part)]
    for start, end in zip(starts, ends, strict=True):
        found = Look(_text(_attributes(start[1]).get(b"table:name", b"")))
        _look_through_ods(part[start.end() : end], found, notes)
        yield found


def _look_through_ods(sheet: bytes, found: Look, notes: set[bytes]) -> None:
    is_plain = not notes and not any(mark in sheet for mark in _ODS_SPECIAL)
    sheet = sheet.replace(b"<table:covered-table-cell", b"<table:table-cell")
    row, down, column, last = 0, 0, 0, -1
    # split, not matched one by one: a sheet has hundreds of thousands of cells
    for piece in sheet.split(b"<table:table-")[1:]:
        if piece[:4] == b"cell":
            across = 1
            if b"number-columns-repeated" in piece:
                across = _repeats(piece, b"table:number-columns-repeated")
            if b"office:value-type" in piece or not _is_blank(piece):
                last = column + across - 1
                text = None if is_plain else _seen_in_ods(piece, notes)
                if text is not None:
                    found.reach(row + down - 1, last)
                    for at in range(row, row + down):
                        found.texts.setdefault(at, {}).update(
                            dict.fromkeys(range(column, column + across), text)
                        )
            column += across
        elif piece[:3] == b"row":
            if last >= 0:
                found.reach(row + down - 1, last)
            row, column, last = row + down, 0, -1
            down = _repeats(piece, b"table:number-rows-repeated")
    if last >= 0:
        found.reach(row + down - 1, last)


def _is_blank(piece: bytes) -> bool:
    """Whether a cell has neither a formula nor anything in it."""
    start = _ODS_START.match(piece)
    if start is None or b"table:formula" in start[1]:
        return False
    close = _ODS_END.search(piece, start.end())
    return bool(start[2]) or (close is not None and not piece[start.end() : close.start()].strip())


def _repeats(piece: bytes, name: bytes) -> int:
    if name not in piece:
        return 1
    start = _ODS_START.match(piece)
    text = _attributes(start[1]).get(name, b"1") if start else b"1"
    if not text.isdigit():
        raise FileProblem("file-damaged", f"'{_text(text)}' is no number of repetitions")
    return max(int(text), 1)


def _seen_in_ods(piece: bytes, notes: set[bytes]) -> str | None:
    """The text that a person sees in a cell, where its value alone misleads."""
    if not notes and not any(mark in piece for mark in _ODS_SPECIAL):
        return None
    start = _ODS_START.match(piece)
    if start is None:
        return None
    attributes = _attributes(start[1])
    kind = attributes.get(b"office:value-type")
    if kind == b"percentage":
        return _percent(attributes.get(b"office:value", b""), True)
    close = _ODS_END.search(piece, start.end())
    content = b"" if start[2] or close is None else piece[start.end() : close.start()]
    shown = _paragraphs(_NOTE.sub(b"", content), notes)
    if attributes.get(b"calcext:value-type") == b"error":
        return shown or _NO_NAME
    if attributes.get(b"office:string-value") == b"" and shown:
        return shown
    if b"table:formula" in attributes:
        if _SHOWN_ERROR.fullmatch(shown):
            return shown
        if kind is None and not shown:
            return NO_RESULT
    return shown if kind == b"string" and _is_raised(content, notes) else None


def _is_raised(content: bytes, notes: set[bytes]) -> bool:
    return any(name in notes for name, _ in _SPAN.findall(content))


def _paragraphs(content: bytes, notes: set[bytes]) -> str:
    if notes:
        content = _SPAN.sub(
            lambda span: (
                html.escape(raised(_bare(span[2]))).encode() if span[1] in notes else span[2]
            ),
            content,
        )
    return "\n".join(_bare(each) for each in _PARAGRAPH.findall(content)).strip()


def _bare(content: bytes) -> str:
    return html.unescape(_TAGS.sub("", content.decode("utf-8", "replace")))


# xls --------------------------------------------------------------------------------------------

_XLRD_BLANK = (0, 6)


def _xls(data: bytes) -> Iterator[Look]:
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=data,
            formatting_info=True,
            ragged_rows=True,
            on_demand=True,
            ignore_workbook_corruption=True,
            logfile=io.StringIO(),
        )
        for number in range(min(book.nsheets, LIMITS.sheets + 1)):
            sheet = book.sheet_by_index(number)
            found = Look(sheet.name)
            for row in range(sheet.nrows):
                _look_through_xls_row(book, sheet, row, found)
            book.unload_sheet(number)
            yield found
    except (FileProblem, MemoryError):
        raise
    except Exception as error:  # a damaged file breaks xlrd in many ways
        if "encrypted" in str(error):
            raise locked() from error
        reason = f"the workbook cannot be opened: {error}"
        raise FileProblem("file-damaged", reason) from error


def _look_through_xls_row(book: object, sheet: object, row: int, found: Look) -> None:
    import xlrd

    for column, cell in enumerate(sheet.row(row)):  # type: ignore[attr-defined]
        if cell.ctype in _XLRD_BLANK:
            continue
        found.reach(row, column)
        if cell.ctype == xlrd.XL_CELL_ERROR:
            found.put(row, column, xlrd.error_text_from_code.get(cell.value, _NO_NAME))
        elif cell.ctype == xlrd.XL_CELL_NUMBER:
            style = book.xf_list[cell.xf_index].format_key  # type: ignore[attr-defined]
            scaled = percent_format(book.format_map[style].format_str)  # type: ignore[attr-defined]
            if scaled is not None:
                found.put(row, column, percent_text(cell.value, scaled=scaled))
        elif cell.ctype == xlrd.XL_CELL_TEXT:
            runs = sheet.rich_text_runlist_map.get((row, column))  # type: ignore[attr-defined]
            fonts = book.font_list  # type: ignore[attr-defined]
            if runs and any(fonts[at].escapement == 1 for _, at in runs):
                found.put(row, column, _xls_runs(cell.value, runs, fonts))


def _xls_runs(text: str, runs: list[tuple[int, int]], fonts: list[object]) -> str:
    begins = [0, *(begin for begin, _ in runs)]
    ends = [*(begin for begin, _ in runs), len(text)]
    kinds = [False, *(fonts[at].escapement == 1 for _, at in runs)]  # type: ignore[attr-defined]
    return "".join(
        raised(text[begin:end]) if is_raised else text[begin:end]
        for begin, end, is_raised in zip(begins, ends, kinds, strict=True)
    ).strip()
