"""Rules about the shape of a table: whether its rows fit its headings, and whether it is whole.

Belongs here: rows with a cell too many or too few, and a file that is cut off. Does not: finding
out how long a row is (`tables`), and what only one publisher's files can break.

A cell that is lost or doubled shifts every figure behind it by a column, and nothing in the figures
shows it; so the whole row is quarantined.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from dagster_project.sources.rules import ROW_TOO_LONG, broken
from dagster_project.sources.source import Broken, Context, Rule, Severity

ROW_TOO_SHORT = Rule(
    "row-too-short",
    Severity.QUARANTINE,
    "a row has as many cells as there are headings",
    "A cell is missing, or the line is cut off: ask for the row again. Write a blank cell as one "
    "more comma.",
    lambda frame, _: broken(
        frame["_short"], None, "the row has fewer cells than there are headings"
    ),
)
ROW_CUT_OFF = Rule(
    "row-cut-off",
    Severity.QUARANTINE,
    "the last line of a file has its end",
    "Download the file again. If it is whole, put a line break after its last line.",
    lambda frame, _: broken(
        frame["_cut"],
        None,
        "the last line has no end, as all others have: its last number may lack digits",
    ),
)


def _unended(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    yield from broken(
        frame["_unended"],
        None,
        "the last line of the file has no end, as all others have: rows may be missing after it",
    )


LINE_UNENDED = Rule(
    "line-unended",
    Severity.FLAG,
    "the last line of a file has its end",
    "What is there is loaded. Compare the end of the file with the publisher's.",
    _unended,
)
"""Where the last line has no end and is loaded, for its last figure is whole."""

SHAPE_RULES = (ROW_TOO_LONG, ROW_TOO_SHORT, ROW_CUT_OFF)
"""The rules of quarantine; they come first, for a shifted row breaks others by chance."""


def refusing(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The same rules for a table that is worthless with one bad row."""
    return tuple(replace(rule, severity=Severity.REFUSE) for rule in rules)
