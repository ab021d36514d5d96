"""Holding what was published against what was computed anew.

Belongs here: counting the comparisons and keeping those that fail, each under the name of its step.
Does not: computing.
"""

from collections.abc import Sequence

from dagster_project.explain import arithmetic, counts
from dagster_project.explain.facts import Cell, Facts
from dagster_project.explain.tree import Disagreement


class Checks:
    """The comparisons made for one explanation."""

    def __init__(self) -> None:
        self.made = 0
        self.disagreements: list[Disagreement] = []

    def step(self, name: str, published: object, recomputed: object) -> None:
        """Compare one value."""
        self.made += 1
        if not arithmetic.same(published, recomputed):
            self.disagreements.append(Disagreement(name, _text(published), _text(recomputed)))

    def cells(self, facts: Facts, cells: Sequence[Cell]) -> None:
        """Compare the cells with their tokens and roundings."""
        self.made += len(cells)
        self.disagreements += counts.misread(facts, cells)


def _text(value: object) -> str:
    return "nothing" if value is None else str(value)
