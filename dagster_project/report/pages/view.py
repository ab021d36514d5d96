"""What every kind of page is given.

Belongs here: the rows, the names, the target and year in front, links to other pages.
Does not: anything of one kind of page.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple, Protocol

from dagster_project.explain import anchor
from dagster_project.explain.anchors import joined
from dagster_project.report import words
from dagster_project.report.data import Data
from dagster_project.report.data.places import Target
from dagster_project.report.data.rates import Comparison, National
from dagster_project.report.names import Names, OnSeries, Series, of
from dagster_project.report.parts import Cell, Link


class Explained(NamedTuple):
    """Which figure an explanation is of."""

    area_level: str
    area_id: str
    anchor: str


class OnYear(OnSeries, Protocol):
    """Any row of a series in a year."""

    @property
    def financial_year(self) -> str: ...  # noqa: D102


class View:
    """One release as the pages see it."""

    def __init__(self, data: Data, explained: Mapping[Explained, str]) -> None:
        self.data = data
        self.names = Names(data)
        self._explained = explained

    @cached_property
    def target(self) -> Target:
        """The target in front: of those that were not withdrawn, the last."""
        return [target for target in self.data.targets.values() if not target.withdrawn][-1]

    @cached_property
    def in_front(self) -> tuple[National, ...]:
        """England against that target, where a rate of personal budgets is known."""
        return tuple(
            row
            for row in self.data.national
            if row.target_id == self.target.target_id
            and row.councils_with_data
            and not self.names.measures_direct_payments(of(row))
        )

    @cached_property
    def england(self) -> Mapping[tuple[str, Series], National]:
        """England by year and series, measures of direct payments among them."""
        return {
            (row.financial_year, of(row)): row
            for row in self.data.national
            if row.target_id == self.target.target_id
        }

    @cached_property
    def year(self) -> str | None:
        """The year in which the target was due, or the last one there is where that has no rate."""
        years = [row.financial_year for row in self.in_front]
        due = [row.financial_year for row in self.in_front if row.timing == "due"]
        return max(due or years, default=None)

    @cached_property
    def sources(self) -> frozenset[str]:
        """The sources that files were received of."""
        return frozenset(file.source for file in self.data.files)

    @cached_property
    def years(self) -> list[str]:
        """All years from the first with a rate to the last, those without any too."""
        known = sorted({row.financial_year for row in self.in_front})
        if not known:
            return []
        return [_year(start) for start in range(int(known[0][:4]), int(known[-1][:4]) + 1)]

    def explained(self, area_level: str, area_id: str, anchor: str, text: str) -> Cell:
        """A figure with a link to its explanation, if it has one."""
        href = self._explained.get(Explained(area_level, area_id, anchor))
        return text if href is None else Link(text, href)

    def rate(self, area_level: str, area_id: str, row: OnYear, text: str) -> Cell:
        """A rate with a link to its explanation."""
        return self.explained(
            area_level,
            area_id,
            anchor(row.financial_year, row.basis_id, row.person_scope, row.definition_id),
            text,
        )

    def figure(self, area_level: str, area_id: str, text: str, *name: str | int | None) -> Cell:
        """A figure of a kind other than rates, named as explanations name it."""
        return self.explained(area_level, area_id, joined(*name), text)

    def place(self, row: Comparison) -> Cell:
        """A council's place among its comparators, with a link to its explanation."""
        return self.figure(
            "council",
            row.council_id,
            words.place(row.place_best, row.place_worst, row.comparators_with_data),
            *(row.financial_year, "comparison"),
            *(row.basis_id, row.definition_id, row.person_scope),
        )

    def council(self, council_id: str) -> Cell:
        """A council with a link to its page."""
        if council_id in self.data.councils:
            return Link(self.names.area(council_id), f"councils/{council_id}.html")
        return council_id

    def series(self, series: Series) -> Cell:
        """A series with a link to its rules."""
        anchor = series.definition_id or series.basis_id
        return Link(self.names.series(series), f"definitions.html#{anchor}")


def _year(start: int) -> str:
    return f"{start}-{(start + 1) % 100:02d}"
