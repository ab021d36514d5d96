"""Where a published figure comes from, down to the cell it was printed in.

Belongs here: following a figure from the published file to its counts, their parts, the
observations behind them and the files these stand in; computing it anew on the way, and saying
where that does not give what was published.
Does not: making any figure (the models), reading raw files or the landing (nothing here knows
them), pages and exports, which show what is found here.
"""

from dagster_project.explain.anchors import anchor
from dagster_project.explain.everything import KINDS, explanations
from dagster_project.explain.tree import (
    Break,
    Conflict,
    Count,
    Disagreement,
    Earlier,
    Explanation,
    Figure,
    Input,
    Member,
    Notice,
    Observation,
    Offer,
    Pair,
    Part,
    SourceFile,
    Step,
    Tally,
    Verdict,
    Vintage,
)

__all__ = [
    "KINDS",
    "Break",
    "Conflict",
    "Count",
    "Disagreement",
    "Earlier",
    "Explanation",
    "Figure",
    "Input",
    "Member",
    "Notice",
    "Observation",
    "Offer",
    "Pair",
    "Part",
    "SourceFile",
    "Step",
    "Tally",
    "Verdict",
    "Vintage",
    "anchor",
    "explanations",
]
