"""Every council's rates, computed anew from the cells.

Belongs here: which offer a year's rate rests on, a rate from its counts, its verdicts, and what was
offered besides.
Does not: sums over councils (`nation`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dagster_project.explain import arithmetic, counts
from dagster_project.explain.anchors import anchor
from dagster_project.explain.arithmetic import Interval, Rate
from dagster_project.explain.checking import Checks
from dagster_project.explain.counts import Summed
from dagster_project.explain.facts import Area, Cell, Counted, Facts, RateKey, Rule, weakest
from dagster_project.explain.notices import Notices
from dagster_project.explain.tree import Explanation, Figure, Offer, SourceFile, Verdict
from dagster_project.explain.wording import interval_text, number, rate_formula

ROLES = ("numerator", "denominator")
Row = dict[str, Any]
_ATTAINMENT = """
    select
        council_id, council_name, financial_year, basis_id, definition_id, person_scope, target_id,
        threshold_pct, timing, numerator, denominator, rate_pct, rate_lower_pct, rate_upper_pct,
        margin_pp, verdict, evidence_class, note
    from {attainment}
    where ($years is null or list_contains($years, financial_year))
        and ($councils is null or list_contains($councils, council_id))
    order by
        council_id, financial_year, basis_id, definition_id nulls first, person_scope, target_id
"""


@dataclass(frozen=True)
class Recomputed:
    """A rate from the cells up."""

    numerator: Summed
    denominator: Summed
    shown: tuple[Interval, Interval]
    rate: Rate
    evidence_class: str | None


class Rates:
    """The rates of councils as the rules make them of the cells."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._offers: dict[tuple[RateKey, str], int | None] = {}
        self._weakest: dict[tuple[RateKey, int, str], str | None] = {}
        self._known: dict[tuple[RateKey, int, Area], Recomputed] = {}

    def offer(self, key: RateKey, year: str) -> int | None:
        """The offer that a year's rate rests on: the first that gives anybody both counts.

        None where the year is not one of the rate's, or nobody gives both.
        """
        if (key, year) not in self._offers:
            first, last = self._facts.rate_years.get(key, (None, None))
            is_its_year = (first or year) <= year <= (last or year)
            offers = sorted(self._facts.rate_rules[key]) if is_its_year else []
            self._offers[key, year] = next(
                (offer for offer in offers if self._is_given(key, offer, year)), None
            )
        return self._offers[key, year]

    def _is_given(self, key: RateKey, offer: int, year: str) -> bool:
        rules = self._facts.rate_rules[key][offer]
        return all(
            any(
                counts.summed(self._facts, rules.get(role, ()), area).interval.is_known
                for area in self._facts.areas(year)
            )
            for role in ROLES
        )

    def recomputed(self, key: RateKey, offer: int, area: Area) -> Recomputed:
        """The rate of an area on an offer."""
        known = self._known.get((key, offer, area))
        if known is None:
            known = self._known[key, offer, area] = self._recompute(key, offer, area)
        return known

    def _recompute(self, key: RateKey, offer: int, area: Area) -> Recomputed:
        rules = self._facts.rate_rules[key][offer]
        above, below = (counts.summed(self._facts, rules[role], area) for role in ROLES)
        shown = (
            arithmetic.not_below_nought(above.interval),
            arithmetic.not_below_nought(below.interval),
        )
        classes = [cell.evidence_class for cell in above.cells + below.cells]
        return Recomputed(
            above,
            below,
            shown,
            arithmetic.rate(*shown),
            weakest(classes) or self._weakest_of_all(key, offer, area[0]),
        )

    def _weakest_of_all(self, key: RateKey, offer: int, year: str) -> str | None:
        """What a silent council's row rests on: what everybody else's does."""
        if (key, offer, year) not in self._weakest:
            rules = self._facts.rate_rules[key][offer]
            self._weakest[key, offer, year] = weakest(
                cell.evidence_class
                for area in self._facts.areas(year)
                for role in ROLES
                for cell in counts.summed(self._facts, rules[role], area).cells
            )
        return self._weakest[key, offer, year]


