"""The In Control counts of a year. They are read from landing, whose tables dbt's unit tests cannot give."""

from __future__ import annotations

import re

import duckdb
from released import Released
from rendered import load

MEASURED = ("pb_holders", "pb_holders_lower", "pb_holders_upper")
TEXTS = (
    *("source", "financial_year", "release", "area_level", "area_code", "evidence_class"),
    *("pb_holders_token", "pb_holders_status", "source_file", "source_sha256", "source_locator"),
)


def test_the_last_day_of_a_year_is_its_observation(example: Released) -> None:
    """a sent counts of two days, b of the earlier day only; another release keeps its own count."""
    counts = [
        ("final", "a", "2009-12-31", 300),
        ("final", "a", "2010-03-15", 450),
        ("final", "b", "2009-12-31", 70),
        ("provisional", "a", "2009-12-31", 299),
    ]
    columns = dict.fromkeys(TEXTS, "varchar") | dict.fromkeys(MEASURED, "double")
    columns |= {"published_on": "date", "as_of": "date"}
    landed = [
        {
            "source": "in_control",
            "financial_year": "2009-10",
            "release": release,
            "area_level": "council",
            "area_code": council,
            "as_of": day,
            "pb_holders": holders,
            "pb_holders_token": holders,
        }
        for release, council, day, holders in counts
    ]
    sql, replaced = re.subn(
        r"'[^']*/in_control/[^']*'", "landed_counts", example.compiled()["stg_in_control"]
    )
    assert replaced == 1
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as build; use build; create schema seeds")
        load(connection, "landed_counts", columns, landed)
        definition = {"definition_id": "IN_CONTROL", "source": "in_control"}
        load(connection, "seeds.definitions", dict.fromkeys(definition, "varchar"), [definition])
        found = connection.execute(
            f"""select release, area_id, definition_id, statistic, measured_value, token
            from ({sql}) as counts"""
        ).fetchall()
    assert sorted(found) == [
        ("final", "a", "IN_CONTROL", "pb_holders", 450, "450"),
        ("final", "b", "IN_CONTROL", "pb_holders", 70, "70"),
        ("provisional", "a", "IN_CONTROL", "pb_holders", 299, "299"),
    ]
