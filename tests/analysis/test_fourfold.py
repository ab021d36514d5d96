"""Odds ratios, risk ratios and risk differences against arithmetic, R, Stata and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.discrete.discrete_model import Logit
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from dagster_project.analysis.fourfold import (
    Effect,
    Estimate,
    NoEstimateError,
    logit_cluster,
    mantel_haenszel,
)


def triple(estimate: Estimate) -> list[float]:
    return [estimate.value, estimate.lower, estimate.upper]


def logs(estimate: Estimate) -> list[float]:
    return [math.log(value) for value in triple(estimate)]


# ---------------------------------------------------------------- by hand, on one table

A, B, C, D = 60, 20, 50, 50
"""Of 80 who met the condition 60 are better off, of 100 who did not, 50.

odds ratio 60 x 50 / (20 x 50) = 3; risk ratio 0.75 / 0.5 = 1.5; difference 25 points."""


def one_person_each() -> np.ndarray:
    cells = [(A, 0), (B, 1), (C, 2), (D, 3)]
    return np.vstack([np.tile(np.eye(4, dtype=int)[column], (n, 1)) for n, column in cells])


def test_one_table_by_hand() -> None:
    """Clusters of one person: the sandwich is White's, which for a table is Woolf's 1/a + 1/b + 1/c
    + 1/d. Its factor is 180/179 x 179/178 = 180/178, and t has 179 degrees, 1.97331."""
    effect = logit_cluster(one_person_each())
    t = 1.9733054  # Student's, 97.5%, 179 degrees
    factor = 180 / 178
    odds_error = math.sqrt(factor * (1 / 60 + 1 / 20 + 1 / 50 + 1 / 50))
    # (1 - p) / (n p) of each group: 20 / (80 x 60) and 50 / (100 x 50)
    risk_error = math.sqrt(factor * (20 / 4800 + 50 / 5000))
    # p (1 - p) / n of each group: 0.75 x 0.25 / 80 and 0.5 x 0.5 / 100
    difference_error = math.sqrt(factor * (0.1875 / 80 + 0.25 / 100))
    assert logs(effect.odds_ratio) == pytest.approx(
        [math.log(3), math.log(3) - t * odds_error, math.log(3) + t * odds_error], rel=1e-6
    )
    assert logs(effect.risk_ratio) == pytest.approx(
        [math.log(1.5), math.log(1.5) - t * risk_error, math.log(1.5) + t * risk_error], rel=1e-6
    )
    assert triple(effect.risk_difference) == pytest.approx(
        [0.25, 0.25 - t * difference_error, 0.25 + t * difference_error], rel=1e-6
    )


def test_one_stratum_is_woolf() -> None:
    """The variance of Robins, Breslow and Greenland is Woolf's where there is one stratum."""
    effect = mantel_haenszel(np.array([[A, B, C, D]]))
    error = math.sqrt(1 / 60 + 1 / 20 + 1 / 50 + 1 / 50)
    assert logs(effect.odds_ratio) == pytest.approx(
        [math.log(3), math.log(3) - 1.959964 * error, math.log(3) + 1.959964 * error], rel=1e-6
    )
    assert effect.risk_ratio.value == pytest.approx(1.5)
    assert effect.risk_difference.value == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("odds_ratio", "met", "risk_ratio"), [(2.8, 86.7, 1.24), (1.9, 81.6, 1.17)]
)
def test_an_odds_ratio_is_no_risk_ratio(odds_ratio: float, met: float, risk_ratio: float) -> None:
    """From a baseline of 70%, odds of 7/3: 2.8 x 7/3 = 6.5333, 6.5333 / 7.5333 = 86.7%, and 86.7 /
    70 = 1.24; 1.9 x 7/3 = 4.4333, 4.4333 / 5.4333 = 81.6%, and 81.6 / 70 = 1.17."""
    better = round(1_000_000 * odds_ratio * 7 / (3 + odds_ratio * 7))
    half = np.array([better // 2, (1_000_000 - better) // 2, 350_000, 150_000])
    shifted = np.array([1, -1, 2, -2])
    counts = np.array([half + shifted, half - shifted])
    effect = logit_cluster(counts)
    assert effect.odds_ratio.value == pytest.approx(odds_ratio, rel=1e-4)
    assert round(effect.risk_ratio.value, 2) == risk_ratio
    assert round(70 + 100 * effect.risk_difference.value, 1) == met


# ---------------------------------------------------------------- clustered errors


def test_pairs_of_answers_by_hand() -> None:
    """1,600 people asked twice, 794 yes both times, 150 first only, 86 second only, 570 never
    (Agresti, Categorical Data Analysis, chapter on matched pairs): 880 - 944 of 1,600 is -4 points,
    with the error of paired proportions sqrt(150 + 86 - (150 - 86)^2 / 1600) / 1600 = 0.00955."""
    patterns = [(794, 1, 1), (150, 1, 0), (86, 0, 1), (570, 0, 0)]
    counts = np.vstack(
        [np.tile([second, 1 - second, first, 1 - first], (n, 1)) for n, first, second in patterns]
    )
    found = logit_cluster(counts).risk_difference
    error = math.sqrt(150 + 86 - 64**2 / 1600) / 1600
    factor = 1600 / 1599 * 3199 / 3198
    assert round(error, 5) == 0.00955
    assert found.value == pytest.approx(-0.04)
    assert found.upper - found.value == pytest.approx(
        stats.t.ppf(0.975, 1599) * error * math.sqrt(factor)
    )


# Weil's litters (1970), (pups alive at 4 days, of them at 21), as R's package aod has them
CONTROL = [(13, 13), (12, 12), (9, 9), (9, 9), (8, 8), (8, 8), (13, 12), (12, 11)]
CONTROL += [(10, 9), (10, 9), (9, 8), (13, 11), (5, 4), (7, 5), (10, 7), (10, 7)]
TREATED = [(12, 12), (11, 11), (10, 10), (9, 9), (11, 10), (10, 9), (10, 9), (9, 8)]
TREATED += [(9, 8), (5, 4), (9, 7), (7, 4), (10, 5), (6, 3), (10, 3), (7, 0)]


def test_weils_litters_as_r_has_them() -> None:
    """Rao and Scott, Biometrics 1992, 48, 577-585, table 1. R, package PF, example of `rsb`:

        rsb(rat$y, rat$n, id = rat$group)$d
        #  control  treated
        # 1.232495 3.952861

    are the design effects: the clustered variance of each group's share, with the factor 16/15 of
    its 16 litters, over p (1 - p) / n. Ours has 32/31 x 302/301 instead, for 32 litters of 303 pups.
    """
    counts = np.array(
        [[y, n - y, 0, 0] for n, y in TREATED] + [[0, 0, y, n - y] for n, y in CONTROL]
    )
    assert counts.sum(axis=0).tolist() == [112, 33, 142, 16]
    effect = logit_cluster(counts)
    factor = 32 / 31 * 302 / 301 / (16 / 15)
    treated, control = 112 / 145, 142 / 158
    variance = {
        "odds_ratio": 3.952861 / (145 * treated * (1 - treated))
        + 1.232495 / (158 * control * (1 - control)),
        "risk_ratio": 3.952861 * (1 - treated) / (145 * treated)
        + 1.232495 * (1 - control) / (158 * control),
        "risk_difference": 3.952861 * treated * (1 - treated) / 145
        + 1.232495 * control * (1 - control) / 158,
    }
    t = 2.0395134  # Student's, 97.5%, 31 degrees
    widths = {name: t * math.sqrt(factor * value) for name, value in variance.items()}
    assert effect.odds_ratio.value == pytest.approx(112 * 16 / (33 * 142))
    assert math.log(effect.odds_ratio.upper / effect.odds_ratio.value) == pytest.approx(
        widths["odds_ratio"], rel=1e-6
    )
    assert math.log(effect.risk_ratio.upper / effect.risk_ratio.value) == pytest.approx(
        widths["risk_ratio"], rel=1e-6
    )
    assert effect.risk_difference.upper - effect.risk_difference.value == pytest.approx(
        widths["risk_difference"], rel=1e-6
    )


def persons(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Better, the design with the condition, and the council of every single person."""
    council, cell = np.indices(counts.shape)
    better = np.repeat((cell % 2 == 0).ravel(), counts.ravel()).astype(float)
    met = np.repeat((cell < 2).ravel(), counts.ravel()).astype(float)
    design = np.column_stack([np.ones_like(met), met])
    return better, design, np.repeat(council.ravel(), counts.ravel())


def check_against_statsmodels(counts: np.ndarray) -> None:
    effect = logit_cluster(counts)
    better, design, council = persons(counts)
    clustered = {"cov_type": "cluster", "cov_kwds": {"groups": council}, "use_t": True}
    logit = Logit(better, design).fit(disp=0, tol=1e-12, maxiter=100, **clustered)
    assert logs(effect.odds_ratio) == pytest.approx(
        [logit.params[1], *logit.conf_int()[1]], rel=1e-8, abs=1e-8
    )
    assert effect.p_value == pytest.approx(logit.pvalues[1], rel=1e-6, abs=1e-12)
    # the delta method on the very sandwich of that fit
    rest, met = 1 / (1 + np.exp(-np.cumsum(logit.params)))
    gradient = np.array([met * (1 - met) - rest * (1 - rest), met * (1 - met)])
    t = stats.t.ppf(0.975, len(counts) - 1)
    error = math.sqrt(gradient @ logit.cov_params() @ gradient)
    assert triple(effect.risk_difference) == pytest.approx(
        [met - rest, met - rest - t * error, met - rest + t * error], rel=1e-7, abs=1e-8
    )
    # a log link fits the same two shares, so its coefficient is the log risk ratio
    log_link = GLM(better, design, family=families.Binomial(families.links.Log()))
    risks = log_link.fit(start_params=[math.log(rest), math.log(met / rest)], **clustered)
    assert logs(effect.risk_ratio) == pytest.approx(
        [risks.params[1], *risks.conf_int()[1]], rel=1e-7, abs=1e-8
    )


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.DomainWarning")
@pytest.mark.parametrize("councils", [2, 3, 22])
def test_counts_are_enough_for_what_statsmodels_finds_in_persons(councils: int) -> None:
    random = np.random.default_rng(councils)
    check_against_statsmodels(random.integers(0, 40, (councils, 4)))


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.DomainWarning")
@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=2, max_size=8).filter(
        lambda rows: (
            all(sum(column) > 4 for column in zip(*rows, strict=True))
            and all(any(row) for row in rows)
        )
    )
)
def test_any_counts_are_enough(rows: list[tuple[int, ...]]) -> None:
    counts = np.array(rows)
    try:
        check_against_statsmodels(counts)
    except NoEstimateError:
        assert least_residual(counts) < 1e-12


def least_residual(counts: np.ndarray) -> float:
    """The smallest of the three variances, each from floating numbers."""
    a, b, c, d = counts.T.astype(float)
    met, rest = a + b, c + d
    p, q = a.sum() / met.sum(), c.sum() / rest.sum()
    by_met, by_rest = (a - met * p) / met.sum(), (c - rest * q) / rest.sum()
    parts = [(1, 1), (p, q), (p * (1 - p), q * (1 - q))]
    return min(float(np.sum((by_met / x - by_rest / y) ** 2)) for x, y in parts)


# ---------------------------------------------------------------- Mantel and Haenszel

# Trials of the BCG vaccine (Colditz et al., JAMA 1994), metafor's dat.bcg: cases and others among
# the vaccinated, cases and others among the rest
BCG = np.array(
    [
        *([4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619]),
        *([33, 5036, 47, 5761], [180, 1361, 372, 1079], [8, 2537, 10, 619]),
        *([505, 87886, 499, 87892], [29, 7470, 45, 7232], [17, 1699, 65, 1600]),
        *([186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825]),
    ]
)


def test_bcg_trials_as_metafor_and_stata_have_them() -> None:
    """metafor, tests/testthat/test_misc_metan_vs_rma.mh_with_dat.bcg.r, where rma.mh is held against
    Stata's metan: log odds ratio -0.4734 (-0.5538 to -0.3930), log risk ratio -0.4537 (-0.5308 to
    -0.3766), risk difference -0.0033 (-0.0039 to -0.0027) with z = -11.4708, by Sato's variance."""
    effect = mantel_haenszel(BCG)
    assert [round(value, 4) for value in logs(effect.odds_ratio)] == [-0.4734, -0.5538, -0.3930]
    assert [round(value, 4) for value in logs(effect.risk_ratio)] == [-0.4537, -0.5308, -0.3766]
    difference = effect.risk_difference
    assert [round(value, 4) for value in triple(difference)] == [-0.0033, -0.0039, -0.0027]
    error = (difference.upper - difference.lower) / 2 / 1.9599640
    assert difference.value / error == pytest.approx(-11.4708, abs=5e-5)


def test_councils_that_compare_nobody_change_nothing() -> None:
    more = np.vstack([BCG, [[40, 7, 0, 0], [0, 0, 3, 20]]])
    assert mantel_haenszel(more) == mantel_haenszel(BCG)


def test_stratified_and_pooled_answer_different_questions() -> None:
    """Three councils, in each an odds ratio of 1 (90 x 1 / (10 x 9), 1 x 90 / (9 x 10), 5 x 5 / (5 x
    5)): within councils nothing; pooled, 96 x 96 / (24 x 24) = 16."""
    counts = np.array([[90, 10, 9, 1], [1, 9, 10, 90], [5, 5, 5, 5]])
    assert mantel_haenszel(counts).odds_ratio.value == pytest.approx(1)
    assert logit_cluster(counts).odds_ratio.value == pytest.approx(16)


# ---------------------------------------------------------------- where there is no estimate


@pytest.mark.parametrize(
    ("method", "counts", "said"),
    [
        (logit_cluster, [[30, 20, 20, 30], [60, 40, 40, 60]], "alike in every council"),
        (mantel_haenszel, [[30, 20, 0, 0], [0, 0, 20, 30]], "in no council"),
        (mantel_haenszel, [[30, 20, 10, 0], [0, 10, 20, 30]], "odds ratio within councils"),
    ],
)
def test_no_estimate_and_why(method: object, counts: list[list[int]], said: str) -> None:
    with pytest.raises(NoEstimateError, match=said):
        method(np.array(counts))  # type: ignore[operator]


def test_limits_surround_the_value() -> None:
    def inside(one: Estimate) -> bool:
        return one.lower < one.value < one.upper

    for effect in (logit_cluster(BCG), mantel_haenszel(BCG)):
        assert isinstance(effect, Effect)
        assert all(map(inside, (effect.odds_ratio, effect.risk_ratio, effect.risk_difference)))
