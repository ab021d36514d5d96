"""Files and folders that take their place whole: never half written, and not lost by a power cut.

Belongs here: the order of writing, flushing to the disk and renaming. Does not: what is written.

The order is always the same. The new content is written under another name in the same folder and
flushed to the disk; then it is renamed; then the folder with the name is flushed. A kill at any
moment leaves the old content or the new. After a power cut a name never leads to content that did
not reach the disk, which a rename before the flush allows.

A folder cannot replace another folder in one call that every system has. The old folder first
moves to `.NAME.last`; a kill between the two renames leaves no folder under the name, and the next
`folder` for the same place puts the old one back first.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from dagster_project import private

_FLUSHING = 8
"""Files that are flushed at the same time: the disk then writes them together (25 times faster for
a thousand small files)."""


def flush(path: Path) -> None:
    """Wait until a file, or the list of names in a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(folder: Path) -> None:
    """Wait until a folder is on the disk with everything below it."""
    below = list(folder.rglob("*"))
    with ThreadPoolExecutor(_FLUSHING) as pool:
        list(pool.map(flush, (path for path in below if path.is_file())))
        list(pool.map(flush, (path for path in below if path.is_dir())))
    flush(folder)


def replace_file(made: Path, place: Path) -> None:
    """Put the finished file `made` in `place`; both are on one file system."""
    flush(made)
    made.replace(place)
    flush(place.parent)


def write_text(place: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file that has either its old text or all of the new one."""
    made = _hidden(place, "next")
    try:
        made.write_text(text, encoding)
        replace_file(made, place)
    except BaseException:
        made.unlink(missing_ok=True)
        raise


@contextmanager
def folder(place: Path) -> Iterator[Path]:
    """A new folder to write into, which then replaces the folder `place`.

    It is open to other users as the user's files are. If anything is raised inside, `place` keeps
    what it holds. What an earlier, killed call for the same place left is put back or removed
    first; a call that is under way is waited for.
    """
    if not place.parent.is_dir():
        place.parent.mkdir(parents=True)
        private.publish(place.parent)
    with _alone(place.parent):
        recover(place)
        made, last = _hidden(place, "next"), _hidden(place, "last")
        made.mkdir()
        try:
            yield made
            private.publish(made)
            flush_tree(made)
            if place.exists():
                place.rename(last)
            try:
                made.rename(place)
            except OSError:
                recover(place)
                raise
            flush(place.parent)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        shutil.rmtree(last, ignore_errors=True)


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """Hold the kernel's lock of a folder, where its file system has locks."""
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # a network's file system may not lock a folder
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def recover(place: Path) -> None:
    """Put back or remove what a killed `folder` for this place left."""
    last = _hidden(place, "last")
    if last.exists() and not place.exists():
        last.rename(place)
    for remains in (_hidden(place, "next"), last):
        shutil.rmtree(remains, ignore_errors=True)


def _hidden(place: Path, what: str) -> Path:
    return place.with_name(f".{place.name}.{what}")
