"""What series, definitions, outcomes and areas are called on the pages.

Belongs here: names made of what the published dimensions say. Does not: a name typed in.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from dagster_project.report import words
from dagster_project.report.data import Data
from dagster_project.report.data.places import Definition


class OnSeries(Protocol):
    """Any row that belongs to a series."""

    @property
    def basis_id(self) -> str: ...  # noqa: D102
    @property
    def definition_id(self) -> str | None: ...  # noqa: D102
    @property
    def person_scope(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Series:
    """A basis or definition, and whose rate it is."""

    basis_id: str
    definition_id: str | None
    person_scope: str

    @property
    def slug(self) -> str:
        """Its name in an address."""
        return (
            "-".join((self.definition_id or self.basis_id, self.person_scope))
            .lower()
            .replace("_", "-")
        )

    @property
    def published(self) -> bool:
        """Whether it is a source's own definition and not a common basis."""
        return self.definition_id is not None


def of(row: OnSeries) -> Series:
    """The series of a row."""
    return Series(row.basis_id, row.definition_id, row.person_scope)


class Names:
    """Names, looked up in the published dimensions."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def definition(self, definition_id: str | None) -> str:
        """A definition's short name: its family and measure code, with years if two share them."""
        if definition_id is None:
            return ""
        found = self._data.definitions.get(definition_id)
        if found is None:
            return words.plain(definition_id)
        short = _short(found)
        if self._shared[short] == 1:
            return short
        return f"{short} ({words.years(found.valid_from_year, found.valid_to_year)})"

    @cached_property
    def _shared(self) -> Counter[str]:
        return Counter(_short(definition) for definition in self._data.definitions.values())

    def series(self, series: Series) -> str:
        """A series with whose rate it is."""
        if series.definition_id is not None:
            return f"{self.definition(series.definition_id)}, {words.people(series.person_scope)}"
        return self.basis(series)

    def basis(self, series: Series) -> str:
        """A common basis in its own words, which say whom it counts."""
        found = self._data.bases.get((series.basis_id, series.person_scope))
        if found is None:
            return f"{words.sentence(words.plain(series.basis_id))}, {series.person_scope}"
        return found.title

    def measures_direct_payments(self, series: Series) -> bool:
        """Whether it counts direct payments alone, which no target was about."""
        found = self._data.definitions.get(series.definition_id or "")
        return found is not None and found.direct_payments == "is_the_measure"

    def area(self, area_id: str | None) -> str:
        """An area by its name."""
        if area_id is None:
            return ""
        council = self._data.councils.get(area_id)
        return council.council_name if council else self._data.regions.get(area_id, area_id)

    def domain(self, domain: str) -> str:
        """An outcome of POET."""
        return words.sentence(self._domains.get(domain, words.plain(domain)))

    def condition(self, condition: str) -> str:
        """A condition of the process."""
        return words.sentence(self._conditions.get(condition, words.plain(condition)))

    @cached_property
    def _domains(self) -> dict[str, str]:
        return {item.domain: item.wording for item in self._data.items if item.kind == "outcome"}

    @cached_property
    def _conditions(self) -> dict[str, str]:
        return {item.item: item.wording for item in self._data.items if item.kind != "outcome"}


def _short(definition: Definition) -> str:
    family, code = definition.definition_id.partition("_")[0], definition.measure_code
    if code is None:
        name = words.plain(definition.definition_id)
        return name.title() if name.replace(" ", "").isalpha() else name
    return code if code.startswith(family) else f"{family} {code}"