def council_rates(
    facts: Facts, rates: Rates, notices: Notices, councils: Sequence[str] | None = None
) -> Iterator[Explanation]:
    """Every rate of some councils, or of all, each with its verdict on every target."""
    asked = None if councils is None else list(councils)
    read = _ATTAINMENT.format(attainment=facts.standing("target_attainment"))
    rows = facts.rows(read, councils=asked)
    for (council_id, year, *key), group in groupby(rows, key=_key_of):
        yield _explained(facts, rates, notices, RateKey(*key), (year, council_id), list(group))


def _key_of(row: Row) -> tuple[Any, ...]:
    return (
        row["council_id"],
        row["financial_year"],
        row["basis_id"],
        row["definition_id"],
        row["person_scope"],
    )


def _explained(
    facts: Facts,
    rates: Rates,
    notices: Notices,
    key: RateKey,
    area: Area,
    rows: list[Row],
) -> Explanation:
    offer = rates.offer(key, area[0])
    if offer is None:
        return _groundless(facts, key, area, rows)
    found = rates.recomputed(key, offer, area)
    rules = facts.rate_rules[key][offer]
    used = [rule for role in ROLES for rule in rules[role]]
    cells = found.numerator.cells + found.denominator.cells
    printed = facts.printed_rates(key.definition_id, area) if key.definition_id else []
    checks = _checked(facts, found, rows)
    return Explanation(
        **_named(facts, key, area, rows),
        formula=rate_formula(*found.shown, found.rate),
        counts=tuple(
            counts.worded(facts, role, _description(facts, key, role), area, count, shown)
            for role, count, shown in zip(
                ROLES, (found.numerator, found.denominator), found.shown, strict=True
            )
        ),
        offers=(
            *map(_printed_rate, printed),
            *_other_offers(facts, rates, key, offer, area),
        ),
        notices=(
            *notices.of_rate(key, area, found.shown[0].value),
            *notices.of_cells(cells + printed, area),
            *notices.of_sources(used, cells, area),
        ),
        conflicts=tuple(notices.conflicts_of(used, key.person_scope, area)),
        files=files_of(facts, found),
        checked=checks.made,
        disagreements=tuple(checks.disagreements),
    )


def _groundless(facts: Facts, key: RateKey, area: Area, rows: list[Row]) -> Explanation:
    """A row for which the rules and the cells give no offer at all: it should not be there."""
    checks = Checks()
    checks.step(
        "offer", "a rate is published", "no source gives both counts in a year of this rate"
    )
    return Explanation(
        **_named(facts, key, area, rows),
        checked=checks.made,
        disagreements=tuple(checks.disagreements),
    )


def _named(facts: Facts, key: RateKey, area: Area, rows: list[Row]) -> dict[str, Any]:
    """What is published: the figure's name, and its values against each target."""
    year, council_id = area
    first = rows[0]
    return {
        "anchor": anchor(year, key.basis_id, key.person_scope, key.definition_id),
        "kind": "rate",
        "title": f"{first['council_name']} ({council_id}), {year}: {rate_name(key)}{facts.when}",
        "table": facts.named("target_attainment"),
        "area_level": "council",
        "area_id": council_id,
        "area_name": first["council_name"],
        "financial_year": year,
        "vintage": facts.vintages.get(year),
        "basis_id": key.basis_id,
        "definition_id": key.definition_id,
        "person_scope": key.person_scope,
        "evidence_class": first["evidence_class"],
        "note": first["note"],
        "figures": _figures(first),
        "verdicts": tuple(_verdict(facts, row) for row in rows),
    }


def rate_name(key: RateKey) -> str:
    """The rate as it is called: `ongoing_per_eligible, users`."""
    return ", ".join(part for part in key if part is not None)


def _figures(row: Row) -> tuple[Figure, ...]:
    return (
        Figure("numerator", "people", row["numerator"], None, None),
        Figure("denominator", "people", row["denominator"], None, None),
        Figure(
            "rate_pct", "percent", row["rate_pct"], row["rate_lower_pct"], row["rate_upper_pct"]
        ),
    )


