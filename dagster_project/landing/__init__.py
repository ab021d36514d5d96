"""From the raw tree to typed rows on disk, with nothing lost on the way.

Belongs here: finding publications, reading and judging them, quarantine, flags, the manifest, and
replacing what landed before in one step. Does not: what any publisher's file means (sources), what
is computed from the rows (dbt), and Dagster.

Importing this package is light; pandas and pandera are imported when something is landed.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.landing.digests import forget, raw_digest, raw_digests, remember, remembered
from dagster_project.landing.forgotten import RECORD as FORGOTTEN_RECORD
from dagster_project.landing.forgotten import (
    ForgottenYear,
    files_of,
    forget_year,
    forgotten_years,
    known_years,
)
from dagster_project.landing.lanes import lanes
from dagster_project.landing.outcome import (
    FileOutcome,
    LandedPublication,
    LandingError,
    Publication,
    RawTree,
    RuleOutcome,
)
from dagster_project.landing.tree import discover
from dagster_project.sources.source import BulkSource

if TYPE_CHECKING:
    from dagster_project.landing.loose import Checked

__all__ = [
    "FORGOTTEN_RECORD",
    "FileOutcome",
    "ForgottenYear",
    "LandedPublication",
    "LandingError",
    "Publication",
    "RawTree",
    "RuleOutcome",
    "check",
    "checked",
    "discover",
    "files_of",
    "forget_year",
    "forgotten_years",
    "known_years",
    "land",
    "lanes",
    "prepare",
    "prune",
    "raw_digest",
    "raw_digests",
    "remember",
    "remembered",
]


def land(publication: Publication, landing: Path, seen: dict[str, str]) -> LandedPublication:
    """Read, judge and write one publication, unless it is what landed last time.

    What landed of it before is replaced in one step. `seen` maps the SHA-256 of every file accepted
    so far to its path, and is added to: a file with the same bytes as one of another path is
    refused. Bad files and rows do not raise; raises `LandingError` only if `landing` cannot be
    written.
    """
    from dagster_project.landing import reuse

    mark = reuse.fingerprint(publication, seen)
    landed = reuse.taken_up(publication, landing, mark, seen)
    if landed is None:
        landed = _land_anew(publication, landing, seen)
        # what ended a reader once may be read when there is more memory
        if not publication.deadly:
            reuse.note_down(landed, landing, mark)
    return landed


def _land_anew(publication: Publication, landing: Path, seen: dict[str, str]) -> LandedPublication:
    from dagster_project.sources import SOURCES

    source = SOURCES[publication.source]
    if isinstance(source, BulkSource):
        return _land_bulk(source, publication, landing, seen)
    from dagster_project.landing.examine import examine
    from dagster_project.landing.store import write

    with _collector_paused():
        examined = examine(publication, seen)
        write(examined, landing)
    return examined.landed


def _land_bulk(
    source: BulkSource, publication: Publication, landing: Path, seen: dict[str, str]
) -> LandedPublication:
    from dagster_project.landing.bulk.examine import examine
    from dagster_project.landing.store import adopt, workspace

    with workspace(landing, publication) as folder:
        examined = examine(source, publication, seen, folder)
        adopt(examined, landing)
    return examined.landed


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without the garbage collector: it would look through every cell of a table again and again.

    A quarter of the time of landing went there, and it found nothing: cells hold no circles.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def prepare(landing: Path) -> None:
    """Write a folder without rows for every source, so that a pattern over landing always matches.

    Also clears away what an interrupted run left behind, and forgets which tree had landed.
    """
    from dagster_project.landing.store import write_empty

    forget(landing)
    write_empty(landing)


def prune(tree: RawTree, landing: Path) -> None:
    """Remove what landed of publications that are no longer in the raw tree."""
    from dagster_project.landing.store import remove_gone

    remove_gone(tree, landing)


def check(paths: Sequence[Path]) -> tuple[FileOutcome, ...]:
    """The outcome of every file, as `checked` judges it."""
    return tuple(outcome for each in checked(paths) for outcome in each.files)


def checked(paths: Sequence[Path]) -> tuple[Checked, ...]:
    """Judge files as a refresh does, without landing them: files or folders, in a tree or not."""
    from dagster_project.landing.loose import check_paths

    return check_paths(paths)
