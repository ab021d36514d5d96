"""Text files too large to hold in memory: their digest, encoding and line ends, and their head.

Belongs here: looking once through a file's bytes in small pieces, under the same rules as
`content`, and the first lines of it as a sheet. Does not: reading its rows, and what they say.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from dagster_project.formats.content import (
    UTF_8_MARK,
    decode,
    refuse_control_characters,
    refuse_other_encodings,
    refuse_size,
    regular,
    unreadable,
    windows_1252,
)
from dagster_project.formats.kinds import refuse_other_kinds, refuse_other_separator
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import Document, Sheet, csv_rows, is_workbook, read_document

_PIECE = 1 << 22
# Far more than forty lines of titles and a heading of a thousand columns.
_HEAD = 1 << 20
# A workbook is known by so many bytes.
_SIGNATURE = 8
_OTHER_BLANKS = (b"\t", b"\x1a")
_BLANK_AND_QUOTE = (b' "', b'" ', b'\t"', b'"\t')
_PADDED = re.compile(rb'(?:\A|[,\r\n])[ \t]+"|"[ \t]+[,\r\n]')


@dataclass(frozen=True)
class Scan:
    """What one look through a file's bytes tells.

    `line_end` is the mark that ends every line, None if there is more than one kind. `lines` counts
    them, with a last line that nothing ends. `padded_quotes`: somewhere nothing but blanks stands
    between a quotation mark and the border of a cell, which readers of CSV take differently.
    `unended` and `closed` are as in `Sheet`. `commas` counts them, in cells or between.
    """

    sha256: str
    bytes: int
    encoding: str
    line_end: str | None
    lines: int
    padded_quotes: bool
    unended: bool = False
    closed: bool = False
    commas: int = 0


def read_head(path: Path) -> Document:
    """The first lines of a text file as a sheet; a workbook is read whole, for it cannot be large.

    Raises `FileProblem` as `read_content` and `read_document` do.
    """
    regular(path)
    try:
        with path.open("rb") as file:
            data = file.read(_HEAD)
            if is_workbook(data):
                refuse_size(path.stat().st_size)
                return read_document(data + file.read(), path.name)
            if len(data) < _HEAD:
                return read_document(data, path.name)
    except OSError as error:
        raise unreadable(error) from error
    whole_lines = data[: data.rfind(b"\n") + 1] or data
    refuse_other_kinds(whole_lines)
    text, encoding = decode(whole_lines)
    refuse_other_separator(text.splitlines())
    return Document((_first_rows(text),), encoding)


def _first_rows(text: str) -> Sheet:
    """The rows of a text that may break off within one: what follows a break is left out."""
    rows: list[list[str]] = []
    lines: list[int] = []
    with suppress(FileProblem):
        for line, row in csv_rows(io.StringIO(text, newline="")):
            rows.append(row)
            lines.append(line)
    return Sheet(None, rows, lines)


def scan(path: Path) -> Scan:
    """Look through a file's bytes.

    Raises `FileProblem`: `file-not-readable`, or `file-encoding` as `decode` does.
    """
    regular(path)
    try:
        with path.open("rb") as file:
            try:
                workbook = is_workbook(file.read(_SIGNATURE))
                file.seek(0)
                return _scan(file, _NoText() if workbook else _Utf8())
            except UnicodeDecodeError:
                file.seek(0)
                return _scan(file, _Windows1252())
    except OSError as error:
        raise unreadable(error) from error


def transcode(path: Path, found: Scan, to: Path) -> tuple[Path, Scan]:
    """A file whose text is UTF-8: the file itself, or a copy of it in `to`."""
    if found.encoding != "windows-1252":
        return path, found
    with path.open("rb") as file, to.open("wb") as copy:
        for piece in _pieces(file):
            copy.write(windows_1252(piece).encode())
    return to, replace(found, encoding="utf-8")


class _Utf8:
    name = "utf-8"

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._rest = False

    def text(self, piece: bytes, lines_before: int, *, last: bool) -> str | None:
        """The text of a piece, None if it is plain ASCII; raises `UnicodeDecodeError`."""
        if piece.isascii() and not self._rest and piece:
            return None
        text = self._decoder.decode(piece, last)
        self._rest = bool(self._decoder.getstate()[0])
        return text


class _NoText:
    """A workbook: whoever reads it will say what is wrong with it."""

    name = "none"

    def text(self, piece: bytes, lines_before: int, *, last: bool) -> str | None:
        """Nothing."""
        return ""


class _Windows1252:
    name = "windows-1252"

    def text(self, piece: bytes, lines_before: int, *, last: bool) -> str | None:
        """The text of a piece; raises `FileProblem` for a byte that Windows-1252 does not have."""
        return windows_1252(piece, lines_before)


def _scan(file: BinaryIO, decoder: _Utf8 | _Windows1252 | _NoText) -> Scan:
    digest = hashlib.sha256()
    size = commas = 0
    ends, quotes = _Ends(), _Quotes()
    encoding = decoder.name
    with ThreadPoolExecutor(1) as pool:
        for piece in _pieces(file):
            digested = pool.submit(digest.update, piece)
            if size == 0:
                refuse_other_encodings(piece)
                if piece.startswith(UTF_8_MARK) and decoder.name == "utf-8":
                    encoding = "utf-8 with mark"
            lines_before = ends.lines
            text = decoder.text(piece, lines_before, last=False)
            if ends.add(piece):
                refuse_control_characters(
                    piece.decode("ascii") if text is None else text, lines_before
                )
            quotes.add(piece)
            size += len(piece)
            commas += piece.count(b",")
            digested.result()
    decoder.text(b"", ends.lines, last=True)
    lines = ends.lines + ends.unended
    return Scan(
        digest.hexdigest(),
        size,
        encoding,
        ends.mark,
        lines,
        quotes.padded,
        unended=ends.unended == 1 and ends.lines > 0,
        closed=ends.closed,
        commas=commas,
    )


class _Quotes:
    """Looking for blanks between a quotation mark and the border of a cell, piece by piece."""

    def __init__(self) -> None:
        self._found = False
        self._before = b""

    def add(self, piece: bytes) -> None:
        """Look through a piece, with the end of the one before it."""
        text = self._before + piece
        # the quick look first: most files have none of these
        if not self._found and any(pair in text for pair in _BLANK_AND_QUOTE):
            self._found = _PADDED.search(text) is not None
        self._before = text[max(len(text.rstrip(b" \t")) - 1, 0) :]

    @property
    def padded(self) -> bool:
        """Whether there were any, in all of the file."""
        return self._found or (self._before.startswith(b'"') and len(self._before) > 1)


class _Ends:
    """Counting the ends of lines, piece by piece."""

    def __init__(self) -> None:
        self.lines = 0
        self._returns = 0
        self._pairs = 0
        self._last = b""

    def add(self, piece: bytes) -> bool:
        """Count the ends in a piece, and say whether it has characters that no text has."""
        import numpy as np

        ends, returns = piece.count(b"\n"), piece.count(b"\r")
        self.lines += ends
        self._returns += returns
        self._pairs += piece.count(b"\r\n") if returns else 0
        self._pairs += self._last == b"\r" and piece.startswith(b"\n")
        self._last = piece[-1:]
        low = int(np.count_nonzero(np.frombuffer(piece, dtype=np.uint8) < 0x20))
        return low > ends + returns and low > ends + returns + sum(map(piece.count, _OTHER_BLANKS))

    @property
    def unended(self) -> int:
        """One if the last line has no end."""
        return int(self._last not in (b"", b"\n"))

    @property
    def closed(self) -> bool:
        """Whether a quotation mark is the last character."""
        return self._last == b'"'

    @property
    def mark(self) -> str | None:
        if self._returns == 0:
            return "\n"
        return "\r\n" if self._returns == self._pairs == self.lines else None


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
