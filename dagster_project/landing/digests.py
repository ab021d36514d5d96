"""What lies in the raw tree, by digest: whether a refresh would read anything it has not read.

Belongs here: the SHA-256 of every raw file and its `source.yml`, and one digest over all of them.
Does not: what is in a file, and time stamps, which copying changes and editing may not.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from dagster_project.landing.outcome import Publication, RawTree
from dagster_project.landing.tree import METADATA, link_problem

_MARK = "raw.digest"
_LARGE = 1 << 26  # bytes; nobody rewrites as much within one tick of the clock
UNREADABLE = "unreadable"
"""Stands for the digest of what cannot be read: a folder, a pipe, a file without permission."""


def raw_digests(tree: RawTree) -> Mapping[str, str]:
    """The SHA-256 of every file of the tree's publications, by its path below its root."""
    return {
        publication.label(path): digest_of(publication, path)
        for publication in tree.publications
        for path in publication.files
    }


def raw_digest(tree: RawTree) -> str:
    """One digest over everything a refresh reads: files, what is said of them, strays."""
    digest = hashlib.sha256()
    for part in _parts(tree):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\x1e")
    return digest.hexdigest()


def remember(digest: str, landing: Path) -> None:
    """Keep the digest of the tree that has landed whole, for `remembered`."""
    (landing / _MARK).write_text(digest + "\n", encoding="ascii")


def remembered(landing: Path) -> str | None:
    """The digest of the raw tree that lies in the landing, None if that is not one whole tree."""
    try:
        return (landing / _MARK).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def forget(landing: Path) -> None:
    """Say that the landing is being changed: from here on it is not one whole tree."""
    (landing / _MARK).unlink(missing_ok=True)


def _parts(tree: RawTree) -> Iterator[str]:
    for publication in tree.publications:
        yield from _of(publication)
    for stray in tree.strays:
        yield f"{stray.path}\x1f{stray.rule_id}"


def _of(publication: Publication) -> Iterator[str]:
    for path in (publication.folder / METADATA, *publication.files):
        yield f"{publication.label(path)}\x1f{digest_of(publication, path)}"
    for one in publication.corrections:
        yield repr(one)


def digest_of(publication: Publication, path: Path) -> str:
    """The SHA-256 of a file, or `UNREADABLE`; a link out of its root is not opened."""
    return UNREADABLE if link_problem(publication.root, path) else file_digest(path)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's content, or `UNREADABLE`."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return UNREADABLE  # opening a pipe would wait
        if found.st_size < _LARGE:
            return _read(path)
        return _of_large(path, found.st_size, found.st_mtime_ns, found.st_ino)
    except OSError:
        return UNREADABLE


@cache
def _of_large(path: Path, _size: int, _time: int, _inode: int) -> str:
    """The digest of a file that takes seconds to read, taken once in the life of a process."""
    return _read(path)


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
