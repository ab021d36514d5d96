"""What is published, from what, what has changed since, and what is overdue.

Belongs here: comparing the published file's own account with the raw tree as it lies there.
Does not: reading raw files beyond their digest, judging them (`landing`).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from dagster_project import landing
from dagster_project.paths import Warehouse, dbt_project, own_register
from dagster_project.publish import history
from dagster_project.publish.calendar import Due, overdue
from dagster_project.publish.read import opened


class State(IntEnum):
    """How a published release compares with the raw tree and the calendar (contract, section 1)."""

    CURRENT = 0
    BEHIND = 1
    OVERDUE = 2
    REFUSED = 3


@dataclass(frozen=True)
class Refused:
    """A file that the published release was made without."""

    path: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Received:
    """What is published of one source, year and release; counts of files and of their rows."""

    source: str
    financial_year: str
    release: str
    files: int
    rows_loaded: int
    rows_quarantined: int
    cells_flagged: int


@dataclass(frozen=True)
class Status:
    """The published release, what it holds, and raw files (by path) it does not match."""

    path: Path
    release_no: int
    release_id: str
    finished_at: dt.datetime
    code_version: str
    releases: int
    received: tuple[Received, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    overdue: tuple[Due, ...]
    refused: tuple[Refused, ...]
    seconds: float | None

    @property
    def behind(self) -> bool:
        """Whether a refresh would publish something else."""
        return bool(self.added or self.changed or self.gone)

    @property
    def state(self) -> State:
        """The most urgent of what holds; its number is the exit code of the command."""
        if self.refused:
            return State.REFUSED
        if self.overdue:
            return State.OVERDUE
        return State.BEHIND if self.behind else State.CURRENT


def status(
    warehouse: Warehouse, raw: Sequence[Path], day: dt.date, comparators: Path | None = None
) -> Status:
    """Look at the published file, what a refresh would read, and the calendar of a day.

    Raises `NotPublishedError`.
    """
    with opened(warehouse) as published:
        runs = history.runs(published)
        received = published.execute(
            """
            select source, financial_year, release, cast(count(*) as bigint),
                   cast(sum(rows_loaded) as bigint), cast(sum(rows_quarantined) as bigint),
                   cast(sum(cells_flagged) as bigint)
            from quality.source_file
            group by all
            order by all
            """
        ).fetchall()
        refused = published.execute(
            "select path, rule_id, reason from quality.source_file where status = 'refused' "
            "order by all"
        ).fetchall()
        known = dict(published.execute("select path, sha256 from quality.source_file").fetchall())
    holds = tuple(Received(*row) for row in received)
    roots = [root for root in raw if root.is_dir()]
    forgotten = landing.forgotten_years(warehouse)
    there = landing.raw_digests(
        landing.discover(roots, comparators, own_register(dbt_project()), forgotten=forgotten)
    )
    last = runs[0]
    return Status(
        path=warehouse.published,
        release_no=last["release_no"],
        release_id=last["release_id"],
        finished_at=last["finished_at"],
        code_version=last["code_version"],
        releases=len(runs),
        received=holds,
        added=tuple(sorted(there.keys() - known.keys())),
        changed=tuple(sorted(path for path in there.keys() & known if there[path] != known[path])),
        gone=tuple(sorted(known.keys() - there.keys())) if there else (),
        overdue=overdue(
            [(one.source, one.financial_year, one.release) for one in holds if one.rows_loaded], day
        ),
        refused=tuple(Refused(*row) for row in refused),
        seconds=_seconds(last),
    )


def _seconds(run: Mapping[str, Any]) -> float | None:
    """How long the refresh of a release took."""
    started, finished = run.get("started_at"), run.get("finished_at")
    return (finished - started).total_seconds() if started and finished else None
