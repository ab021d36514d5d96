"""Activity and outcomes across councils, computed anew from the published figures of both.

Belongs here: the pairs, their ranks, the rank correlation with its limits. Does not: a rate, a
share or an outcome of a council, each of which has an explanation of its own.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from math import isclose
from typing import Any, NamedTuple

from dagster_project.explain import arithmetic
from dagster_project.explain.anchors import anchor, joined
from dagster_project.explain.checking import Checks
from dagster_project.explain.facts import Facts, weakest
from dagster_project.explain.tree import Explanation, Figure, Input, Pair

_CORRELATIONS = """
    select
        wave, financial_year, instrument, domain, activity, definition_id, person_scope, source,
        measure, councils, rank_correlation, lower, upper, statement, evidence_class
    from marts.activity_vs_outcome
    where $years is null or list_contains($years, financial_year)
    order by
        wave, instrument, domain, activity, definition_id nulls first, person_scope,
        source nulls first, measure
"""
_OUTCOMES = """
    select wave, financial_year, instrument, domain, group_value as council_id, better_pct,
        better_lower_pct, better_upper_pct, evidence_class
    from marts.poet_outcome
    where group_type = 'council' and not suppressed
        and ($years is null or list_contains($years, financial_year))
    order by council_id
"""
_RATES = """
    select distinct financial_year, council_id, basis_id, definition_id, person_scope, rate_pct,
        rate_lower_pct, rate_upper_pct, evidence_class
    from marts.target_attainment
    where rate_pct is not null and verdict is not null
        and ($years is null or list_contains($years, financial_year))
"""
_SHARES = """
    select financial_year, area_id as council_id, source, measure, person_scope,
        direct_payment_share_pct, evidence_class
    from marts.direct_payment_share
    where area_level = 'council' and direct_payment_share_pct <= 100
        and ($years is null or list_contains($years, financial_year))
"""
SHARE = "direct_payment_share"
_TOO_FEW = re.compile(r"^no figure: fewer than (\d+) councils")
Row = dict[str, Any]


class Measured(NamedTuple):
    """A published figure of a council, and what evidence it rests on."""

    figure: Input
    evidence_class: str


class ActivityOutcomes:
    """The correlations of some years."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def explained(self, areas: Sequence[str] | None = None) -> Iterator[Explanation]:
        """All of them; they are over councils, and so England's."""
        if areas is not None and "England" not in areas:
            return
        for row in self._facts.rows(_CORRELATIONS):
            yield _explained(row, *self._paired(row))

    def _paired(self, row: Row) -> tuple[list[Pair], list[str]]:
        """The councils with both figures, and the evidence of each."""
        activity = self._activities[
            row["financial_year"],
            row["activity"],
            row["definition_id"],
            row["person_scope"],
            row["source"],
            row["measure"],
        ]
        outcomes = self._outcomes[row["wave"], row["instrument"], row["domain"]]
        both = [one for one in outcomes if one in activity]
        ranked = [
            arithmetic.ranks([measured[one].figure.value or 0.0 for one in both])
            for measured in (activity, outcomes)
        ]
        pairs = [
            Pair(
                one,
                self._facts.councils[one].council_name,
                activity[one].figure,
                outcomes[one].figure,
                *places,
            )
            for one, *places in zip(both, *ranked, strict=True)
        ]
        classes = [
            measured[one].evidence_class for one in both for measured in (activity, outcomes)
        ]
        return pairs, classes

    @cached_property
    def _outcomes(self) -> dict[tuple[Any, ...], dict[str, Measured]]:
        found: dict[tuple[Any, ...], dict[str, Measured]] = defaultdict(dict)
        for row in self._facts.rows(_OUTCOMES):
            council = row["council_id"]
            figure = Input(
                "share that is better",
                "poet",
                "council",
                council,
                row["financial_year"],
                joined(row["wave"], "poet", row["instrument"], row["domain"]),
                "percent",
                row["better_pct"],
                row["better_lower_pct"],
                row["better_upper_pct"],
            )
            by_council = found[row["wave"], row["instrument"], row["domain"]]
            by_council[council] = Measured(figure, row["evidence_class"])
        return found

    @cached_property
    def _activities(self) -> dict[tuple[Any, ...], dict[str, Measured]]:
        found: dict[tuple[Any, ...], dict[str, Measured]] = defaultdict(dict)
        for row in self._facts.rows(_RATES):
            key = (*(row[name] for name in _OF_A_RATE), None, None)
            found[key][row["council_id"]] = Measured(_rate(row), row["evidence_class"])
        for row in self._facts.rows(_SHARES):
            year, source, measure, scope = (row[name] for name in _OF_A_SHARE)
            key = (year, SHARE, None, scope, source, measure)
            found[key][row["council_id"]] = Measured(_share(row), row["evidence_class"])
        return found


