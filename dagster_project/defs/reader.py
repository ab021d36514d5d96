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
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.errors import DenominatorError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dagster_project.landing import LandedPublication, Publication

_WATCH_SECONDS = 0.1

_seen: dict[str, str] = {}
"""In the reading process: the digest of every file so far, and its path."""


def land_all(
    publications: "Sequence[Publication]", landing: Path, meanwhile: Callable[[], None]
) -> "Iterator[LandedPublication]":
    """Land every publication in its turn and give what became of each; do `meanwhile` meanwhile.

    Raises `DenominatorError` if the landing cannot be written, and what `meanwhile` raises.
    """
    from dagster_project import landing as room

    if sys.platform != "linux":
        meanwhile()
        _seen.clear()
        yield from (_land(publication, landing) for publication in publications)
        return
    with ExitStack() as processes:
        coming: dict[Publication, Future[LandedPublication | str]] = {}
        for lane in room.lanes(publications):
            pool = processes.enter_context(_process())
            processes.callback(pool.shutdown, cancel_futures=True)
            coming |= {one: pool.submit(_land_there, one, landing) for one in lane}
        try:
            meanwhile()
            for one in publications:
                landed = coming[one].result()
                if isinstance(landed, str):
                    raise DenominatorError(landed)
                yield landed
        except BrokenProcessPool as broken:
            raise DenominatorError(
                "A process that reads the files was ended from outside, perhaps for want of "
                "memory. Nothing was published; run the refresh again."
            ) from broken


def _process() -> ProcessPoolExecutor:
    """A forked process that lands one publication after the other."""
    fork = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(1, fork, _begin, (os.getpid(),))


def _begin(parent: int) -> None:
    """Start the reading process: nothing seen yet, and no life without its parent."""
    _seen.clear()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: it holds the parent's lock of the warehouse."""
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(1)


def _land(publication: "Publication", landing: Path) -> "LandedPublication":
    from dagster_project import landing as room

    return room.land(publication, landing, _seen)


def _land_there(publication: "Publication", landing: Path) -> "LandedPublication | str":
    """Land in the reading process; an error that a person can mend is handed over as its text."""
    try:
        return _land(publication, landing)
    except DenominatorError as error:
        return str(error)
