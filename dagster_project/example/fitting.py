"""Making drawn counts add up: whole people, a fixed sum, and no council across its limits.

Belongs here: the one adjustment the whole example uses. Every published figure is either a sum
(605,739 people) or a number of councils on one side of a threshold (91 at 70% or more). The second
kind becomes limits on each council's count, the first a total that the counts are moved to within
those limits, so both hold exactly and neither undoes the other.
Does not: drawing (`draws`), or which totals and limits (`figures`, `official`, `adass`, `salt`).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

Counts = dict[str, int]
Limits = dict[str, tuple[int, int]]


def percent_limits(base: int, low_pct: float, high_pct: float) -> tuple[int, int]:
    """The least and greatest whole count between two percentages of a base, both included.

    A base too small to hold any whole count in between gives the count nearest below the upper
    one, for both limits.
    """
    least = ceil(base * Fraction(str(low_pct)) / 100)
    greatest = floor(base * Fraction(str(high_pct)) / 100)
    return min(least, greatest), greatest


def fit(start: Mapping[str, float], limits: Limits, total: int) -> Counts:
    """Whole counts near `start`, each within its limits, that add up to `total` exactly.

    Each start is first brought within its limits. Then every count moves the same share of its
    way to the limit on the side of the gap, and largest remainders settle the last few people.
    """
    counts = {key: round(min(max(start[key], low), high)) for key, (low, high) in limits.items()}
    gap = total - sum(counts.values())
    side = 1 if gap > 0 else 0
    room = {key: limits[key][side] - count for key, count in counts.items()}
    whole_room = sum(room.values())
    if abs(gap) > abs(whole_room):
        left_over = gap - whole_room
        raise ValueError(f"no counts within their limits add up to {total}: {left_over} left over")
    if gap == 0:
        return counts
    steps = share_out(gap, {key: abs(width) for key, width in room.items()})
    return {key: count + steps[key] for key, count in counts.items()}


def share_out(total: int, weights: Mapping[str, int]) -> Counts:
    """Split a whole total in proportion to whole weights, by largest remainder.

    No part is further from zero than its weight as long as the total is not beyond theirs.
    """
    everything = sum(weights.values())
    sign, size = (1, total) if total >= 0 else (-1, -total)
    parts = {key: size * weight // everything for key, weight in weights.items()}
    remainders = {key: size * weight % everything for key, weight in weights.items()}
    missing = size - sum(parts.values())
    for key in sorted(weights, key=lambda key: (-remainders[key], key))[:missing]:
        parts[key] += 1
    return {key: sign * part for key, part in parts.items()}
