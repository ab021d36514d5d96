"""A differencing attack: what the shown figures of a table say about the hidden ones.

Belongs here: every shown total and cell as linear constraints on the hidden whole numbers, solved for
the least and the greatest value of each. Does not: how a table is protected; the attack knows the
published figures only, and that a group which has a row has at least one answer.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Key = Hashable
Figures = Sequence[int]
"""The answers of a group, and of them each part: the parts are of different answers."""


@dataclass(frozen=True)
class Sum:
    """A whole and groups of it that do not overlap; `rest` if some may be in none of them."""

    whole: Key
    groups: Sequence[Key]
    rest: bool = False


@dataclass(frozen=True)
class Recovered:
    """A hidden figure that has one possible value."""

    key: Key
    figure: str
    value: int


def attack(
    cells: Mapping[Key, Figures | None],
    sums: Iterable[Sum],
    *,
    parts: int,
    least: int = 1,
    most: Mapping[Key, int] | None = None,
    asked: Collection[Key] | None = None,
) -> list[Recovered]:
    """The figures of the hidden cells (None) that the shown ones give away.

    Of each it asks for the number of answers, each part, and the answers that are not in the part:
    none of those means that all are. `least` is what a hidden cell has at least, `most` what some
    have at most; with `asked` it looks at these cells only.
    """
    system = _System(dict(cells), list(sums), parts, least, dict(most or {}))
    hidden = [key for key, figures in cells.items() if figures is None]
    return [
        Recovered(key, name, round(low))
        for key in hidden
        if asked is None or key in asked
        for name, form in system.forms(key)
        for low, high in [system.range_of(form)]
        if high - low < 0.5
    ]


class _System:
    def __init__(
        self,
        cells: dict[Key, Figures | None],
        sums: list[Sum],
        parts: int,
        least: int,
        most: dict[Key, int],
    ) -> None:
        rests = {("rest", place): one for place, one in enumerate(sums) if one.rest}
        self._width = parts + 1
        self._start = {key: at * self._width for at, key in enumerate([*cells, *rests])}
        size = len(self._start) * self._width
        low, high = np.zeros(size), np.full(size, np.inf)
        for key, figures in cells.items():
            at = self._start[key]
            if figures is not None:
                low[at : at + self._width] = high[at : at + self._width] = figures
            else:
                low[at], high[at] = least, most.get(key, np.inf)
        self._bounds = Bounds(low, high)
        self._size = size
        self._constraint = self._constraints(sums)

    def _constraints(self, sums: list[Sum]) -> LinearConstraint:
        rows, lows = [], []
        for start in self._start.values():
            row = np.zeros(self._size)
            row[start], row[start + 1 : start + self._width] = 1, -1
            rows.append(row)
            lows.append((0.0, np.inf))
        for place, one in enumerate(sums):
            members = [*one.groups, *([("rest", place)] if one.rest else [])]
            for figure in range(self._width):
                row = np.zeros(self._size)
                row[self._start[one.whole] + figure] = 1
                for member in members:
                    row[self._start[member] + figure] -= 1
                rows.append(row)
                lows.append((0.0, 0.0))
        lower, upper = zip(*lows, strict=True)
        return LinearConstraint(np.array(rows), lower, upper)

    def forms(self, key: Key) -> Iterable[tuple[str, np.ndarray]]:
        """The figures of a cell, as linear forms with their names."""
        start = self._start[key]
        for figure in range(self._width):
            form = np.zeros(self._size)
            form[start + figure] = 1
            yield ("answers" if figure == 0 else f"part {figure}"), form
            if figure:
                without = -form
                without[start] = 1
                yield f"not part {figure}", without

    def range_of(self, form: np.ndarray) -> tuple[float, float]:
        """The least and the greatest value of a form."""
        return self._extreme(form), -self._extreme(-form)

    def _extreme(self, form: np.ndarray) -> float:
        found = milp(
            form,
            constraints=self._constraint,
            bounds=self._bounds,
            integrality=np.ones(self._size),
        )
        if found.status == 3:  # unbounded: nothing says how great it may be
            return -np.inf
        assert found.success, found.message
        return float(found.fun)
