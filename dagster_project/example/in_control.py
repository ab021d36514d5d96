"""In Control's member returns: how many people hold a budget that passes its three tests.

Belongs here: which members sent a count by which day, fitted to the three totals that were
published: 60 people in 2006, 30,000 in 75 councils by the end of 2009 (fewer than a third of them
with more than 200 people), 46,000 in 79 at the launch in March 2010.
Does not: files (`bundle`).
"""

from __future__ import annotations

from dataclasses import dataclass

from .areas import councils
from .draws import between, unit
from .fitting import Counts, fit

HEADINGS = ("council_code", "as_of", "pb_holders")
MADE_IN_2009 = ("326", "327", "625", "626")  # no members in 2006
MORE_THAN_200, AT_MOST_200 = (210, 3_000), (4, 200)


@dataclass(frozen=True)
class Count:
    """One collection of member returns."""

    financial_year: str
    as_of: str
    people: Counts


def counts() -> tuple[Count, ...]:
    """The three collections, oldest first."""
    early = _members(6)
    first = fit(_start(early, 4, 20), dict.fromkeys(early, (4, 20)), 60)
    end_of_2009 = _end_of_2009()
    return (
        Count("2006-07", "2006-12-31", first),
        Count("2009-10", "2009-12-31", end_of_2009),
        Count("2009-10", "2010-03-15", _launch(end_of_2009)),
    )


def _members(number: int) -> tuple[str, ...]:
    """The first so many members, in the order in which they joined."""
    able = [one for one in councils("2009-10") if one.adults_thousand >= 60]
    order = sorted(able, key=lambda one: unit("in_control", "joined", one.council_id))
    return tuple(one.council_id for one in order if one.council_id not in MADE_IN_2009)[:number]


def _start(members: tuple[str, ...], low: float, high: float) -> dict[str, float]:
    return {key: between(low, high, "in_control", key) for key in members}


def _end_of_2009() -> Counts:
    """24 of 75 councils above 200 people, which is 32%."""
    members = _members(75)
    many = sorted(members, key=lambda key: unit("in_control", "many", key))[:24]
    limits = {key: MORE_THAN_200 if key in many else AT_MOST_200 for key in members}
    start = {key: between(*limits[key], "in_control", "2009", key) for key in members}
    return fit(start, limits, 30_000)


def _launch(before: Counts) -> Counts:
    """What was known at the launch: nobody fewer than at the end of 2009, four councils more."""
    members = _members(79)
    limits = {key: (before.get(key, 20), 2 * before.get(key, 400) + 200) for key in members}
    start = {key: 1.4 * before.get(key, 150) for key in members}
    return fit(start, limits, 46_000)
