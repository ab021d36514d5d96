"""The reference tables that readers need, read from the dbt seeds: nothing is written twice.

Belongs here: reading a seed, the printed codes of measures, the targets. Does not: councils, which
have a module of their own.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache

from dagster_project.paths import dbt_project


@cache
def seed(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a seed, every cell as text."""
    path = dbt_project() / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def normal_code(code: str) -> str:
    """A measure's code without brackets, spaces and capitals: `1C(1A)` and `1c1a` are one."""
    return re.sub(r"[^0-9a-z]", "", code.casefold())


@dataclass(frozen=True)
class Codes:
    """The codes of the self-directed support measures, by the years in which they were printed.

    `1C` was self-directed support up to 2022-23 and is carers' quality of life after, and `3D1` was
    another measure before `3D` became self-directed support in 2023-24: no code is known without
    its year.
    """

    known: tuple[dict[str, str], ...]

    def spelling(self, code: str, year: str | None) -> str | None:
        """How the seed spells a code that was printed in a year, or None if it was not."""
        normal = normal_code(code)
        for row in self.known:
            if normal == normal_code(row["printed_code"]) and _within(row, year):
                return self._exact(code, year) or row["printed_code"]
        return None

    def resembles(self, code: str, year: str | None) -> bool:
        """Whether a code looks like self-directed support, known or not, in that year."""
        normal = normal_code(code)
        if any(normal == normal_code(row["printed_code"]) for row in self.known):
            return True
        return any(
            normal.startswith(_stem(row["printed_code"])) for row in self.known if _within(row, year)
        )

    def _exact(self, code: str, year: str | None) -> str | None:
        known = {row["printed_code"] for row in self.known if _within(row, year)}
        return code if code in known else None


def _within(row: dict[str, str], year: str | None) -> bool:
    if year is None:
        return True
    return row["first_year"] <= year and (not row["last_year"] or year <= row["last_year"])


def _stem(code: str) -> str:
    normal = normal_code(code)
    return normal[:2] if normal[:1].isdigit() else normal


@cache
def measure_codes() -> Codes:
    """The printed codes, from the seed `measure_codes`."""
    return Codes(seed("measure_codes"))


@cache
def target_pct(wave: int) -> tuple[str, float] | None:
    """The target that was due in a year and stood, with its threshold in percent."""
    for row in seed("targets"):
        if row["reference_date"].startswith(f"{wave}-") and row["status"] != "withdrawn":
            return row["target_id"], float(row["threshold_pct"])
    return None
