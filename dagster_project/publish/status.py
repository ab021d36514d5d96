"""What is published, from what, what has changed since, and what is overdue.

Belongs here: comparing the published file's own account with the raw tree as it lies there.
Does not: reading raw files beyond their digest, judging them (`landing`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dagster_project import landing
from dagster_project.paths import Warehouse, dbt_project, own_register
from dagster_project.publish import history
from dagster_project.publish.calendar import Due, overdue
from dagster_project.publish.read import opened


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

    @property
    def behind(self) -> bool:
        """Whether a refresh would publish something else."""
        return bool(self.added or self.changed or self.gone)


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
    )
