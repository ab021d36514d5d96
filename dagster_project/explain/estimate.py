"""The ratio estimate for silent councils and its standard error, computed anew.

Belongs here: the arithmetic of docs/estimate.md, written from that page and not from the models.
Does not: whether a council answered, which its rate says.
"""

from collections import defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from dagster_project.explain import counts
from dagster_project.explain.facts import Area, Component, Council, Facts, RateKey
from dagster_project.explain.rates import Recomputed

FEWEST = 3  # a region with fewer that answered borrows England's ratio
Stratum = tuple[str, str]  # level and name
ENGLAND: Stratum = ("england", "England")


class Asked(NamedTuple):
    """Of which rate, in which year, and what the councils answered."""

    key: RateKey
    year: str
    answers: list[tuple[Council, Recomputed]]


class Estimate(NamedTuple):
    """A rate with silent councils filled in; None where nothing can be said."""

    rate_pct: float | None
    se_pp: float | None


NO_ESTIMATE = Estimate(None, None)


@dataclass(frozen=True)
class _Answer:
    stratum: Stratum
    numerator: float
    denominator: float
    size: float


@dataclass(frozen=True)
class _Sums:
    """Sums over the councils of a stratum that answered."""

    numerator: float
    denominator: float
    size: float
    square: float


def estimated(facts: Facts, asked: Asked) -> Estimate:
    """The estimate over every council in scope."""
    responding = [
        (council, found)
        for council, found in asked.answers
        if found.rate.value is not None and not found.rate.above_100
    ]
    silent = [council for council, found in asked.answers if _is_silent(found)]
    above, below = (sum(one.shown[side].value or 0.0 for _, one in responding) for side in (0, 1))
    if not responding or not silent:
        return Estimate(100.0 * above / below, 0.0) if below > 0 else NO_ESTIMATE
    answers = [
        _Answer(
            ("region", council.region_code),
            one.shown[0].value or 0.0,
            one.shown[1].value or 0.0,
            size,
        )
        for council, one in responding
        if (size := _size(facts, asked, council)) is not None
    ]
    quiet = _quiet(facts, asked, silent, answers)
    if quiet is None:
        return NO_ESTIMATE
    return _filled_in(above, below, answers, quiet)


def _is_silent(found: Recomputed) -> bool:
    """A range is an answer; a rate above 100 is none."""
    return found.rate.above_100 or (found.rate.value is None and found.rate.upper is None)


def _size(facts: Facts, asked: Asked, council: Council) -> float | None:
    """A council's community care count, which does not depend on its return."""
    component = Component("community", asked.key.person_scope)
    area: Area = (asked.year, council.council_id)
    for rules in facts.component_rules[component].values():
        if all(rule.source == "ccs" for rule in rules):
            return counts.summed(facts, rules, area).interval.value
    return None


def _quiet(
    facts: Facts, asked: Asked, silent: list[Council], answers: list[_Answer]
) -> dict[Stratum, list[float]] | None:
    """The sizes of silent councils by whose ratio fills them in; None if a size is not known."""
    found: dict[Stratum, list[float]] = defaultdict(list)
    for council in silent:
        size = _size(facts, asked, council)
        if size is None:
            return None
        region: Stratum = ("region", council.region_code)
        heard = sum(1 for one in answers if one.stratum == region)
        found[region if heard >= FEWEST else ENGLAND].append(size)
    return found


def _filled_in(
    above: float, below: float, answers: list[_Answer], quiet: dict[Stratum, list[float]]
) -> Estimate:
    sums = {stratum: _sums(_in(stratum, answers)) for stratum in _strata(answers)}
    strata = {stratum: one for stratum, one in sums.items() if one.size > 0}
    if any(stratum not in strata for stratum in quiet):
        return NO_ESTIMATE
    numerator = above + sum(
        sum(sizes) * strata[stratum].numerator / strata[stratum].size
        for stratum, sizes in quiet.items()
    )
    denominator = below + sum(
        sum(sizes) * strata[stratum].denominator / strata[stratum].size
        for stratum, sizes in quiet.items()
    )
    if denominator == 0:
        return NO_ESTIMATE
    ratio = numerator / denominator
    variance = _variance(ratio, answers, quiet, strata)
    error = None if variance is None else 100.0 * sqrt(variance) / denominator
    return Estimate(100.0 * ratio, error)


def _strata(answers: list[_Answer]) -> list[Stratum]:
    return [*dict.fromkeys(one.stratum for one in answers), ENGLAND]


def _in(stratum: Stratum, answers: list[_Answer]) -> list[_Answer]:
    return [one for one in answers if stratum in (ENGLAND, one.stratum)]


def _sums(answers: list[_Answer]) -> _Sums:
    return _Sums(
        sum(one.numerator for one in answers),
        sum(one.denominator for one in answers),
        sum(one.size for one in answers),
        sum(one.size**2 for one in answers),
    )


def _variance(
    ratio: float,
    answers: list[_Answer],
    quiet: dict[Stratum, list[float]],
    strata: dict[Stratum, _Sums],
) -> float | None:
    """What the silent are themselves, and what the ratios they are filled in with are worth."""
    spreads = {
        level: _spread(ratio, answers, [one for one in strata if one[0] == level], strata)
        for level in {stratum[0] for stratum in quiet}
    }
    own = 0.0
    for stratum, sizes in quiet.items():
        spread = spreads[stratum[0]]
        if spread is None:
            return None
        own += spread * sum(size**2 for size in sizes)
    carried = {
        stratum: sum(sizes) / strata[stratum].size * sqrt(spreads[stratum[0]] or 0.0)
        for stratum, sizes in quiet.items()
    }
    loads = (
        one.size * sum(carried.get(stratum, 0.0) for stratum in (one.stratum, ENGLAND))
        for one in answers
    )
    return own + sum(load**2 for load in loads)


def _spread(
    ratio: float, answers: list[_Answer], of: list[Stratum], strata: dict[Stratum, _Sums]
) -> float | None:
    """The one relative spread s² of a level: residuals over what they are free to be."""
    squares = free = 0.0
    for stratum in of:
        sums = strata[stratum]
        slope = (sums.numerator - ratio * sums.denominator) / sums.size
        for one in _in(stratum, answers):
            residual = one.numerator - ratio * one.denominator - slope * one.size
            squares += residual**2
            share = one.size / sums.size
            free += one.size**2 * (1 - 2 * share + sums.square / sums.size**2)
    return squares / free if free > 0 else None
