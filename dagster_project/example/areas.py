"""The real councils the example invents figures for, and roughly how large they are.

Belongs here: who was in scope in a year, under which ONS code, and a size to draw from.
Does not: the register of councils itself (`dbt/seeds`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dagster_project.sources.councils import last_day
from dagster_project.sources.seeds import seed

# ONS mid-year population estimates, mid-2015, aged 18 and over (Open Government Licence v3.0),
# to the nearest ten thousand, below fifty thousand to the nearest thousand. Only a size to draw
# from: nothing invented here is a rate of population.
SIZES = Path(__file__).with_name("sizes.csv")


@dataclass(frozen=True)
class Council:
    """A council as it stood on one 31 March. `adults_thousand` is a rough size, see `SIZES`."""

    council_id: str
    name: str
    gss_code: str
    region_code: str
    council_type: str
    adults_thousand: int


@dataclass(frozen=True)
class Region:
    """A region with the code publishers printed to 2014-15 (`code_2014`) and after."""

    region_code: str
    name: str
    gss_code: str
    code_2014: str


def councils(financial_year: str) -> tuple[Council, ...]:
    """Every council in scope in a financial year, by code."""
    day = last_day(financial_year)
    gss = {row["council_id"]: row["gss_code"] for row in _valid("council_gss", day)}
    with SIZES.open(encoding="utf-8", newline="") as lines:
        sizes = {row["council_id"]: int(row["adults_thousand"]) for row in csv.DictReader(lines)}
    return tuple(
        Council(
            row["council_id"],
            row["council_name"],
            gss.get(row["council_id"], row["gss_code"]),
            row["region_code"],
            row["council_type"],
            sizes[row["council_id"]],
        )
        for row in sorted(_valid("councils", day), key=lambda row: row["council_id"])
    )


def regions() -> tuple[Region, ...]:
    """The nine regions, by code."""
    return tuple(
        Region(row["region_code"], row["region_name"], row["gss_code"], row["code_2014"])
        for row in seed("regions")
    )


def _valid(name: str, day: date) -> Iterator[dict[str, str]]:
    for row in seed(name):
        if row["valid_from"] <= day.isoformat() <= (row["valid_to"] or "9999-12-31"):
            yield row
