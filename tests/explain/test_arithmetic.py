"""Arithmetic of explanations, against sums worked out beside it and published examples."""

from __future__ import annotations

import pytest

from dagster_project.explain import arithmetic
from dagster_project.explain.arithmetic import NOTHING, Interval, Rounding, rate

NEAREST_5 = Rounding(2, 2, zero_is_exact=False, smallest_printed=None)
NEAREST_5_DASH = Rounding(2, 2, zero_is_exact=True, smallest_printed=6)


def exactly(count: float) -> Interval:
    return Interval(count, count, count)


@pytest.mark.parametrize(
    ("value", "rounding", "lower", "upper"),
    [
        (100, NEAREST_5, 98, 102),
        (0, NEAREST_5, 0, 2),  # never below 0
        (100, NEAREST_5_DASH, 98, 102),
        (0, NEAREST_5_DASH, 0, 0),  # a dash stands for 1 to 5
        (5, NEAREST_5_DASH, 6, 7),  # and so 5 for 6 and 7
    ],
)
def test_a_printed_count_stands_for_a_range(
    value: float, rounding: Rounding, lower: float, upper: float
) -> None:
    assert arithmetic.printed(value, rounding) == Interval(value, lower, upper)


def test_a_part_that_is_taken_away_turns_its_bounds_around() -> None:
    # 10 (8 to 12) less 3 (1 to 5): 7, at least 8 - 5, at most 12 - 1
    found = arithmetic.weighted_sum([(1, Interval(10, 8, 12)), (-1, Interval(3, 1, 5))])
    assert found == Interval(7, 3, 11)


def test_a_missing_part_makes_the_sum_missing_and_never_0() -> None:
    assert arithmetic.weighted_sum([(1, exactly(10)), (1, NOTHING)]) == NOTHING
    # a range has bounds and no value, and so has the sum
    found = arithmetic.weighted_sum([(1, exactly(10)), (1, Interval(None, 1, 5))])
    assert found == Interval(None, 11, 15)


def test_a_rate_is_low_over_high_to_high_over_low() -> None:
    found = rate(Interval(50, 48, 52), Interval(100, 98, 102))
    assert found.value == 50
    assert found.lower == pytest.approx(100 * 48 / 102)
    assert found.upper == pytest.approx(100 * 52 / 98)


def test_a_rate_above_100_has_no_bounds_and_no_verdict() -> None:
    found = rate(exactly(120), exactly(100))
    assert (found.value, found.lower, found.upper) == (120, None, None)
    assert arithmetic.verdict(found, 70) is None


def test_a_rate_whose_interval_goes_beyond_100_ends_there() -> None:
    assert rate(Interval(100, 98, 102), Interval(100, 98, 102)).upper == 100


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (exactly(70), exactly(100), "met"),  # at the threshold is met
        (exactly(69), exactly(100), "missed"),
        (Interval(70, 68, 72), exactly(100), "undetermined"),
        (Interval(None, 1, 5), exactly(100), "missed"),  # a range is enough
        (NOTHING, exactly(100), "no_data"),
        (exactly(0), exactly(0), "no_data"),
    ],
)
def test_the_whole_interval_is_held_against_the_threshold(
    numerator: Interval, denominator: Interval, expected: str
) -> None:
    assert arithmetic.verdict(rate(numerator, denominator), 70) == expected


@pytest.mark.parametrize(
    ("successes", "trials", "lower", "upper"),
    [
        (91, 126, 63.83, 79.30),  # the contract's figures for ADASS 2013, and below for Scilly
        (79, 79, 95.36, 100),
        (12, 12, 75.75, 100),
    ],
)
def test_wilson_limits(successes: int, trials: int, lower: float, upper: float) -> None:
    found = arithmetic.wilson(successes, trials)
    assert found == pytest.approx((lower, upper), abs=0.01)


def test_the_bridge_between_published_totals() -> None:
    """605,739 of 1,408,695 to 432,349 of 818,700: numerator -16.74, denominator +26.55 points."""

    def worth(on: frozenset[str]) -> float:
        above = 432_349 if "numerator" in on else 605_739
        below = 818_700 if "denominator" in on else 1_408_695
        return 100 * above / below

    found = arithmetic.shapley(["numerator", "denominator"], worth)
    assert found["numerator"].mean == pytest.approx(-16.74, abs=0.005)
    assert found["denominator"].mean == pytest.approx(26.55, abs=0.005)
    total = found["numerator"].mean + found["denominator"].mean
    assert total == pytest.approx(100 * 432_349 / 818_700 - 100 * 605_739 / 1_408_695, abs=1e-9)


def test_effects_are_a_mean_over_orders_with_their_range() -> None:
    # worth: nothing 0, a 1, b 2, both 6. a first: +1, a last: 6 - 2 = +4; b first: +2, last: +5
    worth = {frozenset(): 0.0, frozenset("a"): 1.0, frozenset("b"): 2.0, frozenset("ab"): 6.0}
    found = arithmetic.shapley("ab", worth.__getitem__)
    assert (found["a"].mean, found["a"].least, found["a"].greatest) == (2.5, 1, 4)
    assert (found["b"].mean, found["b"].least, found["b"].greatest) == (3.5, 2, 5)


def test_percentages_of_persons_are_whole_points() -> None:
    """Halves go up, as the published table has them."""
    assert [arithmetic.whole_points(x) for x in (62.5, 63.49, 7.5, None)] == [63, 63, 8, None]


def test_equal_values_share_the_mean_of_their_places() -> None:
    assert arithmetic.ranks([30, 10, 20, 20]) == [4, 1, 2.5, 2.5]


def test_a_rank_correlation_with_its_limits() -> None:
    """Places 1 2 3 4 5 against 2 1 4 3 5: squares 1+1+1+1+0 = 4, 1 - 6 x 4 / (5 x 24) = 0.8."""
    assert arithmetic.correlation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]) == pytest.approx(0.8)
    assert arithmetic.correlation([1, 2, 3], [2, 2, 2]) is None
    # r = 0.5 of 28: z = 0.549306, variance (1 + 0.125) / 25 = 0.045, so 0.549306 -+ 1.959964 x
    # 0.212132 = 0.133535 and 0.965077, of which the hyperbolic tangents are 0.1327 and 0.7465
    assert arithmetic.rank_limits(0.5, 28) == pytest.approx((0.1327, 0.7465), abs=1e-4)
