"""Components of rates, computed anew from the cells.

Belongs here: what each offer gives, and which of them is used. Does not: what a component is made
of (marts.component_part).
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from dagster_project.explain import arithmetic, counts
from dagster_project.explain.anchors import joined
from dagster_project.explain.arithmetic import Interval
from dagster_project.explain.checking import Checks
from dagster_project.explain.counts import Summed
from dagster_project.explain.facts import Area, Component, Facts, Rule, weakest
from dagster_project.explain.notices import Notices
from dagster_project.explain.tree import Explanation, Figure, Offer
from dagster_project.explain.wording import interval_text

_COMPONENTS = """
    select
        financial_year, council_id, council_name, component, person_scope, value, value_lower,
        value_upper, source, definition_id, offers, evidence_class
    from marts.fct_component
    where breakdown = 'total'
        and ($years is null or list_contains($years, financial_year))
        and ($areas is null or list_contains($areas, council_id))
    order by council_id, financial_year, component, person_scope
"""
Row = dict[str, Any]


class Given(NamedTuple):
    """A component as one offer gives it on one definition."""

    offer: int
    source: str
    definition_id: str | None
    found: Summed
    shown: Interval

    @property
    def order_of_use(self) -> tuple[int, int]:
        """A value before a range before nothing, then the lowest number."""
        known = 0 if self.shown.value is not None else 1 if self.shown.is_known else 2
        return known, self.offer

    @property
    def name(self) -> str:
        """The source, with its definition if it is on one."""
        return " ".join(part for part in (self.source, self.definition_id) if part)


def components(
    facts: Facts, notices: Notices, areas: Sequence[str] | None = None
) -> Iterator[Explanation]:
    """Every component of some councils, or of all, for all ages."""
    asked = None if areas is None else list(areas)
    for row in facts.rows(_COMPONENTS, areas=asked):
        yield _explained(facts, notices, row)


def _offers(facts: Facts, component: Component, area: Area) -> list[Given]:
    """What is given, in the order of use; of two definitions of one offer the later comes first."""
    found = []
    for offer, rules in facts.component_rules[component].items():
        definitions = {cell.definition_id for rule in rules for cell in facts.find(rule, area)}
        for definition in sorted(definitions, key=lambda name: name or "", reverse=True):
            on = [rule._replace(definition_id=definition) for rule in rules]
            count = counts.summed(facts, on, area)
            shown = arithmetic.not_below_nought(count.interval)
            found.append(Given(offer, rules[0].source, definition, count, shown))
    return sorted(found, key=lambda given: given.order_of_use)


def _explained(facts: Facts, notices: Notices, row: Row) -> Explanation:
    component = Component(row["component"], row["person_scope"])
    area = row["financial_year"], row["council_id"]
    given = _offers(facts, component, area)
    checks = Checks()
    checks.step("any offer", True, bool(given))
    used = given[0] if given else None
    if used is not None:
        _check(facts, checks, row, used, given)
    cells = used.found.cells if used else []
    rules: list[Rule] = [rule for rule, _ in used.found.found] if used else []
    name = f"{row['council_name']} ({row['council_id']})"
    return Explanation(
        anchor=joined(row["financial_year"], "component", *component),
        kind="component",
        title=f"{name}, {row['financial_year']}: {component.name}, {component.person_scope}",
        table="marts.fct_component",
        area_level="council",
        area_id=row["council_id"],
        area_name=row["council_name"],
        financial_year=row["financial_year"],
        definition_id=row["definition_id"],
        person_scope=row["person_scope"],
        evidence_class=row["evidence_class"],
        figures=(Figure("value", "people", row["value"], row["value_lower"], row["value_upper"]),),
        counts=(counts.worded(facts, component.name, None, area, used.found, used.shown),)
        if used
        else (),
        offers=tuple(
            Offer(one.name, interval_text(one.shown), "another offer comes first in component_part")
            for one in given[1:]
            if one.shown.is_known
        ),
        notices=tuple(notices.of_cells(cells, area) + notices.of_sources(rules, cells, area)),
        conflicts=tuple(notices.conflicts_of(rules, component.person_scope, area)),
        files=counts.files_behind(facts, cells),
        checked=checks.made,
        disagreements=tuple(checks.disagreements),
    )


def _check(facts: Facts, checks: Checks, row: Row, used: Given, given: list[Given]) -> None:
    expected = {
        "value": used.shown.value,
        "value_lower": used.shown.lower,
        "value_upper": used.shown.upper,
        "source": used.source,
        "definition_id": used.definition_id,
        "offers": sum(1 for one in given if one.shown.is_known),
        "evidence_class": weakest(cell.evidence_class for cell in used.found.cells),
    }
    for column, value in expected.items():
        checks.step(column, row[column], value)
    checks.cells(facts, used.found.cells)
