"""Every explanation of some areas and years, in few questions to the database.

Belongs here: the one call that the report and the command make. Does not: any explanation itself.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, get_args

from dagster_project.explain import (
    bridge,
    components,
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


class Explainer:
    """The explanations of some financial years (None: of all); what it reads, it reads once."""

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", years: Sequence[str] | None = None
    ) -> None:
        self.facts = Facts(connection, years)
        self._notices = Notices(self.facts)

    @cached_property
    def _rates(self) -> rates.Rates:
        return rates.Rates(self.facts)

    def of(
        self, areas: Sequence[str] | None = None, kinds: Collection[str] = USUAL
    ) -> Iterator[Explanation]:
        """Explanations of some areas, by council_id, region_code or `England`; None: of all."""
        if "rate" in kinds:
            yield from rates.council_rates(self.facts, self._rates, self._notices, areas)
            if areas is None or "England" in areas:
                yield from nation.national_rates(self.facts, self._rates, self._notices)
        if "bridge" in kinds:
            yield from bridge.Bridges(self.facts, self._notices).explained(areas)
        if "direct_payment_share" in kinds:
            yield from shares.Shares(self.facts, self._notices).explained(areas)
        waves = poet.Waves(self.facts)
        if "genuine_budget" in kinds:
            yield from genuine.GenuineBudgets(self.facts, waves).explained(areas)
        if "poet" in kinds:
            yield from poet.outcomes(self.facts, waves, areas)
        if "component" in kinds:
            yield from components.components(self.facts, self._notices, areas)


def explanations(
    connection: "duckdb.DuckDBPyConnection",
    councils: Sequence[str] | None = None,
    years: Sequence[str] | None = None,
    kinds: Collection[str] = USUAL,
) -> Iterator[Explanation]:
    """Every figure of these councils in these years; None for councils is every area there is.

    They come kind by kind, each in the order of area, year and name. What tells one from another
    is `area_level`, `area_id` and `anchor` together.
    """
    return Explainer(connection, years).of(councils, kinds)
