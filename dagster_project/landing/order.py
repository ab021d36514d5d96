"""Releases of one source and year that nothing puts in an order: which of them are held back.

Belongs here: that question, from names and from the days in `source.yml`. Does not: which of the
releases that are in order counts (dbt), and what else is wrong with a release.

Days order releases where every one has its day; else the known names do (`releases.csv`). A release
that has neither a place by its day nor one by its name is held back: which of two figures is the
newer is never guessed. Of registers, which are for all years, one counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby

from dagster_project.formats.problem import FileProblem
from dagster_project.landing.outcome import Held, Publication
from dagster_project.sources import ALL_YEARS, is_list
from dagster_project.sources.seeds import seed

_REGISTER = "register"


def hold_back(publications: Sequence[Publication]) -> tuple[Publication, ...]:
    """The publications, those without a place among their siblings with the reason why.

    `publications` are in the order of their keys, and come back in it.
    """
    groups = groupby(publications, key=lambda one: (one.source, one.year))
    return tuple(one for _, group in groups for one in _ordered(list(group)))


def _ordered(siblings: list[Publication]) -> list[Publication]:
    if len(siblings) == 1 or is_list(siblings[0].source):
        return siblings
    if siblings[0].year == ALL_YEARS:
        return [replace(one, held_back=_of_registers(one, siblings)) for one in siblings]
    if all(one.release in _known() for one in siblings):
        return siblings
    reasons = _without_a_place({one.release: day for one, day in _days(siblings)})
    return [replace(one, held_back=reasons.get(one.release)) for one in siblings]


@cache
def _known() -> frozenset[str]:
    return frozenset(row["release"] for row in seed("releases"))


def _days(siblings: Sequence[Publication]) -> Iterator[tuple[Publication, dt.date | None]]:
    """The day of each release; one of which nothing can be read is refused for that."""
    from dagster_project.landing.metadata import read_metadata  # imports pandera

    for one in siblings:
        try:
            yield one, read_metadata(one.folder).published_on
        except FileProblem:
            continue


def _without_a_place(days: Mapping[str, dt.date | None]) -> Mapping[str, Held]:
    """Why releases are held back, by name; none if no more than one is to be put in order."""
    undated = [release for release, day in days.items() if day is None]
    unnamed = [release for release in days if release not in _known()]
    if len(days) < 2 or not undated or not unnamed:
        return {}
    # with those away that have neither day nor name, the others may be in order
    held = [release for release in unnamed if release in undated] or unnamed
    others = {release: day for release, day in days.items() if release not in held}
    return {
        **_without_a_place(others),
        **{release: _reason(release, days, undated) for release in held},
    }


def _reason(release: str, days: Mapping[str, dt.date | None], undated: Sequence[str]) -> Held:
    others = ", ".join(f"'{other}'" for other in days if other != release)
    silent = ", ".join(f"'{other}'" for other in undated)
    return Held(
        "release-order-unknown",
        f"whether the release '{release}' came before or after {others} is not known: its name "
        f"does not say it, and there is no published_on of {silent}",
    )


def _of_registers(one: Publication, siblings: Sequence[Publication]) -> Held | None:
    if one.release == _REGISTER:
        return None
    others = ", ".join("/".join(each.key) for each in siblings if each != one)
    return Held("register-twice", f"another register lies in {others}")
