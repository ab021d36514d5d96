"""What adding files would do, in lines.

Belongs here: the words of the plan. Does not: finding out what they say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dagster_project.intake.plan import Addition
from dagster_project.intake.recognise import Recognised
from dagster_project.intake.write import as_yaml
from dagster_project.landing.outcome import FileOutcome
from dagster_project.landing.tree import METADATA


def lines(additions: Sequence[Addition]) -> Iterator[str]:
    """The plan of every addition."""
    for each in additions:
        yield from _addition(each)


def _addition(addition: Addition) -> Iterator[str]:
    new = "" if addition.root.exists() else " (a new raw tree)"
    yield f"{addition.files[0].folder.as_posix()} in {addition.root}{new}"
    for file, outcome in zip(addition.files, addition.outcomes, strict=True):
        yield from _file(file, outcome)
    for rule in addition.rules:
        yield f"  would {rule.severity} {rule.failed} by {rule.rule_id}, as {rule.sample[0]}"
    for before, after in addition.beside:
        if before.rows_loaded != after.rows_loaded:
            yield (
                f"  takes the place of rows in {before.path}: {after.rows_loaded} of "
                f"{before.rows_loaded} would still load"
            )
    if addition.hidden is not None:
        yield f"  takes the place of this release in {addition.hidden}, when laid over it"
    if addition.metadata is None:
        yield f"  writes no {METADATA}: the folder has one, or needs none"
        return
    yield f"  writes {METADATA}:"
    yield from (f"    {line}" for line in as_yaml(addition.metadata).splitlines())
    if addition.metadata.published_on is None:
        yield "  ranks among the releases of its year by its name; --published-on tells the day"


def _file(file: Recognised, outcome: FileOutcome) -> Iterator[str]:
    layout = "" if outcome.layout == file.source else f", {outcome.layout}"
    yield f"  {file.path.name}: {file.source}{layout}"
    for what, known in (("year", file.year), ("release", file.release)):
        if known is not None:
            yield f"    {what} {known.value}: {known.how}"
    if file.invented:
        yield "    synthetic: it says so itself"
    yield (
        f"    {outcome.rows_read} rows read, {outcome.rows_loaded} would load, "
        f"{outcome.rows_quarantined} be quarantined, {outcome.cells_flagged} values be flagged"
    )
