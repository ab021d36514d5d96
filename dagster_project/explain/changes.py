"""How a rate moved in a year, computed anew from the two rates.

Belongs here: the rate of a year and of the year before, what lies between them, and why two rates
are of two series. Does not: a rate itself (`rates`), which has an explanation of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dagster_project.explain import counts
from dagster_project.explain.anchors import anchor, joined
from dagster_project.explain.arithmetic import Rate, share
from dagster_project.explain.checking import Checks
from dagster_project.explain.facts import Council, Facts, RateKey, last_day, weakest
from dagster_project.explain.rates import Rates, Recomputed, files_of, rate_name
from dagster_project.explain.tree import Break, Count, Explanation, Figure, Input, Member
from dagster_project.explain.wording import number

_CHANGES = """
    select
        area_level, area_id, area_name, financial_year, basis_id, definition_id, person_scope,
        rate_pct, previous_year, previous_definition_id, previous_rate_pct, change_pp,
        refused_reason, councils, previous_councils, councils_in_both, note, evidence_class
    from marts.rate_change
    where ($years is null or list_contains($years, financial_year))
        and ($areas is null or list_contains($areas, area_id))
    order by
        area_level, area_id, financial_year, basis_id, definition_id nulls first, person_scope
"""
THE_DEFINITION_BEFORE = (
    "previous_definition_id: where a definition has no rate in the year before, which other one "
    "stands for it there is taken as published"
)
UNKNOWN = ("not known", "definition_comparability has no verdict on the two")
ABOVE_100 = "is above 100: its counts contradict each other"
Row = dict[str, Any]
Answers = dict[str, tuple[Council, Recomputed]]  # by council_id


class Link(NamedTuple):
    """Whether the year before is of the same series: the breaks between them, and any refusal."""

    breaks: tuple[Break, ...]
    refusal: str | None


@dataclass(frozen=True)
class Side:
    """The rate of an area in one of the two years."""

    key: RateKey
    year: str
    answers: Answers

    @property
    def counted(self) -> list[Recomputed]:
        """The rates that are in the sums."""
        return [found for _, found in self.answers.values() if _counts(found)]

    @property
    def sums(self) -> tuple[float, float]:
        """Both counts over the councils with a rate."""
        above, below = (
            sum(found.shown[side].value or 0.0 for found in self.counted) for side in (0, 1)
        )
        return above, below


def _counts(found: Recomputed) -> bool:
    return found.rate.value is not None and not found.rate.above_100


class RateChanges:
    """The changes of some years."""

    def __init__(self, facts: Facts, rates: Rates) -> None:
        self._facts = facts
        self._rates = rates
        self._answers: dict[tuple[RateKey, str, str], Answers] = {}

    def explained(self, areas: Sequence[str] | None = None) -> Iterator[Explanation]:
        """Those of some areas, or of all."""
        asked = None if areas is None else list(areas)
        for row in self._facts.rows(_CHANGES, areas=asked):
            key = RateKey(row["basis_id"], row["definition_id"], row["person_scope"])
            link = self._link(key, row)
            now = self._side(key, row["financial_year"], row)
            before = self._side(
                key._replace(definition_id=row["previous_definition_id"]),
                row["previous_year"],
                row,
            )
            one = self._of_council if row["area_level"] == "council" else self._of_larger
            yield one(row, link, now, None if link.refusal else before)

    # ------------------------------------------------------------------ two rates of one series

    def _side(self, key: RateKey, year: str, row: Row) -> Side:
        known = key, year, row["area_id"]
        if known not in self._answers:
            self._answers[known] = self._answered(key, year, row)
        return Side(key, year, self._answers[known])

    def _answered(self, key: RateKey, year: str, row: Row) -> Answers:
        if key.basis_id == "published" and key.definition_id is None:
            return {}
        offer = self._rates.offer(key, year)
        if offer is None:
            return {}
        return {
            one.council_id: (one, self._rates.recomputed(key, offer, (year, one.council_id)))
            for one in self._facts.in_scope(year)
            if row["area_id"] in (one.council_id, one.region_code, "England")
        }

    def _link(self, key: RateKey, row: Row) -> Link:
        year, earlier = row["financial_year"], row["previous_definition_id"]
        breaks = self._breaks(key, year)
        if breaks:
            return Link(breaks, f"break in the series with {year}: {min(b.reason for b in breaks)}")
        if key.definition_id is None:
            return Link((), None)
        if earlier is None:
            refusal = f"the definition begins with {year}: nothing like it was counted before"
            return Link((), refusal)
        if earlier == key.definition_id:
            return Link((), None)
        verdict, reasons = self._facts.comparability.get((key.definition_id, earlier), UNKNOWN)
        if verdict == "same":
            return Link((), None)
        return Link((), f"change of definition from {earlier} ({verdict}): {reasons}")

    def _breaks(self, key: RateKey, year: str) -> tuple[Break, ...]:
        """The breaks in this year in any source that the rate can be made of."""
        sources = {
            rule.source
            for counted in self._facts.rate_rules[key].values()
            for rules in counted.values()
            for rule in rules
        }
        return tuple(
            one
            for one, definitions in self._facts.breaks
            if one.source in sources
            and one.first_year_after == year
            and (key.definition_id is None or key.definition_id in definitions)
        )

    def _definition_before(self, key: RateKey, row: Row) -> str | None:
        """The same one, if it has a rate in the year before; otherwise the one published."""
        if key.definition_id and self._rates.offer(key, row["previous_year"]) is not None:
            return key.definition_id
        published: str | None = row["previous_definition_id"]
        return published

    # ------------------------------------------------------------------ of a council

    def _of_council(self, row: Row, link: Link, now: Side, before: Side | None) -> Explanation:
        council = self._facts.councils[row["area_id"]]
        later = _alone(now, council)
        earlier = None if before is None else _alone(before, council)
        refusal = link.refusal or self._why_none(council, now, later, row["previous_year"], earlier)
        rate = None if later is None else later.rate.value
        previous = None if earlier is None else earlier.rate.value
        classes = [one.evidence_class for one in (later, earlier) if one and one.evidence_class]
        checks = _checked(
            row,
            {
                "rate_pct": rate,
                "previous_rate_pct": previous,
                "change_pp": _difference(rate, previous, refusal),
                "refused_reason": refusal,
                "previous_definition_id": self._definition_before(now.key, row),
                "evidence_class": weakest(classes),
            },
        )
        found = [one for one in (later, earlier) if one is not None]
        cells = [cell for one in found for cell in one.numerator.cells + one.denominator.cells]
        checks.cells(self._facts, cells)
        inputs = [_rate_input(row, now, later.rate)] if later else []
        if before is not None and earlier is not None:
            inputs.append(_rate_input(row, before, earlier.rate))
        formula = _formula(later.rate, earlier.rate) if later and earlier and not refusal else None
        return self._worded(
            row,
            link,
            checks,
            formula=formula,
            inputs=tuple(inputs),
            files=counts.files_behind(self._facts, cells),
        )

    def _why_none(
        self,
        council: Council,
        now: Side,
        later: Recomputed | None,
        previous_year: str,
        earlier: Recomputed | None,
    ) -> str | None:
        if council.valid_from > last_day(previous_year):
            return f"the council is new since {council.valid_from}{self._came_from(council)}"
        if later is not None and later.rate.above_100:
            return f"the rate {ABOVE_100}"
        if earlier is not None and earlier.rate.above_100:
            return f"the rate of {previous_year} {ABOVE_100}"
        if later is None or later.rate.value is None:
            return f"there is no rate for {now.year}"
        if earlier is None or earlier.rate.value is None:
            return f"there is no rate for {previous_year}"
        return None

    def _came_from(self, council: Council) -> str:
        codes = (council.predecessor_ids or "").split(";")
        names = sorted(
            self._facts.councils[one].council_name for one in codes if one in self._facts.councils
        )
        return f": it came from {', '.join(names)}" if names else ""

    # ------------------------------------------------------------------ of a region or England

    def _of_larger(self, row: Row, link: Link, now: Side, before: Side | None) -> Explanation:
        rate = share(*now.sums)
        previous = None if before is None else share(*before.sums)
        refusal = link.refusal
        if refusal is None and None in (rate, previous):
            refusal = f"there is no rate for {now.year if rate is None else row['previous_year']}"
        together = _in_both(now, before)
        classes = [found.evidence_class for _, found in now.answers.values()]
        classes += [found.evidence_class for found in before.counted] if before else []
        earlier = len(before.counted) if before and before.counted else None
        checks = _checked(
            row,
            {
                "rate_pct": rate,
                "previous_rate_pct": previous,
                "change_pp": _difference(rate, previous, refusal),
                "refused_reason": refusal,
                "previous_definition_id": self._definition_before(now.key, row),
                "councils": len(now.counted),
                "previous_councils": earlier,
                "councils_in_both": None if refusal else together,
                "note": None if refusal else _who_answered(len(now.counted), earlier, together),
                "evidence_class": weakest(one for one in classes if one),
            },
        )
        sides = [now] if before is None else [now, before]
        return self._worded(
            row,
            link,
            checks,
            formula=_plain_formula(rate, previous) if refusal is None else None,
            inputs=tuple(_pooled_input(row, side) for side in sides if side.counted),
            counts=tuple(count for side in sides for count in _pooled_counts(side)),
            members=tuple(self._members(now, before)) if row["area_level"] == "region" else (),
            files=files_of(self._facts, *(found for side in sides for found in side.counted)),
        )

    def _members(self, now: Side, before: Side | None) -> Iterator[Member]:
        """The councils of a region, from the year before to this one."""
        for council, later in now.answers.values():
            earlier = None if before is None else _alone(before, council)
            yield Member(
                council.council_id,
                council.council_name,
                later.shown[0].value,
                later.shown[1].value,
                None if earlier is None else earlier.rate.value,
                left_out=None if _counts(later) else f"it has no rate for {now.year}",
                anchor=_change_anchor(now.year, now.key),
                to_rate_pct=later.rate.value,
            )

    # ------------------------------------------------------------------ both

    def _worded(self, row: Row, link: Link, checks: Checks, **parts: Any) -> Explanation:
        key = RateKey(row["basis_id"], row["definition_id"], row["person_scope"])
        name = self._facts.area_name(row["area_level"], row["area_id"])
        year = row["financial_year"]
        return Explanation(
            anchor=_change_anchor(year, key),
            kind="rate_change",
            title=f"{name}, {row['previous_year']} to {year}: change of {rate_name(key)}",
            table="marts.rate_change",
            area_level=row["area_level"],
            area_id=row["area_id"],
            area_name=row["area_name"],
            financial_year=year,
            basis_id=key.basis_id,
            definition_id=key.definition_id,
            person_scope=key.person_scope,
            evidence_class=row["evidence_class"],
            note="; ".join(one for one in (row["refused_reason"], row["note"]) if one) or None,
            figures=(
                Figure("change_pp", "points", row["change_pp"], None, None),
                Figure("rate_pct", "percent", row["rate_pct"], None, None),
                Figure("previous_rate_pct", "percent", row["previous_rate_pct"], None, None),
            ),
            breaks=link.breaks,
            checked=checks.made,
            not_recomputed=(THE_DEFINITION_BEFORE,)
            if key.definition_id != row["previous_definition_id"]
            else (),
            disagreements=tuple(checks.disagreements),
            **parts,
        )


def _change_anchor(year: str, key: RateKey) -> str:
    return joined(year, "rate_change", key.basis_id, key.definition_id, key.person_scope)


def _alone(side: Side, council: Council) -> Recomputed | None:
    found = side.answers.get(council.council_id)
    return None if found is None else found[1]


def _checked(row: Row, expected: dict[str, object]) -> Checks:
    checks = Checks()
    for column, value in expected.items():
        checks.step(column, row[column], value)
    return checks


def _difference(rate: float | None, previous: float | None, refusal: str | None) -> float | None:
    if refusal or rate is None or previous is None:
        return None
    return rate - previous


def _formula(later: Rate, earlier: Rate) -> str | None:
    """The difference, and what the roundings of both rates leave of it."""
    plain = _plain_formula(later.value, earlier.value)
    ends = (later.lower, later.upper, earlier.lower, earlier.upper)
    if plain is None or None in ends or (ends[0] == ends[1] and ends[2] == ends[3]):
        return plain
    return (
        f"{plain}; at least {_plain_formula(later.lower, earlier.upper)}; "
        f"at most {_plain_formula(later.upper, earlier.lower)}"
    )


def _plain_formula(later: float | None, earlier: float | None) -> str | None:
    if later is None or earlier is None:
        return None
    return f"{number(later)}% - {number(earlier)}% = {later - earlier:+.2f} points"


def _rate_input(row: Row, side: Side, rate: Rate) -> Input:
    return Input(
        f"rate of {side.year}",
        "rate",
        row["area_level"],
        row["area_id"],
        side.year,
        anchor(side.year, side.key.basis_id, side.key.person_scope, side.key.definition_id),
        "percent",
        rate.value,
        rate.lower,
        rate.upper,
    )


def _pooled_input(row: Row, side: Side) -> Input:
    """England's rate has an explanation of its own; a region's has none."""
    name = anchor(side.year, side.key.basis_id, side.key.person_scope, side.key.definition_id)
    return Input(
        f"rate of {side.year}",
        "rate",
        row["area_level"],
        row["area_id"],
        side.year,
        name if row["area_level"] == "england" else None,
        "percent",
        share(*side.sums),
    )


def _pooled_counts(side: Side) -> Iterator[Count]:
    if side.counted:
        for role, total in zip(("numerator", "denominator"), side.sums, strict=True):
            what = f"sum over {len(side.counted)} councils"
            yield Count(f"{role} of {side.year}", what, total, None, None, ())


def _in_both(now: Side, before: Side | None) -> int:
    if before is None:
        return 0
    return sum(
        1
        for council_id, (council, found) in now.answers.items()
        if _counts(found)
        and (earlier := _alone(before, council)) is not None
        and council_id in before.answers
        and _counts(earlier)
    )


def _who_answered(now: int, before: int | None, both: int) -> str | None:
    """What stands beside a change of which a part may be that other councils answered."""
    if both >= now and (before is None or both >= before):
        return None
    return (
        f"not the same councils: {now} gave a rate, {before} the year before, {both} in both; "
        "part of the change is who answered"
    )
