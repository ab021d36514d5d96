"""How often 95% limits hold the truth, on synthetic waves whose true odds ratio is known.

Councils differ in how many are better off, in what the condition goes with, in size, and in how
many met the condition; so answers from one council are alike, and errors that forget it are too
small. The table of docs/process_effects.md is what `measured` gives.
"""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from dagster_project.analysis.fourfold import Estimate, logit_cluster, mantel_haenszel

DOCS = Path(__file__).parents[2] / "docs" / "process_effects.md"
BASELINE, LOG_ODDS = 0.4, math.log(2.8)
BETWEEN, OF_EFFECT = 0.6, 0.5
"""Standard deviations between councils, of the log odds of being better and of the log odds ratio."""


def wave(
    random: np.random.Generator, councils: int, of_effect: float = OF_EFFECT, largest: int = 1
) -> np.ndarray:
    """The counts of one synthetic wave, a council a row: met better, other, rest better, other.

    The first council is `largest` times as large as it would be.
    """
    size = random.integers(30, 120, councils)
    size[0] *= largest
    met = random.binomial(size, random.beta(6, 4, councils))
    level = BASELINE + BETWEEN * random.standard_normal(councils)
    effect = LOG_ODDS + of_effect * random.standard_normal(councils)
    better = random.binomial(met, 1 / (1 + np.exp(-level - effect)))
    rest = random.binomial(size - met, 1 / (1 + np.exp(-level)))
    return np.column_stack([better, met - better, rest, size - met - rest])


def share(mean: float, deviation: float) -> float:
    """The mean of the logistic function over a normal variable, by Gauss and Hermite."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    return float(weights @ (1 / (1 + np.exp(-mean - deviation * nodes))) / weights.sum())


@cache
def marginal_odds_ratio() -> float:
    """What the pooled table tends to: shares over all councils, then their odds ratio."""
    met, rest = share(BASELINE + LOG_ODDS, math.hypot(BETWEEN, OF_EFFECT)), share(BASELINE, BETWEEN)
    return met * (1 - rest) / (rest * (1 - met))


def odds_ratios(seed: int, runs: int, councils: int, largest: int = 1) -> list[Estimate]:
    random = np.random.default_rng([seed, councils, largest])
    waves = (wave(random, councils, largest=largest) for _ in range(runs))
    return [logit_cluster(counts).odds_ratio for counts in waves]


def covered(found: list[Estimate], truth: float) -> float:
    return sum(one.lower <= truth <= one.upper for one in found) / len(found)


@cache
def measured(councils: int, runs: int = 2000) -> tuple[str, str, str]:
    """Percent of waves whose limits hold the true odds ratio, without and with one large council,
    and the median of upper over lower limit without."""
    alike = odds_ratios(2014, runs, councils)
    uneven = odds_ratios(2014, runs, councils, largest=8)
    return (
        f"{100 * covered(alike, marginal_odds_ratio()):.1f}",
        f"{100 * covered(uneven, marginal_odds_ratio()):.1f}",
        f"{np.median([one.upper / one.lower for one in alike]):.1f}",
    )


@pytest.mark.parametrize("councils", [20, 22, 60])
def test_limits_hold_the_marginal_odds_ratio_in_95_of_100_waves(councils: int) -> None:
    found = odds_ratios(1, 500, councils)
    assert 0.93 <= covered(found, marginal_odds_ratio()) <= 0.97


def test_errors_that_forget_the_councils_are_too_small() -> None:
    """Woolf's limits on the same pooled tables: the simulation would notice a missing cluster."""
    random = np.random.default_rng(1)
    held = 0
    for _ in range(500):
        a, b, c, d = wave(random, 22).sum(axis=0)
        error = math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        held += abs(math.log(a * d / (b * c) / marginal_odds_ratio())) <= 1.96 * error
    assert held / 500 < 0.9


def test_limits_within_councils_hold_a_common_odds_ratio() -> None:
    random = np.random.default_rng(3)
    found = [mantel_haenszel(wave(random, 22, of_effect=0)).odds_ratio for _ in range(500)]
    assert 0.93 <= covered(found, math.exp(LOG_ODDS)) <= 0.97


def test_the_document_says_what_is_measured() -> None:
    text = DOCS.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", text, re.MULTILINE)
    assert [int(row[0]) for row in rows] == [3, 5, 10, 20, 40]
    for councils, *said in rows:
        assert measured(int(councils)) == tuple(said)
