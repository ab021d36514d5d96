"""Which publications can be landed at the same time, and which only one after another.

Belongs here: that question alone. Does not: landing anything, or by which processes it is done.

Two rules keep things in one lane. Of files with the same bytes the first that is accepted is read
and the others are refused, so whoever reads one must know what became of those before it. And files
of persons' records are read with memory for one of them at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dagster_project.landing.digests import digest_of
from dagster_project.landing.outcome import Publication
from dagster_project.sources import SOURCES
from dagster_project.sources.source import BulkSource


@dataclass
class _Group:
    """Publications tied to each other, directly or by another of the group."""

    is_bulk: bool
    digests: set[str]
    members: set[Publication] = field(default_factory=set)

    def take_in(self, other: _Group) -> None:
        self.is_bulk |= other.is_bulk
        self.digests |= other.digests
        self.members |= other.members


def lanes(publications: Sequence[Publication]) -> tuple[tuple[Publication, ...], ...]:
    """Two lanes: persons' records with what is tied to them, and the rest.

    Each keeps the order given; one without a publication is left out.
    """
    groups: list[_Group] = []
    for one in publications:
        group = _Group(isinstance(SOURCES[one.source], BulkSource), set(_digests(one)), {one})
        for tied in [each for each in groups if each.digests & group.digests]:
            groups.remove(tied)
            group.take_in(tied)
        groups.append(group)
    bulk = set[Publication]().union(*(group.members for group in groups if group.is_bulk))
    split = (
        tuple(one for one in publications if one in bulk),
        tuple(one for one in publications if one not in bulk),
    )
    return tuple(lane for lane in split if lane)


def _digests(publication: Publication) -> list[str]:
    return [digest_of(publication, path) for path in publication.files]
