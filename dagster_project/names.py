"""Names of files and folders as they are shown and stored: on one line, in plain UTF-8.

Belongs here: escaping what a file system allows in a name and a terminal, a database or a JSON file
does not. Does not: opening anything.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import PurePath

_LONGEST_FOLDER = 100
_PLAIN_FOLDER = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_. -]*")
# A backslash before one of these would be taken for one that this module wrote.
_AMBIGUOUS = re.compile(r"\\(?=[xnrtuU\\])")
_ENDS_OF_LINES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def shown(path: PurePath | str) -> str:
    """A path for people: `bad\\xff.csv` where a byte is no UTF-8, `\\n` where a line ends.

    Two paths that differ are shown differently.
    """
    text = path.as_posix() if isinstance(path, PurePath) else path
    if text.isprintable() and not _AMBIGUOUS.search(text):
        return text
    return "".join(map(_escaped, _AMBIGUOUS.sub(r"\\\\", text)))


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    if 0xDC80 <= ord(character) <= 0xDCFF:  # how Python keeps a byte that is no UTF-8
        return f"\\x{os.fsencode(character).hex()}"
    if character in _ENDS_OF_LINES:
        return _ENDS_OF_LINES[character]
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def folder_name(name: str) -> str:
    """A name for a folder of our own that is called after another: plain, and never too long."""
    if _PLAIN_FOLDER.fullmatch(name) and len(name) <= _LONGEST_FOLDER:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", name)[: _LONGEST_FOLDER // 2]
    return f"{plain}~{digest}"  # no plain name has a tilde
