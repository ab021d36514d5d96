"""Where an export is put: written aside, and in its place in one step.

Belongs here: the folder, what may be replaced, the list of what was written.
Does not: what is in the files.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_project import atomic
from dagster_project.errors import DenominatorError

LIST = "export.json"
"""The file in each export that names its release and the SHA-256 of every other file."""


@contextmanager
def put(folder: Path, release_id: str) -> Iterator[Path]:
    """A new folder to write into, which then takes the place of `folder`.

    If anything is raised in between, `folder` stays as it was. Raises `DenominatorError` if it is
    anything but an export of the same release, or cannot be written.
    """
    _refuse_others(folder, release_id)
    try:
        with atomic.folder(folder) as made:
            yield made
            _list_files(made, release_id)
    except OSError as error:
        raise DenominatorError(
            f"{folder} cannot be written: {error.strerror or error}. Name another folder with --to."
        ) from error


def _list_files(folder: Path, release_id: str) -> None:
    written = {"release_id": release_id, "sha256": _digests(folder)}
    (folder / LIST).write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / LIST
    }


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_others(folder: Path, release_id: str) -> None:
    """Refuse a folder in which anything would be lost."""
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if not folder.exists():
        return
    remedy = "Name a folder with --to that is empty or does not exist yet."
    try:
        there = json.loads((folder / LIST).read_text(encoding="utf-8"))
        earlier, listed = str(there["release_id"]), dict(there["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DenominatorError(
            f"{folder} is there already and no export is in it (it has no {LIST} of one). {remedy}"
        ) from error
    if earlier != release_id:
        raise DenominatorError(
            f"{folder} holds the export of another release, {earlier}, which is left as it is. "
            f"{remedy}"
        )
    others = sorted({name for name, _ in _digests(folder).items() ^ listed.items()})
    if others:
        raise DenominatorError(
            f"{folder} holds an export in which something was added, changed or taken away since: "
            f"{', '.join(others[:5])}. {remedy}"
        )
