"""The columns that a source lands in, and the headings of raw files that each is read from.

Belongs here: saying what the pandera models say, for those who show it. Does not: the models
(`sources`), finding a heading in a file (`formats`).
"""

from __future__ import annotations

from dataclasses import dataclass

from dagster_project.landing.store import rows_schema
from dagster_project.sources import SOURCES
from dagster_project.sources.model import PARTS, columns_of


@dataclass(frozen=True)
class LandedColumn:
    """A column of `rows.parquet`; `headings` are the spellings known, none if it is derived."""

    name: str
    type: str
    headings: tuple[str, ...]


def layout(source: str) -> tuple[LandedColumn, ...]:
    """The columns of a source, in order. What is not of the model is in the file all the same."""
    headings: dict[str, tuple[str, ...]] = {}
    for column in columns_of(SOURCES[source].row):
        for part in PARTS if column.is_measured else ("",):
            headings[column.name + part] = column.spellings
    return tuple(
        LandedColumn(field.name, str(field.type), headings.get(field.name, ()))
        for field in rows_schema(source)
    )