_OF_A_RATE = ("financial_year", "basis_id", "definition_id", "person_scope")
_OF_A_SHARE = ("financial_year", "source", "measure", "person_scope")


def _rate(row: Row) -> Input:
    year, basis, definition, scope = (row[name] for name in _OF_A_RATE)
    return Input(
        "rate",
        "rate",
        "council",
        row["council_id"],
        year,
        anchor(year, basis, scope, definition),
        "percent",
        row["rate_pct"],
        row["rate_lower_pct"],
        row["rate_upper_pct"],
    )


def _share(row: Row) -> Input:
    year, source, measure, scope = (row[name] for name in _OF_A_SHARE)
    return Input(
        "direct payment share",
        "direct_payment_share",
        "council",
        row["council_id"],
        year,
        joined(year, SHARE, source, measure, scope),
        "percent",
        row["direct_payment_share_pct"],
    )


def _explained(row: Row, pairs: list[Pair], classes: list[str]) -> Explanation:
    checks = Checks()
    for column, value in _expected(row, pairs, classes).items():
        checks.step(column, row[column], value)
    names = ("activity", "definition_id", "person_scope", "source", "measure")
    with_ = ", ".join(row[name] for name in names if row[name] is not None)
    wave, who, domain = row["wave"], row["instrument"], row["domain"]
    return Explanation(
        anchor=joined(wave, "activity_outcome", who, domain, *(row[name] for name in names)),
        kind="activity_outcome",
        title=f"England, POET {wave}: {domain} better, {who}, with {with_}, over councils",
        table="marts.activity_vs_outcome",
        area_level="england",
        area_id="England",
        area_name="England",
        financial_year=row["financial_year"],
        definition_id=row["definition_id"],
        person_scope=row["person_scope"],
        evidence_class=row["evidence_class"],
        note=row["statement"],
        figures=(
            Figure("councils", "councils", row["councils"], None, None),
            Figure(
                "rank_correlation",
                "correlation",
                row["rank_correlation"],
                row["lower"],
                row["upper"],
            ),
        ),
        pairs=tuple(pairs),
        checked=checks.made,
        disagreements=tuple(checks.disagreements),
    )


def _expected(row: Row, pairs: list[Pair], classes: list[str]) -> Row:
    """Coefficient, limits, and if there are none the reason."""
    coefficient, lower, upper, statement = _correlation(row["statement"], pairs)
    return {
        "councils": len(pairs),
        "rank_correlation": coefficient,
        "lower": lower,
        "upper": upper,
        "statement": statement,
        "evidence_class": weakest(classes),
    }


def _correlation(
    stated: str | None, pairs: list[Pair]
) -> tuple[float | None, float | None, float | None, str | None]:
    """How few councils are too few is a rule that only the statement names."""
    too_few = _TOO_FEW.match(stated or "")
    if too_few and len(pairs) < int(too_few[1]):
        return None, None, None, stated
    coefficient = arithmetic.correlation(
        [one.activity_rank for one in pairs], [one.outcome_rank for one in pairs]
    )
    if coefficient is None:
        return None, None, None, "no figure: one of the two is the same in every council"
    if isclose(abs(coefficient), 1):
        return (
            coefficient,
            None,
            None,
            "no limits: both figures put the councils in the same or opposite order",
        )
    return coefficient, *arithmetic.rank_limits(coefficient, len(pairs)), None
