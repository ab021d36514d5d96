"""Random rounding that is the same whenever the same answers are counted (docs/disclosure.md).

Belongs here: drawing from a wave's key, and rounding counts and figures by the draw. Does not: by
how much (`disclosure_rules`), which groups are hidden (the dbt project, whose macros round counts
alike).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

DRAWS = 2**32


@dataclass(frozen=True)
class DisclosureRules:
    """What `disclosure_rules` says of a source: people, councils, points and digits."""

    smallest_group: int
    rounding_base: int
    fewest_councils: int
    significant_digits: int
    percent_unit: float
    q_value_unit: float

    @classmethod
    def from_row(cls, row: Mapping[str, float]) -> DisclosureRules:
        """The rules of one source, as `int_disclosure_limits` has them."""
        whole = {"int": int, "float": float}
        return cls(**{field.name: whole[str(field.type)](row[field.name]) for field in fields(cls)})


def draw(key: str, *names: object) -> int:
    """A whole number from 0 to DRAWS - 1 from the wave's key and what names the figure."""
    text = "|".join([key, *map(str, names)])
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8], 16)


def round_count(count: int, base: int, drawn: int) -> int:
    """The multiple of the base below or above; right on average over the draws."""
    return base * ((count + drawn % base) // base)


def least_count(rounded: int, base: int) -> int:
    """The least number that a rounded count can stand for."""
    return max(rounded - base + 1, 0)


def round_figure(value: float, unit: float, drawn: int) -> float:
    """The multiple of the unit below or above; figures of one draw keep their order."""
    decimals = max(0, -math.floor(math.log10(unit)))
    return round(math.floor(value / unit + drawn / DRAWS) * unit, decimals)


def unit_of(ratio: float, digits: int) -> float:
    """The unit of the last of so many significant digits of a ratio above 0."""
    return float(10.0 ** (math.floor(math.log10(ratio)) - digits + 1))