def _verdict(facts: Facts, row: Row) -> Verdict:
    return Verdict(
        row["target_id"],
        row["threshold_pct"],
        row["timing"],
        facts.targets[row["target_id"]]["status"],
        row["verdict"],
        row["margin_pp"],
    )


def _description(facts: Facts, key: RateKey, role: str) -> str | None:
    if key.definition_id is None:
        return facts.bases.get((key.basis_id, key.person_scope), {}).get(role)
    described: str | None = facts.definitions[key.definition_id][role]
    return described


def _checked(facts: Facts, found: Recomputed, rows: list[Row]) -> Checks:
    """Every published column of every target's row against what the cells give."""
    checks = Checks()
    numerator, denominator = found.shown
    expected: dict[str, object] = {
        "numerator": numerator.value,
        "denominator": denominator.value,
        "rate_pct": found.rate.value,
        "rate_lower_pct": found.rate.lower,
        "rate_upper_pct": found.rate.upper,
        "evidence_class": found.evidence_class,
    }
    for row in rows:
        threshold = facts.targets[row["target_id"]]["threshold_pct"]
        margin = None if found.rate.value is None else found.rate.value - threshold
        against = expected | {
            "threshold_pct": threshold,
            "margin_pp": margin,
            "verdict": arithmetic.verdict(found.rate, threshold),
        }
        for column, value in against.items():
            checks.step(f"{column} against {row['target_id']}", row[column], value)
    checks.cells(facts, found.numerator.cells + found.denominator.cells)
    return checks


def files_of(facts: Facts, *found: Recomputed) -> tuple[SourceFile, ...]:
    """The files that rates stand on, each once."""
    return counts.files_behind(
        facts, [cell for one in found for cell in one.numerator.cells + one.denominator.cells]
    )


def _other_offers(
    facts: Facts, rates: Rates, key: RateKey, used: int, area: Area
) -> Iterator[Offer]:
    """The rate from parts that were not used, and its counts as still other sources give them."""
    offers = facts.rate_rules[key]
    told = {_offered_by(offers[used][role]) for role in ROLES}
    for offer in sorted(offers.keys() - {used}):
        found = rates.recomputed(key, offer, area)
        if not found.numerator.cells and not found.denominator.cells:
            continue
        told |= {_offered_by(offers[offer][role]) for role in ROLES}
        yield Offer(
            _sources(offers[offer]),
            _rate_text(found),
            f"{_sources(offers[used])} comes first and gives both counts for {area[0]}"
            if offer > used
            else f"it does not give both counts for {area[0]}",
        )
    for role in ROLES:
        for component, rules in facts.counted_alike(offers[used][role]):
            count = counts.summed(facts, rules, area).interval
            if count.is_known and _offered_by(rules) not in told:
                yield Offer(
                    _offered_by(rules),
                    f"{component.name}, {component.person_scope}: {interval_text(count)}",
                    f"the {role} here is what {_offered_by(offers[used][role])} gives",
                )


def _printed_rate(cell: Cell) -> Offer:
    """The rate as its publisher prints it, in a cell of its own."""
    named = " ".join(part for part in (cell.source, cell.definition_id) if part)
    said = f"'{cell.token}'" if (cell.token or "").strip() else "an empty cell"
    return Offer(
        named,
        f"{cell.statistic} printed as {said} in {cell.path}, {cell.locator}",
        "rates are made of counts, which are not rounded to a decimal",
    )


def _rate_text(found: Recomputed) -> str:
    numerator, denominator = found.shown
    value = f" = {number(found.rate.value)}%" if found.rate.value is not None else ""
    return f"{interval_text(numerator)} of {interval_text(denominator)}{value}"


def _sources(counted: Counted) -> str:
    rules = [rule for role in ROLES for rule in counted[role]]
    return " and ".join(dict.fromkeys(rule.source for rule in rules))


def _offered_by(rules: Sequence[Rule]) -> str:
    named = (" ".join(part for part in (rule.source, rule.definition_id) if part) for rule in rules)
    return " and ".join(dict.fromkeys(named))
