"""What lies in the raw tree, by digest: whether a refresh would read anything it has not read.

Belongs here: the SHA-256 of every raw file and its `source.yml`, and one digest over all of them.
Does not: what is in a file, and time stamps, which copying changes and editing may not.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from dagster_project.landing.outcome import Publication, RawTree
from dagster_project.landing.tree import METADATA

_MARK = "raw.digest"
UNREADABLE = "unreadable"
"""Stands for the digest of what cannot be read: a folder, a pipe, a file without permission."""


def raw_digests(tree: RawTree) -> Mapping[str, str]:
    """The SHA-256 of every file of the tree's publications, by its path below its root."""
    return {
        publication.label(path): _digest(path)
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
        yield f"{publication.label(path)}\x1f{_digest(path)}"


def _digest(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return UNREADABLE  # opening a pipe would wait
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return UNREADABLE
