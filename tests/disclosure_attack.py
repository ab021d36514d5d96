"""An attack on published figures: what rounded and hidden counts can be, all tables taken together.

Belongs here: every shown count as the whole numbers it can stand for, every total as an equation between
them, solved as an integer programme for the least and the greatest value of each. Does not: how a table
is protected; the attack knows what is published and how it is rounded, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Key = Hashable
Counts = Sequence[int]
"""The answers of a group, then each part of them; the parts add up to the answers."""
Range = tuple[int, int]
MOST = 10**6
"""More people than anybody has asked: the solver wants an end."""


@dataclass(frozen=True)
class Sum:
    """A whole and groups of it that do not overlap; `rest` is the key of those in no group."""

    whole: Key
    groups: Sequence[Key]
    rest: Key | None = None


def windows(rounded: Counts, base: int) -> list[Range]:
    """What each of some rounded counts can stand for: less than a base above or below."""
    return [(max(count - base + 1, 0), count + base - 1) for count in rounded]


class Attack:
    """The integer programme over all cells.

    `cells` has for each group its rounded counts, None if hidden: answers first, then `parts` parts.
    """

    def __init__(
        self, cells: Mapping[Key, Counts | None], sums: Iterable[Sum], *, parts: int, base: int
    ) -> None:
        sums = list(sums)
        keys = dict.fromkeys([*cells, *(one.rest for one in sums if one.rest is not None)])
        self._parts = parts
        self._start = {key: at * parts for at, key in enumerate(keys)}
        self._rows: list[dict[int, int]] = []
        self._limits: list[tuple[float, float]] = []
        size = len(keys) * parts
        low, high = np.zeros(size), np.full(size, float(MOST))
        for key, rounded in cells.items():
            if rounded is None:
                continue
            answers, *each = windows(rounded, base)
            start = self._start[key]
            for part, (least, most) in enumerate(each):
                low[start + part], high[start + part] = least, most
            self._add(dict.fromkeys(range(start, start + parts), 1), answers)
        for one in sums:
            members = [*one.groups, *([] if one.rest is None else [one.rest])]
            for part in range(parts):
                row = {self._start[one.whole] + part: 1}
                row |= {self._start[member] + part: -1 for member in members}
                self._add(row, (0, 0))
        self._bounds = Bounds(low, high)
        self._size = size
        entries = [
            (at, column, n) for at, row in enumerate(self._rows) for column, n in row.items()
        ]
        at, column, n = zip(*entries, strict=True)
        matrix = csr_array((n, (at, column)), shape=(len(self._rows), size))
        self._constraint = LinearConstraint(matrix, *zip(*self._limits, strict=True))

    def _add(self, row: dict[int, int], limits: tuple[float, float]) -> None:
        self._rows.append(row)
        self._limits.append(limits)

    def ranges(self, key: Key) -> list[Range]:
        """What the answers of a cell and each part of them can be."""
        start = self._start[key]
        each = [[start + part] for part in range(self._parts)]
        forms = [list(range(start, start + self._parts)), *each]
        return [(self._extreme(form, 1), -self._extreme(form, -1)) for form in forms]

    def _extreme(self, columns: Collection[int], sign: int) -> int:
        form = np.zeros(self._size)
        form[list(columns)] = sign
        found = milp(
            form,
            constraints=self._constraint,
            bounds=self._bounds,
            integrality=np.ones(self._size),
        )
        assert found.success, found.message
        return round(float(found.fun))


def narrowest(ranges: Iterable[Range]) -> int:
    """How many whole numbers the narrowest range holds."""
    return min(high - low + 1 for low, high in ranges)
