"""Funnel limits: known answers from arithmetic shown beside them."""

from __future__ import annotations

from math import isclose, sqrt

from dagster_project.report.funnel import fit

# The centre is 50% and each base 100 people: a binomial standard error of
# sqrt(50 x 50 / 100) = 5 points.
RATES = [20, 40, 40, 45, 50, 50, 55, 60, 60, 90]
# z = -6, -2, -2, -1, 0, 0, 1, 2, 2, 8; a tenth of ten on each side is one: -6 becomes -2, 8 becomes 2
DISPERSION = (6 * 4 + 2 * 1 + 2 * 0) / 10  # 2.6


def test_the_dispersion_is_the_winsorised_mean_of_squared_scores() -> None:
    fitted = fit([(rate, 100.0) for rate in RATES], 50.0)
    assert fitted is not None
    assert isclose(fitted.dispersion, DISPERSION)
    assert isclose(fitted.score(60, 100), 2 / sqrt(2.6))


def test_limits_widen_with_the_dispersion_and_as_the_base_shrinks() -> None:
    fitted = fit([(rate, 25.0 if rate == 50 else 100.0) for rate in RATES], 50.0)
    assert fitted is not None
    assert isclose(fitted.dispersion, DISPERSION)  # a rate at the centre has no score at any base
    wide, *_, narrow = [one for one in fitted.limits() if one.level == "95% limits"]
    # 1.959964 standard errors, widened by sqrt(2.6): at 100 people 5 points, at 25 people 10
    assert isclose(narrow.lower_pct, 50 - 1.959964 * 5 * sqrt(2.6))
    assert isclose(wide.upper_pct, 50 + 1.959964 * 10 * sqrt(2.6))


def test_a_council_is_counted_outside_by_levels() -> None:
    fitted = fit([(rate, 100.0) for rate in RATES], 50.0)
    assert fitted is not None
    # widened error 5 x sqrt(2.6) = 8.06 points: 1.96 of it are 15.8, 3.09 are 24.9
    assert [fitted.outside(rate, 100.0) for rate in (65, 66, 74, 75, 34)] == [0, 1, 1, 2, 1]


def test_limits_are_never_narrower_than_chance() -> None:
    fitted = fit([(50.0, 100.0)] * 10, 50.0)
    assert fitted is not None and fitted.dispersion == 1.0


def test_no_funnel_of_few_councils_or_without_a_spread() -> None:
    assert fit([(50.0, 100.0)] * 4, 50.0) is None
    assert fit([(100.0, 100.0)] * 10, 100.0) is None
