"""Putting files into a raw tree: all that were planned, or none.

Belongs here: copying, renaming, and taking back. Does not: whether a file may be added (plan).

Everything is copied aside first, into a hidden folder of the same root, where no refresh looks, and
is moved to its place by renaming: a whole release folder at once where there is none yet. What an
interrupted addition left aside is cleared away by the next one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dagster_project import atomic
from dagster_project.intake.plan import Addition
from dagster_project.intake.problem import IntakeError
from dagster_project.intake.write import write_metadata

_ASIDE = ".adding"


def place(additions: Sequence[Addition]) -> tuple[Path, ...]:
    """Put the files where the plan says. Raises `IntakeError` if that fails; then nothing stays."""
    root = additions[0].root
    placed: list[Path] = []
    with ExitStack() as undo:
        try:
            _make(root, undo)
            with _alone(root) as aside:
                for each in additions:
                    placed += _place(each, aside / each.files[0].folder, undo)
        except OSError as error:
            raise IntakeError(
                root,
                f"the files cannot be put there: {error.strerror or error}",
                "Nothing was added. Make room or give yourself the right to write, and add them "
                "again.",
            ) from error
        undo.pop_all()
    return tuple(placed)


@contextmanager
def _alone(root: Path) -> Iterator[Path]:
    """An empty folder aside, while no other addition is at work in the root."""
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        aside = root / _ASIDE
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        try:
            yield aside
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    finally:
        os.close(handle)


def _place(addition: Addition, aside: Path, undo: ExitStack) -> list[Path]:
    aside.mkdir(parents=True)
    for file in addition.files:
        shutil.copyfile(file.path, aside / file.path.name)
    if addition.metadata is not None:
        write_metadata(addition.metadata, aside)
    atomic.flush_tree(aside)
    folder = addition.folder
    if folder.exists():
        for path in sorted(aside.iterdir()):
            _move(path, folder / path.name, undo)
    else:
        _make(folder.parent, undo)
        _move(aside, folder, undo)
    for changed in (folder, folder.parent):
        atomic.flush(changed)
    return [folder / file.path.name for file in addition.files]


def _move(path: Path, to: Path, undo: ExitStack) -> None:
    if to.exists():
        raise FileExistsError(f"{to} has come to be there meanwhile")
    back: Callable[[Path], None] = shutil.rmtree if path.is_dir() else Path.unlink
    path.rename(to)
    undo.callback(back, to)


def _make(folder: Path, undo: ExitStack) -> None:
    """Make a folder and those above it, each to be taken away again."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        undo.callback(each.rmdir)
