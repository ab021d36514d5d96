"""How sure the limits are, and limits from an estimate and its standard error.

Belongs here: the one statement of the level. Does not: any estimator.
"""

import math

LEVEL = 0.95
"""Two-sided, of all limits that are worked out here."""


def quantile(degrees_of_freedom: float = math.inf) -> float:
    """The upper quantile of Student's t behind limits of LEVEL; the normal one without degrees."""
    from scipy.special import ndtri, stdtrit

    tail = (1 + LEVEL) / 2
    if math.isinf(degrees_of_freedom):
        return float(ndtri(tail))
    return float(stdtrit(degrees_of_freedom, tail))


def p_value(statistic: float, degrees_of_freedom: float = math.inf) -> float:
    """Two-sided, of an estimate over its standard error."""
    from scipy.special import ndtr, stdtr

    tail = -abs(statistic)
    if math.isinf(degrees_of_freedom):
        return float(2 * ndtr(tail))
    return float(2 * stdtr(degrees_of_freedom, tail))
