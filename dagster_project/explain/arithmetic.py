"""The arithmetic behind the figures, on its own feet.

Belongs here: intervals of printed values, weighted sums, rates, verdicts, Wilson limits, Shapley
values and rank correlations, as the contract states them. None of it is taken from the models:
that is what makes computing a figure anew say something.
Does not: where the numbers come from, and whether they agree.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import atanh, floor, isclose, sqrt, tanh

TOLERANCE = 1e-9
Z_95 = 1.959963984540054  # the normal quantile of 0.975


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and what it can be; the value is None where a token stands for a range."""

    value: float | None
    lower: float | None
    upper: float | None

    @property
    def is_known(self) -> bool:
        """Whether anything is known of it."""
        return self.upper is not None


NOTHING = Interval(None, None, None)


@dataclass(frozen=True, slots=True)
class Rounding:
    """What a printed value stands for."""

    below: float
    above: float
    zero_is_exact: bool
    smallest_printed: float | None


def printed(value: float, rounding: Rounding) -> Interval:
    """What a printed value can be; below 0 is nothing."""
    if rounding.zero_is_exact and value == 0:
        return Interval(value, 0.0, 0.0)
    least = 0.0 if rounding.smallest_printed is None else rounding.smallest_printed
    return Interval(value, max(value - rounding.below, least), value + rounding.above)


def weighted_sum(terms: Iterable[tuple[float, Interval]]) -> Interval:
    """A sum of which a missing part makes all of it missing; a negative weight turns bounds around.

    The lower bound is as it comes out, below 0 too: what that means is for the caller.
    """
    value: float | None = 0.0
    lower: float | None = 0.0
    upper: float | None = 0.0
    for weight, term in terms:
        low, high = (term.upper, term.lower) if weight < 0 else (term.lower, term.upper)
        value = _plus(value, weight, term.value)
        lower = _plus(lower, weight, low)
        upper = _plus(upper, weight, high)
    return Interval(value, lower, upper)


def _plus(total: float | None, weight: float, part: float | None) -> float | None:
    return None if total is None or part is None else total + weight * part


def not_below_nought(count: Interval) -> Interval:
    """A count of people is never below 0: one that is surely below is not known."""
    if count.lower is None or count.upper is None:
        return count
    if count.upper < 0:
        return NOTHING
    known = count.value is not None and count.value >= 0
    return Interval(count.value if known else None, max(count.lower, 0.0), count.upper)


def above(one: Interval, other: Interval) -> bool:
    """Whether a count is surely above another."""
    return one.lower is not None and other.upper is not None and one.lower > other.upper


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate in percent; `above_100` where its counts contradict each other: no bounds."""

    value: float | None
    lower: float | None
    upper: float | None
    above_100: bool


NO_RATE = Rate(None, None, None, above_100=False)


def rate(numerator: Interval, denominator: Interval) -> Rate:
    """Numerator over denominator, low over high and high over low, within 0 to 100."""
    n, d = numerator, denominator
    if n.upper is None or n.lower is None or d.upper is None or d.lower is None:
        return NO_RATE
    if d.upper == 0 or d.value == 0:
        return NO_RATE
    value = None if n.value is None or d.value is None else 100.0 * n.value / d.value
    if n.value is not None and d.value is not None and n.value > d.value:
        return Rate(value, None, None, above_100=True)
    return Rate(
        value,
        _within(100.0 * n.lower / d.upper),
        _within(100.0 * n.upper / d.lower) if d.lower > 0 else 100.0,
        above_100=False,
    )


def _within(percent: float) -> float:
    return min(max(percent, 0.0), 100.0)


def verdict(of: Rate, threshold_pct: float) -> str | None:
    """The whole interval against a threshold, unrounded; None for a rate above 100."""
    if of.above_100:
        return None
    if of.lower is None or of.upper is None:
        return "no_data"
    if of.lower >= threshold_pct:
        return "met"
    return "missed" if of.upper < threshold_pct else "undetermined"


def share(part: float | None, whole: float | None) -> float | None:
    """A share in percent; of nothing there is none."""
    if part is None or whole is None or whole <= 0:
        return None
    return 100.0 * part / whole


def whole_points(percent: float | None) -> float | None:
    """A percentage of persons as it may be shown (docs/disclosure.md): whole points, halves up."""
    return None if percent is None else floor(percent + 0.5)


def wilson(successes: float, trials: float) -> tuple[float | None, float | None]:
    """Wilson's 95% limits of a share, in percent."""
    if trials <= 0:
        return None, None
    p, z2 = successes / trials, Z_95**2
    centre = p + z2 / (2 * trials)
    reach = Z_95 * sqrt(p * (1 - p) / trials + z2 / (4 * trials**2))
    scale = 100.0 / (1 + z2 / trials)
    return max(scale * (centre - reach), 0.0), min(scale * (centre + reach), 100.0)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a step changes: the mean over all orders of steps, the least and the greatest."""

    mean: float
    least: float | None
    greatest: float | None


def shapley(
    switches: Sequence[str], worth: Callable[[frozenset[str]], float]
) -> Mapping[str, Effect]:
    """The effect of each switch over every order in which all can be turned on."""
    known: dict[frozenset[str], float] = {}

    def of(state: frozenset[str]) -> float:
        if state not in known:
            known[state] = worth(state)
        return known[state]

    changes: dict[str, list[float]] = {switch: [] for switch in switches}
    for order in permutations(switches):
        on: frozenset[str] = frozenset()
        for switch in order:
            changes[switch].append(of(on | {switch}) - of(on))
            on |= {switch}
    return {
        switch: Effect(sum(seen) / len(seen), min(seen), max(seen))
        for switch, seen in changes.items()
    }


def ranks(values: Sequence[float]) -> list[float]:
    """Places from 1 for the least; equal values share the mean of theirs."""
    order = sorted(values)
    first = {value: place for place, value in reversed(list(enumerate(order, start=1)))}
    times = Counter(order)
    return [first[value] + (times[value] - 1) / 2 for value in values]


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's coefficient, of ranks Spearman's; None if either is the same throughout."""
    n = len(one)
    mean_one, mean_other = sum(one) / n, sum(other) / n
    away = [(a - mean_one, b - mean_other) for a, b in zip(one, other, strict=True)]
    squares = sum(a * a for a, _ in away) * sum(b * b for _, b in away)
    return sum(a * b for a, b in away) / sqrt(squares) if squares > 0 else None


def rank_limits(coefficient: float, pairs: int) -> tuple[float, float]:
    """Bonett and Wright's 95% limits: Fisher's z with the variance (1 + r^2 / 2) / (n - 3)."""
    reach = Z_95 * sqrt((1 + coefficient**2 / 2) / (pairs - 3))
    return tanh(atanh(coefficient) - reach), tanh(atanh(coefficient) + reach)


def same(one: object, other: object) -> bool:
    """Whether two values are the same; numbers up to what adding in another order changes."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return one == other
