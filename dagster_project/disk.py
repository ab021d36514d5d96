"""What a disk that is full, only to be read, or closed to this user says; how much room is needed.

Belongs here: recognising it in errors of the system and of the databases, and the words.
Does not: the work that fails. The lock, the build and the release put it into words where they know
what is needed; the command line and Dagster's steps do so for everything else.

The databases hand on only the text of the system's error, so it is recognised by that as well.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_project.errors import DenominatorError
from dagster_project.paths import Warehouse, dagster_home

UNTOUCHED = "Nothing was published; the previous release is untouched."
_MB = 1_000_000
_LEAST_BUILD = 64 * _MB
"""A build of next to nothing: three hundred tables, each of which takes whole blocks of a file."""
_LEAST_RELEASE = 16 * _MB
_SPARE = 1.25
"""A refresh may bring a quarter more than the last one."""

_SENTENCES = {
    (errno.ENOSPC, errno.EDQUOT): (
        ("database or disk is full", "Out of Range Error: Not enough disk"),
        "The disk of {place} is full{free}.",
        "Make room there, or name a folder on another disk, and run the command again.",
    ),
    (errno.EROFS,): (
        ("attempt to write a readonly database",),
        "The disk of {place} can only be read.",
        "Have it made writable, or name a folder on another disk, and run the command again.",
    ),
    (errno.EACCES, errno.EPERM): (
        (),
        "This user has no permission for {place}.",
        "Give the user who runs the command the right to read and write there, or name another "
        "folder.",
    ),
    (errno.ENOTDIR, errno.EEXIST): (
        (),
        "{place} is a file, or lies below one; a folder is needed.",
        "Name a folder that exists or can be made.",
    ),
    (errno.EIO,): (
        ("disk I/O error",),
        "The disk of {place} fails.",
        "Name a folder on another disk, and have this one looked at.",
    ),
}
"""By the numbers of the system's errors: what databases say besides, what is wrong, what to do."""


class DiskError(DenominatorError):
    """Something cannot be written or read where it lies; the message says where and what to do."""


def in_words(error: BaseException, place: Path | None = None, needed: int = 0) -> str | None:
    """What is wrong with the disk and what to do; None if the error is of another kind.

    `place` is where the work was done, if the error does not say. `needed` is about how many bytes
    the work needs there.
    """
    cause: BaseException | None = error
    while cause is not None:
        found = _sentence(cause)
        if found is not None:
            break
        cause = cause.__cause__ or cause.__context__
    else:
        return None
    wrong, remedy = found
    where = _where(cause, place)
    text = wrong.format(place=where or "the files of this command", free=_free(where))
    about_it = needed and where == place and _is_full(cause)
    room = f" About {_mb(needed)} are needed in {place}." if about_it else ""
    return f"{text}{room} {remedy}"


def _where(error: BaseException, place: Path | None) -> Path | None:
    """What the error names, unless it is below the place where the work was done."""
    if "sqlite3" in str(error):  # nothing but Dagster's history is in SQLite
        return dagster_home()
    named = getattr(error, "filename2", None) or getattr(error, "filename", None)
    if not isinstance(named, str | bytes):
        return place
    path = Path(os.fsdecode(named))
    return place if place is not None and path.is_relative_to(place) else path


def _sentence(error: BaseException) -> tuple[str, str] | None:
    if isinstance(error, DenominatorError):
        return None  # it has its words already
    number = error.errno if isinstance(error, OSError) else None
    text = "" if isinstance(error, OSError) else str(error)
    for numbers, (texts, wrong, remedy) in _SENTENCES.items():
        if number in numbers or says(text, *numbers) or any(each in text for each in texts):
            return wrong, remedy
    return None


def says(text: str, *numbers: int) -> bool:
    """Whether a text quotes one of these errors of the system."""
    return any(os.strerror(number) in text for number in numbers)


def _is_full(error: BaseException) -> bool:
    found = _sentence(error)
    return found is not None and found[0].startswith("The disk of {place} is full")


def _free(place: Path | None) -> str:
    there = (
        next((path for path in (place, *place.parents) if path.exists()), None) if place else None
    )
    return f": {_mb(shutil.disk_usage(there).free)} are free" if there else ""


def _mb(size: float) -> str:
    return f"{size / _MB:,.1f} MB"


@contextmanager
def worded(place: Path, needed: int = 0, outcome: str = "") -> Iterator[None]:
    """Raise `DiskError` for what the disk of `place` does to the work inside.

    `outcome` is a sentence on what has become of the work.
    """
    try:
        yield
    except DenominatorError:
        raise  # it has its words already
    except Exception as error:
        words = in_words(error, place, needed)
        if words is None:
            raise
        raise DiskError(f"{outcome} {words}".strip()) from error


@contextmanager
def worded_refresh(warehouse: Warehouse) -> Iterator[None]:
    """The same for a step of a refresh that comes before the next release is in place."""
    with worded(warehouse.root, room_needed(warehouse), UNTOUCHED):
        yield


def room_needed(warehouse: Warehouse) -> int:
    """About how many bytes a refresh writes into a warehouse besides what is there, at most.

    The build may be made from nothing, and the next release lies beside the last one until it is
    put in place.
    """
    build, release = _size(warehouse.build_db), _size(warehouse.published)
    landed = sum(_size(path) for path in warehouse.landing.rglob("*.parquet"))
    return int(
        max(_LEAST_BUILD, _SPARE * build, 2 * landed) + max(_LEAST_RELEASE, _SPARE * release)
    )


def refuse_too_little_room(warehouse: Warehouse) -> None:
    """Raise `DiskError` where the next release cannot be written for want of room.

    It may be smaller than the last one, so half of that must be free; whatever turns out to be
    needed above that is told when it is.
    """
    free = shutil.disk_usage(warehouse.root).free + _size(warehouse.candidate)
    if free < _size(warehouse.published) / 2:
        needed = _mb(room_needed(warehouse))
        raise DiskError(
            f"Nothing was built or published; the previous release is untouched. The disk of "
            f"{warehouse.root} is full: {_mb(free)} are free. About {needed} are needed in "
            f"{warehouse.root}. Make room there, or name a folder on another disk, and run the "
            "command again."
        )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
