"""Funnel limits with over-dispersion, for councils' rates about England's.

Belongs here: the statistic. Does not: drawing it (`charts.comparison`).

Councils differ by far more than chance between draws of their sizes allows, so plain binomial
limits would call nearly all of them unusual. The limits are widened by one factor for all, the
square root of the mean squared z-score with the outermost tenth on each side drawn in
(multiplicative over-dispersion, winsorised): D. J. Spiegelhalter, Funnel plots for comparing
institutional performance, Statistics in Medicine 24 (2005), 1185-1202.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, sqrt

LEVELS = (("95% limits", 1.959964), ("99.8% limits", 3.090232))
WINSORISED = 0.1
FEWEST = 5  # of fewer councils the spread cannot be told


@dataclass(frozen=True)
class Limit:
    """Where a level's limits lie at one size of the base."""

    base: float
    level: str
    lower_pct: float
    upper_pct: float


@dataclass(frozen=True)
class Funnel:
    """The centre, and how much wider than chance councils lie about it."""

    centre_pct: float
    dispersion: float
    bases: tuple[float, ...]

    def score(self, rate_pct: float, base: float) -> float:
        """How many widened standard errors a council lies from the centre."""
        return (rate_pct - self.centre_pct) / (self._error(base) * sqrt(self.dispersion))

    def outside(self, rate_pct: float, base: float) -> int:
        """How many levels of limits a council lies outside of."""
        return sum(abs(self.score(rate_pct, base)) > factor for _, factor in LEVELS)

    def limits(self, points: int = 40) -> list[Limit]:
        """Limits over the sizes there are, evenly on a log scale, cut at 0 and 100."""
        least, greatest = min(self.bases), max(self.bases)
        ratio = (greatest / least) ** (1 / (points - 1))
        return [
            Limit(
                base,
                level,
                max(0.0, self.centre_pct - factor * self._error(base) * sqrt(self.dispersion)),
                min(100.0, self.centre_pct + factor * self._error(base) * sqrt(self.dispersion)),
            )
            for level, factor in LEVELS
            for base in (least * ratio**step for step in range(points))
        ]

    def _error(self, base: float) -> float:
        return sqrt(self.centre_pct * (100 - self.centre_pct) / base)


def fit(councils: Sequence[tuple[float, float]], centre_pct: float) -> Funnel | None:
    """The funnel of (rate in percent, base) about a centre; None where it says nothing.

    That is so with very few councils, and where the centre is 0 or 100. The dispersion is never
    below 1: limits are not made narrower than chance.
    """
    if len(councils) < FEWEST or not 0 < centre_pct < 100:
        return None
    plain = Funnel(centre_pct, 1.0, tuple(base for _, base in councils))
    scores = _winsorised([plain.score(rate, base) for rate, base in councils])
    return Funnel(centre_pct, max(1.0, sum(z * z for z in scores) / len(scores)), plain.bases)


def _winsorised(scores: Sequence[float]) -> list[float]:
    """The outermost tenth on each side drawn in to the last one that stays."""
    ranked = sorted(scores)
    cut = floor(WINSORISED * len(ranked))
    least, greatest = ranked[cut], ranked[len(ranked) - 1 - cut]
    return [min(max(score, least), greatest) for score in scores]
