"""Chance that is the same everywhere: numbers drawn from a hash of what they are for.

Belongs here: uniform and bell-shaped draws, each addressed by its own key, so that adding a
council or a question moves no other number. Only hashing and the basic operations of IEEE 754 are
used, because results of a platform's `exp` or `log`, and of a library's generator from one version
to the next, may differ in the last bit, and the example's bytes may not.
Does not: what the draws mean, or making them add up (`fitting`).
"""

from __future__ import annotations

from hashlib import sha256

SEED = "common-denominator example 1"


def unit(*key: object) -> float:
    """A draw from [0, 1) that belongs to this key."""
    text = "|".join((SEED, *map(str, key)))
    return int.from_bytes(sha256(text.encode()).digest()[:6], "big") / 2**48


def between(low: float, high: float, *key: object) -> float:
    """A draw spread evenly over [low, high)."""
    return low + (high - low) * unit(*key)


def bell(*key: object) -> float:
    """A bell-shaped draw, mean 0, standard deviation 1, never beyond 3.5 (a sum of four)."""
    return (sum(unit(*key, part) for part in range(4)) - 2.0) * 1.7320508


def clamp(value: float, low: float, high: float) -> float:
    """The value, or the nearer limit."""
    return min(max(value, low), high)


def units(count: int, *key: object) -> list[float]:
    """As many draws from [0, 1) as asked for, eight to a hash: for the thousands of a survey."""
    text = "|".join((SEED, *map(str, key))).encode()
    drawn: list[float] = []
    for part in range((count + 7) // 8):
        digest = sha256(text + b"|%d" % part).digest()
        drawn += [int.from_bytes(digest[at : at + 4], "big") / 2**32 for at in range(0, 32, 4)]
    return drawn[:count]


def bells(count: int, *key: object) -> list[float]:
    """As many bell-shaped draws as asked for, each the sum of four."""
    drawn = units(4 * count, *key)
    return [(sum(drawn[at : at + 4]) - 2.0) * 1.7320508 for at in range(0, 4 * count, 4)]
