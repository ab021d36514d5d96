"""Small workbooks made of their parts, with cells that no writer of values makes."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xlsx(
    sheets: Mapping[str, str], formats: Sequence[str] = (), texts: Sequence[str] = ()
) -> bytes:
    """A workbook: for each sheet the XML of its rows; style 1 has the first of the formats.

    `texts` is the XML within each shared text.
    """
    names = list(sheets)
    return zipped(xlsx_parts(names, list(sheets.values()), formats, texts))


def xlsx_parts(
    names: Sequence[str], rows: Sequence[str], formats: Sequence[str], texts: Sequence[str]
) -> dict[str, str | bytes]:
    numbers = range(1, len(names) + 1)
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>'
        for at, name in zip(numbers, names, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in numbers
    )
    codes = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode={quoteattr(code)}/>'
        for at, code in enumerate(formats)
    )
    styles = "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(formats)))
    shared = "".join(f"<si>{text}</si>" for text in texts)
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" '
        f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_LINKS}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{links}</Relationships>',
        "xl/styles.xml": f"<styleSheet {_MAIN}><numFmts>{codes}</numFmts>"
        f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f"<sst {_MAIN}>{shared}</sst>",
        **{
            f"xl/worksheets/sheet{at}.xml": f"<worksheet {_MAIN}><sheetData>{each}</sheetData>"
            "</worksheet>"
            for at, each in zip(numbers, rows, strict=True)
        },
    }


def ods(sheets: Mapping[str, str], styles: str = "") -> bytes:
    """An OpenDocument workbook: for each sheet the XML of its rows."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>{rows}</table:table>"
        for name, rows in sheets.items()
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:'
            'opendocument:xmlns:manifest:1.0"/>',
            "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} '
            'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        }
    )


Cell = tuple[int, int, str, object]


def xls(cells: Sequence[Cell], codes: Sequence[str] = ()) -> bytes:
    """An Excel 97 workbook with one sheet, `Return`; a cell is row, column, kind, value.

    Kinds: `number`, `text`, `error` (its code), `percent` (a number in the first of the formats of
    `codes`), `raised` (a text and how many of its first characters are not raised).
    """
    fonts = _record(0x31, _font(0)) * 4 + _record(0x31, _font(1))
    formats = b"".join(
        _record(0x41E, struct.pack("<HHB", 164 + at, len(code), 0) + code.encode("latin-1"))
        for at, code in enumerate(codes)
    )
    styles = b"".join(
        _record(0xE0, struct.pack("<HHH", 0, 164 if at == 16 else 0, 1) + bytes(14))
        for at in range(17)
    )
    sheet = (
        _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
        + _record(0x200, struct.pack("<IIHHH", 0, 65536, 0, 256, 0))
        + b"".join(_xls_cell(*cell) for cell in cells)
        + _record(0xA, b"")
    )
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 0x5, 0, 0, 0, 0)) + fonts + formats
    name = struct.pack("<HBB", 0, 6, 0) + b"Return"
    at = len(begin) + len(styles) + len(_record(0x85, bytes(4) + name)) + 4
    globals_ = begin + styles + _record(0x85, struct.pack("<I", at) + name) + _record(0xA, b"")
    return _ole((globals_ + sheet).ljust(4096, b"\0"))


def _font(escapement: int) -> bytes:
    return struct.pack("<HHHHHBBBBBB", 200, 0, 0, 400, escapement, 0, 0, 0, 0, 1, 0) + b"A"


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _xls_cell(row: int, column: int, kind: str, value: object) -> bytes:
    style = 16 if kind == "percent" else 15
    place = struct.pack("<HHH", row, column, style)
    if kind in ("number", "percent"):
        return _record(0x203, place + struct.pack("<d", value))
    if kind == "error":
        return _record(0x205, place + struct.pack("<BB", value, 1))
    if kind == "raised":
        assert isinstance(value, tuple)
        text, flat = value
        body = struct.pack("<HB", len(text), 0) + text.encode("latin-1")
        return _record(0xD6, place + body + struct.pack("<HHH", 1, flat, 5))
    text = str(value)
    return _record(0x204, place + struct.pack("<HB", len(text), 0) + text.encode("latin-1"))


def _ole(stream: bytes) -> bytes:
    """Microsoft's container with one stream, `Workbook`, of at least 4,096 bytes."""
    sectors = -(-len(stream) // 512)
    assert sectors + 2 <= 128
    end, free, fat = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    chain = [fat, end, *range(3, sectors + 2), end]
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0, 4096,
        end, 0, end, 0, 0, *[free] * 108,
    )  # fmt: skip
    entries = _entry("Root Entry", 5, 1, end, 0) + _entry("Workbook", 2, free, 2, len(stream))
    directory = entries + _entry("", 0, free, 0, 0) * 2
    return header + table + directory + stream.ljust(sectors * 512, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    free = 0xFFFFFFFF
    encoded = (name + "\0").encode("utf-16-le") if name else b""
    return struct.pack(
        "<64sHBBIII16sIQQIQ", encoded, len(encoded), kind, 1, free, free, child, b"", 0, 0, 0,
        start, size,
    )  # fmt: skip
