"""Counts computed anew from the cells of the files.

Belongs here: a count as the weighted sum of what its rules find, why a part is missing, and whether
a cell means what its token and its rounding say.
Does not: which counts make a figure.
"""

from collections.abc import Sequence
from typing import NamedTuple

from dagster_project.explain import arithmetic
from dagster_project.explain.arithmetic import NOTHING, Interval
from dagster_project.explain.facts import Area, Cell, Facts, Rule
from dagster_project.explain.tree import Count, Disagreement, Part, SourceFile


class Summed(NamedTuple):
    """A count before it is worded: its interval and the cells found for each of its rules."""

    interval: Interval
    found: tuple[tuple[Rule, list[Cell]], ...]

    @property
    def cells(self) -> list[Cell]:
        """Every cell behind the count, those without a value too."""
        return [cell for _, cells in self.found for cell in cells]


def summed(facts: Facts, rules: Sequence[Rule], area: Area) -> Summed:
    """The weighted sum of an area's cells; missing if a part is missing or not the only one.

    It is missing too where a part is surely above the count that it is taken from.
    """
    found = tuple((rule, facts.find(rule, area)) for rule in rules)
    intervals = {rule: cells[0].interval if len(cells) == 1 else NOTHING for rule, cells in found}
    for taken in rules:
        for whole in rules:
            if taken.taken_from == whole.statistic and arithmetic.above(
                intervals[taken], intervals[whole]
            ):
                return Summed(NOTHING, found)
    terms = ((rule.weight, intervals[rule]) for rule, _ in found)
    return Summed(arithmetic.weighted_sum(terms), found)


def worded(
    facts: Facts, role: str, description: str | None, area: Area, count: Summed, shown: Interval
) -> Count:
    """The count as it is shown, with its parts."""
    parts = tuple(part for rule, cells in count.found for part in _parts(facts, rule, cells, area))
    return Count(role, description, shown.value, shown.lower, shown.upper, parts)


def _parts(facts: Facts, rule: Rule, cells: list[Cell], area: Area) -> list[Part]:
    if not cells:
        missing = _why_nothing(facts, rule, area)
        return [Part(rule.weight, rule.source, rule.statistic, None, missing)]
    return [
        Part(
            rule.weight,
            rule.source,
            rule.statistic,
            facts.observation(cell),
            _why_unknown(cell, len(cells)),
        )
        for cell in cells
    ]


def _why_nothing(facts: Facts, rule: Rule, area: Area) -> str:
    year, _ = area
    files = sum(
        1
        for file in facts.files.values()
        if (file.source, file.financial_year, file.status) == (rule.source, year, "loaded")
        and facts.had_come_out(file.published_on)
    )
    on = f" on {rule.definition_id}" if rule.definition_id else ""
    if not files:
        by_then = "" if facts.as_of is None else f" that had been published by {facts.as_of}"
        return f"no file of {rule.source} for {year}{by_then} was loaded"
    held = "the one file" if files == 1 else f"none of the {files} files"
    verb = "has no" if files == 1 else "has a"
    return f"{held} of {rule.source} for {year} {verb} row of this area{on} that counts"


def _why_unknown(cell: Cell, cells: int) -> str | None:
    if cells > 1:
        return f"{cells} rows give it, and which of them is meant is not known"
    if cell.value is not None:
        return None
    if not (cell.token or "").strip():
        return "the cell is empty, which is not 0"
    meaning = (cell.status_code or "no value").replace("_", " ")
    return f"'{cell.token}' stands for: {meaning}"


def misread(facts: Facts, cells: Sequence[Cell]) -> list[Disagreement]:
    """Cells whose value is not what the token says, or interval not what the rounding says."""
    found = []
    for cell in cells:
        if cell.value is None:
            continue
        place = f"{cell.statistic} at {cell.path}, {cell.locator}"
        read = plain_number(cell.token)
        if read is not None and not arithmetic.same(read, cell.value):
            found.append(Disagreement(f"value of {place}", f"{cell.value:g}", f"'{cell.token}'"))
        if cell.rounding in facts.roundings:
            meant = arithmetic.printed(cell.value, facts.roundings[cell.rounding])
            if not (
                arithmetic.same(meant.lower, cell.lower)
                and arithmetic.same(meant.upper, cell.upper)
            ):
                found.append(
                    Disagreement(f"interval of {place}", _range(cell.interval), _range(meant))
                )
    return found


def plain_number(token: str | None) -> float | None:
    """What a token says if it is a number with or without thousands' commas; else None."""
    try:
        return float((token or "").replace(",", ""))
    except ValueError:
        return None


def _range(interval: Interval) -> str:
    return f"{interval.lower} to {interval.upper}"


def files_behind(facts: Facts, cells: Sequence[Cell]) -> tuple[SourceFile, ...]:
    """The files that cells stand in, each once, by path."""
    found = {(cell.path, cell.sha256) for cell in cells}
    return tuple(facts.files[one] for one in sorted(found))


def of_any(facts: Facts, rules: Sequence[Rule], area: Area) -> Summed:
    """Every cell that serves an amount; of rules on different definitions one finds it."""
    found = tuple((rule, cells) for rule in rules if (cells := facts.find(rule, area)))
    return Summed(NOTHING, found or tuple((rule, []) for rule in rules[:1]))
