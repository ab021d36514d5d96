"""Landing in processes of their own, so that something else can be done meanwhile.

Belongs here: those processes, and that they end with their parent. Does not: what is landed and
what can be landed at the same time (`landing`), or what is done meanwhile (`ingest`).

Reading files and getting dbt ready are both Python at work, and threads would take turns at it.
Other processes do not; they are forked, so that they need not import anything again, one for each
lane. Where forking is not safe (it is on Linux) the files are read in this process, one after the
other.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.errors import DenominatorError
from dagster_project.processes import end_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dagster_project.landing import LandedPublication, Publication

_seen: dict[str, str] = {}
"""In the reading process: the digest of every file so far, and its path."""


def land_all(
    publications: "Sequence[Publication]", landing: Path, meanwhile: Callable[[], None]
) -> "Iterator[LandedPublication]":
    """Land every publication in its turn and give its outcome; do `meanwhile` meanwhile.

    A file that ends the process that reads it is refused, and the others are read. Raises
    `DenominatorError` if the landing cannot be written, and what `meanwhile` raises.
    """
    from dagster_project import landing as room

    if sys.platform != "linux":
        meanwhile()
        _seen.clear()
        yield from (_land(publication, landing) for publication in publications)
        return
    with ExitStack() as processes:
        lanes = [_Lane(lane, landing, processes) for lane in room.lanes(publications)]
        of = {one: lane for lane in lanes for one in lane.publications}
        meanwhile()
        for one in publications:
            yield of[one].result(one)


class _Lane:
    """Publications that one process lands, and another in its place if that comes to an end."""

    def __init__(
        self, publications: "Sequence[Publication]", landing: Path, processes: ExitStack
    ) -> None:
        self.publications = publications
        self._landing = landing
        self._processes = processes
        self._seen: dict[str, str] = {}
        self._coming: dict[Publication, Future[LandedPublication | str]] = {}
        self._start(publications)

    def _start(self, publications: "Sequence[Publication]") -> None:
        pool = self._processes.enter_context(_process(self._seen))
        self._processes.callback(pool.shutdown, cancel_futures=True)
        self._coming |= {one: pool.submit(_land_there, one, self._landing) for one in publications}

    def result(self, publication: "Publication") -> "LandedPublication":
        """What became of a publication; asked for in the lane's order."""
        ended = False
        try:
            landed: LandedPublication = _outcome(self._coming[publication])
        except BrokenProcessPool:
            ended = True
            landed = self._without_deadly(publication)
        self._seen |= {
            each.sha256: each.path for each in landed.files if each.sha256 and not each.refused
        }
        if ended:
            self._start(self.publications[self.publications.index(publication) + 1 :])
        return landed

    def _without_deadly(self, publication: "Publication") -> "LandedPublication":
        """Land a publication whose reader came to an end without the files that end one.

        Each file is read in a process of its own. If none ends it, the reader may have been ended
        by chance, and gets another try; after that, all of them together are too much.
        """
        alone = [replace(publication, files=(path,)) for path in publication.files]
        deadly = {one.files[0] for one in alone if self._apart(_judge_there, one) is None}
        for refused in dict.fromkeys((frozenset(deadly), frozenset(publication.files))):
            without = replace(publication, deadly=refused)
            landed: LandedPublication | None = self._apart(_land_there, without, self._landing)
            if landed is not None:
                return replace(landed, publication=publication)
        raise DenominatorError(
            "A process that reads the files was ended from outside, perhaps for want of "
            "memory. Nothing was published; run the refresh again."
        )

    def _apart(self, work: "Callable[..., Any]", *arguments: object) -> "Any":
        """The outcome of some work in a process of its own, None if that came to an end."""
        try:
            with _process(self._seen) as pool:
                return _outcome(pool.submit(work, *arguments))
        except BrokenProcessPool:
            return None


def _outcome(coming: "Future[Any]") -> "Any":
    landed = coming.result()
    if isinstance(landed, str):
        raise DenominatorError(landed)
    return landed


def _process(seen: dict[str, str]) -> ProcessPoolExecutor:
    """A forked process that lands one publication after the other, beginning with those seen."""
    fork = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(1, fork, _begin, (os.getpid(), seen))


def _begin(parent: int, seen: dict[str, str]) -> None:
    """Start the reading process: what is seen, its memory, and no life without its parent."""
    _seen.clear()
    _seen.update(seen)
    _limit_memory()
    end_with(parent)


def _limit_memory() -> None:
    """Let this process have no more memory than it has and `DENOMINATOR_LIMIT_READER_BYTES`.

    Without a limit the system ends whichever process it likes when memory runs out.
    """
    import resource

    from dagster_project.formats.limits import LIMITS

    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + LIMITS.reader_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _land(publication: "Publication", landing: Path) -> "LandedPublication":
    from dagster_project import landing as room

    return room.land(publication, landing, _seen)


def _land_there(publication: "Publication", landing: Path) -> "LandedPublication | str":
    """Land in the reading process; an error that a person can mend is handed over as its text."""
    try:
        return _land(publication, landing)
    except MemoryError:
        os._exit(1)
    except DenominatorError as error:
        return str(error)


def _judge_there(publication: "Publication") -> bool:
    """Read and judge in the reading process, and write nothing."""
    from dagster_project.landing.loose import judged

    try:
        outcomes = judged(publication, dict(_seen)).files
    except DenominatorError:
        return True  # said when it is landed
    if any(each.rule_id == "reader-died" for each in outcomes):
        os._exit(1)
    return True
