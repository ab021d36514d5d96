"""The bytes of a file, their checksum, and their text.

Belongs here: opening a file safely, its SHA-256, and which encoding its text is in. Does not: what
the text says.
"""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from dagster_project.formats.limits import LIMITS, beyond
from dagster_project.formats.problem import FileProblem

# Text has tabs and line ends; any other control character means that it is not text in an encoding
# that is read here (UTF-16 without its mark, for one, is full of zero bytes).
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x19\x1b-\x1f]")
UTF_8_MARK = b"\xef\xbb\xbf"
_OTHER_ENCODINGS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


@dataclass(frozen=True)
class Content:
    """A file's bytes and their SHA-256 in lower-case hexadecimal."""

    data: bytes
    sha256: str


def read_content(path: Path) -> Content:
    """Read a regular file.

    Raises `FileProblem` with `file-not-a-file` (a folder, a pipe, a link to nothing),
    `file-not-readable` (no permission, or the disk fails), or `file-too-large`. A pipe is never
    opened: that would wait.
    """
    regular(path)
    try:
        refuse_size(path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(error) from error
    return Content(data, hashlib.sha256(data).hexdigest())


def refuse_size(size: int) -> None:
    """Refuse a file that is too large to be read into memory whole."""
    if size > LIMITS.file_bytes:
        raise beyond("file_bytes", f"it has {size:,} bytes")


def regular(path: Path) -> None:
    """Make sure that a path is a regular file; raises `FileProblem` as `read_content` does."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise FileProblem("file-not-a-file", "there is nothing at this path") from error
    except OSError as error:
        raise unreadable(error) from error
    if stat.S_ISDIR(mode):
        raise FileProblem("file-not-a-file", "this is a folder, and a file belongs here")
    if not stat.S_ISREG(mode):
        raise FileProblem("file-not-a-file", "this is neither a file nor a folder")


def unreadable(error: OSError) -> FileProblem:
    """The problem of a file that cannot be opened or read."""
    return FileProblem("file-not-readable", (error.strerror or str(error)).lower())


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding: UTF-8, with or without its mark, else Windows-1252.

    Raises `FileProblem` (`file-encoding`) for anything else: a byte that Windows-1252 does not
    have, or a control character that no text has.
    """
    refuse_other_encodings(data)
    try:
        text, encoding = data.decode("utf-8-sig"), "utf-8"
        if data.startswith(UTF_8_MARK):
            encoding = "utf-8 with mark"
    except UnicodeDecodeError:
        text, encoding = windows_1252(data), "windows-1252"
    refuse_control_characters(text)
    return text, encoding


def refuse_other_encodings(data: bytes) -> None:
    """Refuse a text whose first bytes say that it is in UTF-16 or UTF-32."""
    for mark, name in _OTHER_ENCODINGS.items():
        if data.startswith(mark):
            raise FileProblem("file-encoding", f"the text is in {name}", "line 1")


def refuse_control_characters(text: str, lines_before: int = 0) -> None:
    """Refuse a text with a control character; `lines_before` lines of the file stand before it."""
    control = _CONTROL.search(text)
    if control:
        raise FileProblem(
            "file-encoding",
            f"the character {control.group()!r} is in no text",
            _line(text[: control.start()].encode(), lines_before),
        )


def windows_1252(data: bytes, lines_before: int = 0) -> str:
    """The text of bytes that are no UTF-8."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise FileProblem(
            "file-encoding",
            f"the byte 0x{data[error.start]:02X} is neither UTF-8 nor Windows-1252",
            _line(data[: error.start], lines_before),
        ) from error


def _line(before: bytes, lines_before: int = 0) -> str:
    lines = lines_before + before.count(b"\n") + 1
    return f"line {lines}"
