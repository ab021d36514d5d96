"""Who may read what lies in a warehouse: persons' records are for their owner alone.

Belongs here: creating files for the owner alone, and opening to all what is published. Does not:
what is published (docs/disclosure.md).

While a process holds a warehouse, everything that it or a process it starts creates is created for
the owner alone (folders 0700, files 0600), DuckDB's files too: nothing is readable even for a
moment. What is published is opened by name when it is finished.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

OTHERS = 0o077
"""What the owner's files forbid to everybody else."""

_outer: list[int] = []
"""What the process forbade before, while it holds a warehouse."""


@contextmanager
def owner_only(folders: Sequence[Path]) -> Iterator[None]:
    """Create everything for the owner alone; close `folders` that an earlier version left open."""
    _outer.append(os.umask(OTHERS))
    try:
        for folder in folders:
            _close(folder)
        yield
    finally:
        os.umask(_outer.pop())


def publish(path: Path) -> None:
    """Open a finished file, or a folder with all in it, as the user's own files are opened."""
    if not _outer:
        return
    allowed = 0o777 & ~_outer[0]
    for each in (path, *path.rglob("*")) if path.is_dir() else (path,):
        each.chmod(allowed if each.is_dir() else allowed & 0o666)


def _close(folder: Path) -> None:
    """Take from everybody else what lies in a folder, if the folder was open to them."""
    if not folder.is_dir() or not folder.stat().st_mode & OTHERS:
        return
    try:
        folder.chmod(0o700)
        for each in folder.rglob("*"):
            if not each.is_symlink():
                each.chmod(each.stat().st_mode & ~OTHERS)
    except OSError as error:
        if error.errno != errno.EROFS:  # of a disk that cannot be written, others say so
            raise
