"""Every explanation of some areas and years, in few questions to the database.

Belongs here: the one call that the report and the command make. Does not: any explanation itself.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, get_args

from dagster_project.explain import (
    activity,
    bridge,
    changes,
    comparison,
    components,
    effects,
    genuine,
    nation,
    poet,
    rates,
    shares,
)
from dagster_project.explain.facts import Facts
from dagster_project.explain.notices import Notices
from dagster_project.explain.tree import Explanation, Kind

if TYPE_CHECKING:
    import duckdb

KINDS: tuple[str, ...] = get_args(Kind)
# Components are what the other figures are made of; nobody needs them beside those unless asked.
USUAL = tuple(kind for kind in KINDS if kind != "component")


# What a day in the past is known of: the other tables say only what holds now.
OF_VINTAGES = ("rate", "bridge")
Areas = Sequence[str] | None


class Explainer:
    """The explanations of some financial years (None: of all); what it reads, it reads once."""

    def __init__(
        self,
        connection: "duckdb.DuckDBPyConnection",
        years: Sequence[str] | None = None,
        as_of: date | None = None,
    ) -> None:
        self.facts = Facts(connection, years, as_of)
        self._notices = Notices(self.facts)

    @cached_property
    def _rates(self) -> rates.Rates:
        return rates.Rates(self.facts)

    @cached_property
    def _waves(self) -> poet.Waves:
        return poet.Waves(self.facts)

    def of(self, areas: Areas = None, kinds: Collection[str] = USUAL) -> Iterator[Explanation]:
        """Explanations of some areas, by council_id, region_code or `England`; None: of all."""
        known = KINDS if self.facts.as_of is None else OF_VINTAGES
        for kind, explained in self._of_kind.items():
            if kind in kinds and kind in known:
                yield from explained(areas)

    @property
    def _of_kind(self) -> dict[str, Callable[[Areas], Iterator[Explanation]]]:
        facts, notices = self.facts, self._notices
        return {
            "rate": self._of_rates,
            "bridge": lambda areas: bridge.Bridges(facts, notices).explained(areas),
            "direct_payment_share": lambda areas: shares.Shares(facts, notices).explained(areas),
            "genuine_budget": lambda areas: genuine.GenuineBudgets(facts, self._waves).explained(
                areas
            ),
            "poet": lambda areas: poet.outcomes(facts, self._waves, areas),
            "component": lambda areas: components.components(facts, notices, areas),
            "rate_change": lambda areas: changes.RateChanges(facts, self._rates).explained(areas),
            "comparison": lambda areas: comparison.Comparisons(facts, self._rates).explained(areas),
            "process_effect": lambda areas: effects.process_effects(facts, self._waves, areas),
            "activity_outcome": lambda areas: activity.ActivityOutcomes(facts).explained(areas),
        }

    def _of_rates(self, areas: Areas) -> Iterator[Explanation]:
        yield from rates.council_rates(self.facts, self._rates, self._notices, areas)
        if areas is None or "England" in areas:
            yield from nation.national_rates(self.facts, self._rates, self._notices)


def explanations(
    connection: "duckdb.DuckDBPyConnection",
    councils: Sequence[str] | None = None,
    years: Sequence[str] | None = None,
    kinds: Collection[str] = USUAL,
    as_of: date | None = None,
) -> Iterator[Explanation]:
    """Every figure of these councils in these years; None for councils is every area there is.

    With `as_of` the rates and bridges as they stood on that day, and nothing else.
    They come kind by kind, each in the order of area, year and name. What tells one from another
    is `area_level`, `area_id` and `anchor` together.
    """
    return Explainer(connection, years, as_of).of(councils, kinds)
