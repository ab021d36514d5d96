"""From a file that somebody downloaded to its place in the raw tree.

Belongs here: knowing what a file is by its content, saying what adding it would do, and putting it
into the tree with a `source.yml`. Does not: judging rows (landing does, and is only asked), what a
publisher's file means (sources), and any word to the person who typed the command (cli).

What a file does not tell is never guessed: a fact that no row of `publications.csv` has is asked
for. Nothing in a raw tree is ever changed or replaced.
"""

from __future__ import annotations

from dagster_project.intake.facts import Given
from dagster_project.intake.place import place
from dagster_project.intake.plan import Addition, plan
from dagster_project.intake.problem import IntakeError
from dagster_project.intake.show import lines

__all__ = ["Addition", "Given", "IntakeError", "lines", "place", "plan"]
