"""Names, values and file paths from outside, put to DuckDB so that they stay what they are.

Belongs here: quoting, paths that DuckDB takes letter by letter, and the settings of a connection
that reads nothing but its own database. Does not: any table, rule or query.

DuckDB takes `*`, `?`, `[` and `\\` in a path for a pattern, `name=value` in it for a column, and no
path that is not UTF-8; no quotation mark helps against that. Such a path gets a plain alias: a
symbolic link in a folder of temporary files that is the user's own.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PLAIN = re.compile(r"[\w/ .,+@~-]+")

SEALED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    # else a table's name may be that of a variable of this program
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}
"""Settings under which a connection opens no other file, no network and no extension."""


def identifier(name: str) -> str:
    """An identifier in quotation marks."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A value as SQL has it; None is `null`."""
    if value is None:
        return "null"
    if isinstance(value, bool | int | float):
        return repr(value).lower()
    return "'" + str(value).replace("'", "''") + "'"


def place(path: Path) -> str:
    """A path under which DuckDB finds this file or folder and no other, whatever its name is.

    A name that is plain already stays as it is.
    """
    whole = path.absolute()  # a relative name could begin like an address
    if os.name == "nt":
        return whole.as_posix()
    if _is_plain(whole):
        return str(whole)
    if _PLAIN.fullmatch(whole.name):
        return f"{_alias(whole.parent)}/{whole.name}"
    return str(_alias(whole))


def quoted_place(path: Path) -> str:
    """The same as a literal."""
    return literal(place(path))


def _is_plain(path: Path) -> bool:
    return bool(_PLAIN.fullmatch(str(path)))


def _alias(target: Path) -> Path:
    """A plain name of a file or folder: always the same, so that views which name it stay good."""
    name = hashlib.sha256(os.fsencode(target)).hexdigest()[:24]
    for folder in _own_folders():
        link = folder / name
        with suppress(OSError):
            if not (link.is_symlink() and link.readlink() == target):
                fresh = folder / f"{name}.{os.getpid()}.{threading.get_ident()}"
                fresh.symlink_to(target)
                fresh.replace(link)
            return link
    return target


def _own_folders() -> Iterator[Path]:
    """Folders for temporary files that nobody else can write into, the usual one first."""
    for above in dict.fromkeys([tempfile.gettempdir(), "/tmp", "/var/tmp"]):
        folder = Path(above).absolute() / f"denominator-{os.getuid()}"
        if not _is_plain(folder):
            continue
        with suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            found = folder.lstat()
            is_own = found.st_uid == os.getuid() and not found.st_mode & 0o077
            if stat.S_ISDIR(found.st_mode) and is_own:
                yield folder
