"""Files that are no table: what they are, and what to do with each.

Belongs here: knowing a web page, a PDF, an archive, a pointer, a file of another program and a text
with another separator by their content. Does not: any publisher's headings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from dagster_project.formats.archive import Archive, locked
from dagster_project.formats.problem import FileProblem

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EMPTY_ZIP = b"PK\x05\x06"
_SAVE = "Open it in the program that made it, and save it as CSV or as an Excel workbook (xlsx)."
_UNPACK = "Unpack it, and give the file that is in it."
_DOWNLOAD = "Download the file itself: the page has a link to it."
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|script|meta|title|div|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*"|\[\s*[\[{])')
_LOOK = 4096
# First bytes, what the file is, and the way out.
_SIGNATURES = (
    (b"%PDF-", "a PDF document", "Ask the publisher for the table as CSV or as a workbook."),
    (
        b"version https://git-lfs.github.com/spec/",
        "a Git LFS pointer: a note that says where the file is, not the file",
        "Fetch the file itself with `git lfs pull`, or download it from its page.",
    ),
    (b"PAR1", "a Parquet file", "Save it as CSV; Parquet is read for client level data only."),
    (b"\x89PNG", "a picture", "Ask the publisher for the table as CSV or as a workbook."),
    (b"\xff\xd8\xff", "a picture", "Ask the publisher for the table as CSV or as a workbook."),
    (b"{\\rtf", "a text document (RTF)", _SAVE),
)
_PACKED = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
)
# What a member of a zip says the file is.
_BY_MEMBER = (
    ("xl/workbook.bin", "an Excel binary workbook (xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("index/document.iwa", "an Apple Numbers or Pages document"),
    ("index.zip", "an Apple Numbers or Pages document"),
)
_BY_MIMETYPE = {
    b"application/vnd.oasis.opendocument.text": "an OpenDocument text",
    b"application/vnd.oasis.opendocument.presentation": "an OpenDocument presentation",
}
_IN_OLE = (
    ("WordDocument", "a Word document"),
    ("PowerPoint Document", "a PowerPoint presentation"),
    ("__properties_version1.0", "an e-mail saved by Outlook"),
)


def refuse_other_kinds(data: bytes) -> None:
    """Refuse a file that its first bytes tell to be no CSV and no workbook.

    Raises `FileProblem`: `file-not-a-table` or `file-packed`.
    """
    for signature, what, remedy in _SIGNATURES:
        if data.startswith(signature):
            raise _not_a_table(what, remedy)
    for signature, program in _PACKED:
        if data.startswith(signature):
            raise FileProblem("file-packed", f"it is packed ({program})", remedy=_UNPACK)
    if data.startswith(_EMPTY_ZIP):
        raise FileProblem("file-packed", "it is a zip archive with nothing in it")
    beginning = data[:_LOOK]
    if _PAGE.match(beginning):
        raise _not_a_table("a web page, not a table", _DOWNLOAD)
    if _JSON.match(beginning):
        raise _not_a_table("a JSON file", "Ask the publisher for the table as CSV.")
    _refuse_xml(beginning)


def _refuse_xml(beginning: bytes) -> None:
    if not beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml"):
        return
    if b"urn:schemas-microsoft-com:office:spreadsheet" in beginning:
        raise _not_a_table("a workbook in the XML form of Excel 2003", _SAVE)
    if b"office:document" in beginning:
        raise _not_a_table("a flat OpenDocument file", _SAVE)
    raise _not_a_table("an XML file", "Ask the publisher for the table as CSV or as a workbook.")


def refuse_other_archives(archive: Archive) -> None:
    """Refuse a zip archive that is neither an Excel nor an OpenDocument workbook.

    Raises `FileProblem`: `file-not-a-table`, `file-packed` or `file-locked`.
    """
    for member, what in _BY_MEMBER:
        if member in archive:
            raise _not_a_table(what, _SAVE)
    if "mimetype" in archive:
        what = _BY_MIMETYPE.get(archive.read("mimetype").strip(), "")
        if what:
            raise _not_a_table(what, _SAVE)
    if "_rels/.rels" in archive and "content.xml" in archive:
        raise FileProblem("file-damaged", "it is an Excel and an OpenDocument workbook at once")
    manifest = "META-INF/manifest.xml"
    if manifest in archive and b"encryption-data" in archive.read(manifest):
        raise locked()
    if "_rels/.rels" not in archive and "content.xml" not in archive:
        files = [name for name in archive.names if not name.endswith("/")]
        held = ", ".join(f"'{PurePosixPath(name).name}'" for name in files[:3])
        more = f" and {len(files) - 3} more" if len(files) > 3 else ""
        what = f"with {held}{more} in it" if files else "with nothing in it"
        raise FileProblem("file-packed", f"it is a zip archive {what}", remedy=_UNPACK)


def refuse_other_ole(data: bytes) -> None:
    """Refuse a file of Microsoft's older container that is no workbook of Excel 97 to 2003.

    Raises `FileProblem`: `file-locked` or `file-not-a-table`.
    """
    if _utf_16("EncryptedPackage") in data:
        raise locked()
    for stream, what in _IN_OLE:
        if _utf_16(stream) in data and _utf_16("Workbook") not in data:
            raise _not_a_table(what, _SAVE)


def _utf_16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _not_a_table(what: str, remedy: str) -> FileProblem:
    return FileProblem("file-not-a-table", f"it is {what}", remedy=remedy)


_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_QUOTED = re.compile(r'"[^"]*"')
_HEADING_WITHIN = 15
_LINES = 60
_MOST = 0.6


def refuse_other_separator(lines: Sequence[str]) -> None:
    """Refuse a text whose cells are separated by something else than commas.

    Its heading is a line with at least two of the other mark and fewer commas; most of the lines
    below it have just as many marks, and not just as many commas. Raises `FileProblem`
    (`file-separator`).
    """
    bare = [_QUOTED.sub("", line) for line in lines[:_LINES] if line.strip()]
    for number, line in enumerate(bare[:_HEADING_WITHIN]):
        below = bare[number + 1 :]
        for mark, name in _SEPARATORS.items():
            if (
                line.count(mark) >= 2
                and line.count(mark) > line.count(",")
                and (_repeated(mark, line, below) if below else number == 0)
                and not ("," in line and _repeated(",", line, below))
            ):
                raise FileProblem("file-separator", f"its cells are separated by {name}")


def _repeated(mark: str, line: str, below: Sequence[str]) -> bool:
    counts = Counter(each.count(mark) for each in below)
    return counts[line.count(mark)] >= _MOST * len(below)
