"""Pandera's word is final: a landed frame that is spoiled in one place does not pass."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pandera.pandas as pa
import pytest
from given import Given

from dagster_project.landing.examine import examine
from dagster_project.landing.tree import discover
from dagster_project.sources import SOURCES
from dagster_project.sources.model import landed_schema
from dagster_project.sources.source import TableSource

Spoil = Callable[[pd.DataFrame], pd.DataFrame]


def cell(name: str, value: object) -> Spoil:
    def spoil(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame.copy()
        frame.loc[frame.index[0], name] = value
        return frame

    return spoil


SPOILT: dict[str, Spoil] = {
    "evidence class": cell("evidence_class", "sure"),
    "checksum": cell("source_sha256", "abc"),
    "area level": cell("area_level", "parish"),
    "no file": cell("source_file", None),
    "column gone": lambda frame: frame.drop(columns="source_locator"),
    "column more": lambda frame: frame.assign(more=1),
    "order": lambda frame: frame[frame.columns[::-1]],
    "type": lambda frame: frame.assign(published_on="2013-07-10"),
}
# a field that lands as five columns; a source without one is not here
MEASURED = {
    "ascof": "measure_value",
    "ccs": "users",
    "pss_ex1": "clients_dp",
    "adass": "q4_carers_pb",
    "published": "value",
    "in_control": "pb_holders",
}


def frames(given: Given) -> dict[str, pd.DataFrame]:
    for put in (
        given.ascof,
        given.ccs,
        given.pss_ex1,
        given.adass,
        given.figures,
        given.neighbours,
        given.in_control,
    ):
        put()
    found = {each.source: examine(each, {}).rows for each in discover([given.raw]).publications}
    return {
        name: frame[[*landed_schema(SOURCES[name].row).columns]] for name, frame in found.items()
    }


# a bulk source is validated by its distinct values: tests/landing/test_bulk.py
TABLE_SOURCES = [name for name in SOURCES if isinstance(SOURCES[name], TableSource)]


@pytest.mark.parametrize("source", TABLE_SOURCES)
def test_a_spoilt_frame_does_not_pass(given: Given, source: str) -> None:
    frame = frames(given)[source]
    schema = landed_schema(SOURCES[source].row)
    schema.validate(frame)
    spoilt = SPOILT | (spoilt_measure(MEASURED[source]) if source in MEASURED else {})
    for what, spoil in spoilt.items():
        with pytest.raises((pa.errors.SchemaError, pa.errors.SchemaErrors)):
            schema.validate(spoil(frame))
            pytest.fail(f"{what} passed for {source}")


def spoilt_measure(field: str) -> dict[str, Spoil]:
    return {
        "a value and a status": cell(f"{field}_status", "suppressed"),
        "neither value nor status": cell(field, None),
        "a status nobody knows": lambda one: cell(f"{field}_status", "odd")(cell(field, None)(one)),
        "bounds beside a value": cell(f"{field}_lower", 1.0),
        "a range without bounds": lambda one: cell(f"{field}_status", "range")(
            cell(field, None)(one)
        ),
    }
