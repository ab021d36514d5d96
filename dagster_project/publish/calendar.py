"""What publishers bring out when, and what of it should be here by now.

Belongs here: the days of the seed `publication_calendar`, and what is overdue against them.
Does not: what lies in the raw tree (`landing`), and running anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dagster_project.sources.seeds import seed

LONDON = ZoneInfo("Europe/London")
"""The time the publishers keep."""


@dataclass(frozen=True, order=True)
class Due:
    """A release of a source for a year folder, and the day by which it has been published."""

    on: dt.date
    source: str
    year: str
    release: str


def today() -> dt.date:
    """The day it is in London."""
    return dt.datetime.now(LONDON).date()


def days() -> tuple[tuple[int, int], ...]:
    """The days of a year, as month and day, by which something has been published."""
    return tuple(sorted({(int(row["due_month"]), int(row["due_day"])) for row in _rows()}))


def last_day(source: str) -> tuple[int, int] | None:
    """The day of a year, as month and day, by which a source's last release has been published.

    None for a source whose series has ended, or that has no calendar.
    """
    found = [
        (int(row["due_month"]), int(row["due_day"]))
        for row in _rows()
        if row["source"] == source and not row["last_year"]
    ]
    return max(found, default=None)


def due(day: dt.date) -> tuple[Due, ...]:
    """Every release that has been published by a day, in the order of their days."""
    found = (one for row in _rows() for one in _of(row, day))
    return tuple(sorted(found))


def overdue(published: Collection[tuple[str, str, str]], day: dt.date) -> tuple[Due, ...]:
    """What was due by a day and is not among what is published (source, year folder, release).

    A release stands for those before it. A source of which nothing is published is not waited for,
    and neither are the years before its first: those were left out on purpose.
    """
    ranks = {row["release"]: int(row["release_rank"]) for row in seed("releases")}
    highest: dict[tuple[str, str], int] = {}
    for source, year, release in published:
        rank = ranks.get(release, max(ranks.values()))
        highest[source, year] = max(rank, highest.get((source, year), 0))
    first: dict[str, str] = {}
    for source, year in highest:
        first[source] = min(year, first.get(source, year))
    return tuple(
        one
        for one in due(day)
        if one.source in first
        and one.year >= first[one.source]
        and highest.get((one.source, one.year), 0) < ranks[one.release]
    )


def _rows() -> tuple[dict[str, str], ...]:
    return seed("publication_calendar")


def _of(row: dict[str, str], day: dt.date) -> Iterator[Due]:
    for ends in range(_ends(row["first_year"]), day.year + 1):
        year = _named(ends, row["first_year"])
        on = dt.date(ends, int(row["due_month"]), int(row["due_day"]))
        if on <= day and (not row["last_year"] or year <= row["last_year"]):
            yield Due(on, row["source"], year, row["release"])


def _ends(year: str) -> int:
    """The calendar year in which a year folder ends: 2013 for 2012-13, 2014 for the wave 2014."""
    return int(year[:4]) + ("-" in year)


def _named(ends: int, like: str) -> str:
    """The year folder that ends in a calendar year, named as another of its source is."""
    return f"{ends - 1}-{ends % 100:02d}" if "-" in like else str(ends)
