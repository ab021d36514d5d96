"""Figures of the register of published figures, where a figure of ours rests on one.

Belongs here: finding a register figure by its name. Does not: which figure is chosen of several,
which the published row says in its note.
"""

import re
from functools import cached_property
from typing import NamedTuple

from dagster_project.explain.facts import Facts
from dagster_project.explain.tree import SourceFile

_NAMED_IN_A_NOTE = re.compile(r"\(figures: ([^)]+)\)$")


class RegisterFigure(NamedTuple):
    """A published figure as the register has it."""

    figure_id: str
    figure_source: str
    statistic: str
    published_value: float | None
    published_precision: float | None
    citation: str | None


class Register:
    """The register, as far as the published file repeats it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    @cached_property
    def _figures(self) -> dict[str, RegisterFigure]:
        columns = ", ".join(RegisterFigure._fields)
        rows = self._facts.rows(f"select {columns} from quality.published_reproduction")
        return {row["figure_id"]: RegisterFigure(**row) for row in rows}

    def behind(self, note: str | None) -> list[RegisterFigure]:
        """The figures that a note names; none if it names none."""
        named = _NAMED_IN_A_NOTE.search(note or "")
        if named is None:
            return []
        return [self._figures[one] for one in named[1].split(", ") if one in self._figures]

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """The files that the register was read from."""
        return tuple(
            file for _, file in sorted(self._facts.files.items()) if file.source == "published"
        )
