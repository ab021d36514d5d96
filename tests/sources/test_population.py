"""The seed of adult populations: every council has a limit, and it is that of the ONS estimates."""

from __future__ import annotations

from dagster_project.sources.councils import register
from dagster_project.sources.scale import adults_of
from dagster_project.sources.seeds import seed


def test_every_council_has_a_limit() -> None:
    assert {row["council_id"] for row in seed("council_population")} == set(register().councils)


def test_the_councils_of_2018_make_up_england() -> None:
    """ONS mid-2018, England, 18 and over: 44,022,560. Dorset has no estimate of 2018 on its code."""
    scope = register().councils_in_scope("2018-19")
    adults = sum(adults_of(code) or 0 for code in scope)
    assert 0.995 < adults / 44_022_560 < 1.005


def test_parts_of_a_council_are_counted_in_those_that_are_named() -> None:
    rows = {row["council_id"]: row for row in seed("council_population")}
    for row in rows.values():
        parts = row["counted_in"].split(";")
        assert int(row["adults"]) == sum(int(rows[part]["adults"]) for part in parts)
