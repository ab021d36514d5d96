"""The reference tables that readers need, read from the dbt seeds: nothing is written twice.

Belongs here: reading a seed, the printed codes of measures, the targets. Does not: councils, which
have a module of their own.
"""

from __future__ import annotations

import csv
import re
from functools import cache

from dagster_project.paths import dbt_project

# from the first indicator of self-directed support on, and long enough
_YEARS = tuple(f"{first}-{(first + 1) % 100:02d}" for first in range(2008, 2050))


@cache
def seed(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a seed, every cell as text."""
    path = dbt_project() / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def normal_code(code: str) -> str:
    """A measure's code without brackets, spaces and capitals: `1C(1A)` and `1c1a` are one."""
    return re.sub(r"[^0-9a-z]", "", code.casefold())


@cache
def known_spelling(code: str, year: str | None) -> str | None:
    """How the seed `measure_codes` spells a code of self-directed support, None if it has it not.

    A code is known only with its year: `1C` was self-directed support up to 2022-23 and is carers'
    quality of life after, and `3D1` was another measure before `3D` became self-directed support in
    2023-24. No year means any year.
    """
    printed = [row["printed_code"] for row in seed("measure_codes") if _within(row, year)]
    if code in printed:
        return code
    return next((each for each in printed if normal_code(each) == normal_code(code)), None)


@cache
def resembles_known(code: str, year: str | None) -> bool:
    """Whether a code looks like self-directed support: one of another year, or with its stem."""
    normal = normal_code(code)
    return any(
        normal == normal_code(row["printed_code"])
        or (_within(row, year) and normal.startswith(_stem(row["printed_code"])))
        for row in seed("measure_codes")
    )


@cache
def years_of_code(code: str) -> frozenset[str]:
    """The financial years in which a code of self-directed support was or may be printed."""
    return frozenset(year for year in _YEARS if known_spelling(code, year))


def _within(row: dict[str, str], year: str | None) -> bool:
    if year is None:
        return True
    return row["first_year"] <= year and (not row["last_year"] or year <= row["last_year"])


def _stem(code: str) -> str:
    normal = normal_code(code)
    return normal[:2] if normal[:1].isdigit() else normal


@cache
def breakdown_of(code: str, year: str | None) -> tuple[str, str] | None:
    """The definition and the age band that a code stands for in a year; None if it is no known one.

    Without a year, those of the first year that has the code.
    """
    for row in seed("measure_codes"):
        if row["printed_code"] == code and _within(row, year):
            return row["definition_id"], row["breakdown"]
    return None


@cache
def rounded_to(source: str, year: str | None, area_level: str) -> int:
    """What a source's printed counts of people are multiples of in a year: 1 if not rounded.

    A count rounded to 5 stands for 2 below to 2 above, so the step is one more than both together.
    """
    kinds = {row["rounding"]: row for row in seed("rounding_kinds")}
    for row in seed("rounding_rules"):
        if (
            row["source"] == source
            and row["unit"] == "people"
            and row["area_level"] in ("", area_level)
            and year is not None
            and _within(row, year)
        ):
            kind = kinds[row["rounding"]]
            return int(kind["below"]) + int(kind["above"]) + 1
    return 1


@cache
def target_pct(wave: int) -> tuple[str, float] | None:
    """The target that was due in a year and stood, with its threshold in percent."""
    for row in seed("targets"):
        if row["reference_date"].startswith(f"{wave}-") and row["status"] != "withdrawn":
            return row["target_id"], float(row["threshold_pct"])
    return None
