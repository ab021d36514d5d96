"""How large a count of people can be: rules that hold a count against who lives in an area.

Belongs here: the adults of each area, and counts beyond them. Does not: the populations, which are
the seed `council_population`, and money.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pandas as pd

from dagster_project.sources.councils import register
from dagster_project.sources.rules import broken
from dagster_project.sources.seeds import seed
from dagster_project.sources.source import Broken, Context, Rule, Severity

# The seed has one middle of a year. Up to 2024 no council grew by more since, and those who have
# support are a small part of the adults; so what is above this is no count of a council's people.
_GROWTH = 1.25

CountOf = Callable[[pd.DataFrame, str | None], "pd.Series[bool]"]


@cache
def _adults() -> dict[str, int]:
    return {row["council_id"]: int(row["adults"]) for row in seed("council_population")}


def adults_of(code: str) -> int | None:
    """The people of 18 and over of a council in the year that the seed gives, None if unknown."""
    return _adults().get(code)


@cache
def _most(level: str, code: str) -> float:
    """The most people of an area that can be counted."""
    if level == "council" and code in _adults():
        return _GROWTH * _adults()[code]
    return _GROWTH * sum(_adults()[council] for council in register().councils_in_scope("2018-19"))


def count_above_population(*fields: str, only: CountOf | None = None) -> Rule:
    """The rule that a count is not above the adults of its area; `only` narrows it to some rows."""

    def check(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
        areas = frame[["area_level", "area_code"]].fillna("")
        pairs = list(areas.itertuples(index=False, name=None))
        most = pd.Series([_most(*pair) for pair in pairs], index=frame.index, dtype="float64")
        concerned = only(frame, context.year) if only else pd.Series(True, index=frame.index)
        for field in fields:
            yield from broken(
                concerned & frame[field].gt(most),
                field,
                f"{field} is {{{field}_token}}, more people than live in the area",
            )

    return Rule(
        "count-above-population",
        Severity.QUARANTINE,
        "a count of people is not above the adults who live in the area",
        "A digit too many, or two cells in one: ask the sender for the number of people.",
        check,
    )
