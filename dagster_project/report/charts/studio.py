"""Many pictures at once, beside the making of pages.

Belongs here: the processes that draw. Does not: a picture (`draw`).
A picture takes a thirtieth of a second, and a report has hundreds.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import TypeVar

from dagster_project.processes import end_with
from dagster_project.report.charts.draw import Picture, draw, library
from dagster_project.report.parts import Chart

Made = TypeVar("Made")
MOST = 2  # processes that draw: pages are made by a third one meanwhile


class Studio:
    """Draws what is ordered: at once, or with `many` in processes of its own."""

    def __init__(self, *, many: bool) -> None:
        self._pool = _pool() if many else None

    def order(self, chart: Chart) -> Future[Picture]:
        """The picture, when it is done; what goes wrong is raised by asking for it."""
        return self._done(draw, chart)

    def library(self) -> Future[str]:
        """What a script needs to draw a chart again."""
        return self._done(library)

    def _done(self, work: Callable[..., Made], *on: object) -> Future[Made]:
        if self._pool is not None:
            return self._pool.submit(work, *on)
        done: Future[Made] = Future()
        done.set_result(work(*on))
        return done

    def __enter__(self) -> Studio:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _pool() -> ProcessPoolExecutor:
    """New processes, not copies of this one: a copy would share the database's threads."""
    from multiprocessing import get_context

    return ProcessPoolExecutor(
        min(MOST, os.cpu_count() or 1), get_context("spawn"), end_with, (os.getpid(),)
    )
