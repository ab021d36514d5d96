"""Fourfold tables by council: odds ratio, risk ratio and risk difference, by two methods.

Belongs here: the two estimators and their errors. Does not: which table is too thin to be shown,
the order or adjustment of many tables (`effects`).

A table has a row for each council and the columns a, b, c, d:

    a  condition met, better         b  condition met, not better
    c  condition not met, better     d  condition not met, not better

The odds ratio compares a/b with c/d, the risk ratio a/(a+b) with c/(c+d). With a baseline of 70% an
odds ratio of 2.8 is a risk ratio of 1.24: neither stands for the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dagster_project.analysis.limits import p_value, quantile

if TYPE_CHECKING:
    import numpy as np

    Counts = np.ndarray[Any, np.dtype[np.int64]]


class NoEstimateError(Exception):
    """These counts give no estimate; the message says why, to a reader of the table."""


@dataclass(frozen=True)
class Estimate:
    """A ratio or a difference with its limits."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Effect:
    """What one condition goes with; `p_value` is of the log odds ratio, with the limits' error."""

    odds_ratio: Estimate
    risk_ratio: Estimate
    risk_difference: Estimate
    p_value: float


def logit_cluster(counts: Counts) -> Effect:
    """Logistic regression of better on the condition, with errors clustered by council.

    The model has as many parameters as the pooled table has rows, so the maximum of its likelihood
    and the sandwich around it need no iteration: what council g adds to the error of a group's log
    odds is r / (better x not better), of its log share r / (n x better) and of its share r / n^2,
    where r = n x (better in g) - better x (n in g). The three limits come from the same sandwich.
    Its factor is G/(G-1) x (n-1)/(n-k), with n responses, k = 2, and t has G-1 degrees.
    """
    # in whole numbers without bounds: councils that are alike leave exactly nothing
    exact = counts.astype(object)
    a, b, c, d = exact.sum(axis=0)
    met, rest = a + b, c + d
    councils, n = len(exact), met + rest
    by_met = met * exact[:, 0] - a * (exact[:, 0] + exact[:, 1])
    by_rest = rest * exact[:, 2] - c * (exact[:, 2] + exact[:, 3])
    factor = councils / (councils - 1) * (n - 1) / (n - 2)

    def error(met_unit: int, rest_unit: int) -> float:
        parts = by_met * rest_unit - by_rest * met_unit
        return _root(factor * float((parts * parts).sum())) / (met_unit * rest_unit)

    degrees = councils - 1
    t = quantile(degrees)
    odds_ratio, log_odds_error = a * d / (b * c), error(a * b, c * d)
    return Effect(
        odds_ratio=_ratio(odds_ratio, log_odds_error, t),
        risk_ratio=_ratio(a * rest / (c * met), error(met * a, rest * c), t),
        risk_difference=_difference(a / met - c / rest, error(met * met, rest * rest), t),
        p_value=p_value(math.log(odds_ratio) / log_odds_error, degrees),
    )


def mantel_haenszel(counts: Counts) -> Effect:
    """Mantel and Haenszel's common odds ratio, risk ratio and risk difference over the councils.

    Variances: of the log odds ratio Robins, Breslow and Greenland, Biometrics 1986, 42, 311-323; of
    the log risk ratio Greenland and Robins, Biometrics 1985, 41, 55-68; of the risk difference
    Sato, Biometrics 1989, 45, 1323-1324. Normal limits. A council in which everybody or nobody met
    the condition says nothing about it here.
    """
    import numpy as np
    from statsmodels.stats.contingency_tables import StratifiedTable

    informative = (counts[:, :2].sum(axis=1) > 0) & (counts[:, 2:].sum(axis=1) > 0)
    if not informative.any():
        raise NoEstimateError(
            "in no council did some people meet the condition and others not, so that nothing can "
            "be compared within councils"
        )
    a, b, c, d = counts[informative].astype(float).T
    if not (a * d).any() or not (b * c).any():
        raise NoEstimateError(
            "in every council a cell that the odds ratio within councils needs is empty"
        )
    met, rest, n = a + b, c + d, a + b + c + d
    table = StratifiedTable(np.array([[a, b], [c, d]]))
    risk_ratio_variance = np.sum((met * rest * (a + c) - a * c * n) / n**2) / (
        np.sum(a * rest / n) * np.sum(c * met / n)
    )
    weight = np.sum(met * rest / n)
    difference = np.sum((a * rest - c * met) / n) / weight
    p = np.sum((met**2 * c - rest**2 * a + met * rest * (rest - met) / 2) / n**2)
    q = np.sum((a * d + b * c) / (2 * n))
    z, log_odds_error = quantile(), float(table.logodds_pooled_se)
    return Effect(
        odds_ratio=_ratio(float(table.oddsratio_pooled), log_odds_error, z),
        risk_ratio=_ratio(float(table.riskratio_pooled), _root(risk_ratio_variance), z),
        risk_difference=_difference(float(difference), _root(difference * p + q) / weight, z),
        p_value=p_value(float(table.logodds_pooled) / log_odds_error),
    )


def _root(variance: float) -> float:
    if not variance > 0:
        raise NoEstimateError(
            "what goes with the condition is alike in every council, which leaves no error to "
            "estimate"
        )
    return math.sqrt(variance)


def _ratio(value: float, log_error: float, width: float) -> Estimate:
    factor = math.exp(width * log_error)
    return Estimate(value, value / factor, value * factor)


def _difference(value: float, error: float, width: float) -> Estimate:
    return Estimate(value, value - width * error, value + width * error)
