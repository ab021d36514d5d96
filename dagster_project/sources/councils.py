"""The register of councils with adult social services duties, read from the dbt seed.

Belongs here: whether a code is a council's, and in which years. Does not: the register itself,
which is `dbt/seeds/councils.csv`.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dagster_project.sources.seeds import seed


@dataclass(frozen=True)
class Council:
    """One council: code as publishers print it, name, and the first and last day of its duties."""

    council_id: str
    name: str
    valid_from: dt.date
    valid_to: dt.date | None
    successor_ids: tuple[str, ...]

    def holds_duties_on(self, day: dt.date) -> bool:
        """Whether the council existed with these duties on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Register:
    """All councils by their code."""

    councils: Mapping[str, Council]

    def why_unknown(self, code: str, year: str | None) -> str | None:
        """Why a code is not that of a council in scope for a year, in words; None if it is.

        A council is in scope for a year if it held its duties on that year's 31 March. A year
        before the register begins is judged by the register's first day.
        """
        council = self.councils.get(code)
        if council is None:
            return self._no_such(code)
        if year is None:
            return None
        day = self._judged_on(year)
        if council.holds_duties_on(day):
            return None
        return f"{council.name} ({code}) {_out_of_scope(council, day)}"

    def in_scope(self, year: str) -> int:
        """How many councils are in scope for a year."""
        return len(self.councils_in_scope(year))

    def councils_in_scope(self, year: str) -> frozenset[str]:
        """The codes of the councils in scope for a year."""
        day = self._judged_on(year)
        return frozenset(
            code for code, council in self.councils.items() if council.holds_duties_on(day)
        )

    def _judged_on(self, year: str) -> dt.date:
        return max(last_day(year), self.begins)

    @property
    def begins(self) -> dt.date:
        """The first day that the register knows of."""
        return min(council.valid_from for council in self.councils.values())

    def _no_such(self, code: str) -> str:
        if not code:
            return "the council code is blank"
        near = difflib.get_close_matches(code, self.councils, n=1)
        nearest = f"; the nearest is {near[0]}, {self.councils[near[0]].name}" if near else ""
        return f"no council has the code '{code}'{nearest}"


def _out_of_scope(council: Council, day: dt.date) -> str:
    if day < council.valid_from:
        return f"began on {council.valid_from}, after {day}"
    after = (
        f"; its duties went to {', '.join(council.successor_ids)}" if council.successor_ids else ""
    )
    return f"ended on {council.valid_to}, before {day}{after}"


_FINANCIAL_YEAR = re.compile(r"(20\d\d)-(\d\d)", re.ASCII)


def is_financial_year(text: str) -> bool:
    """Whether a text is a financial year as folders are named: 2012-13, not 2012-14."""
    match = _FINANCIAL_YEAR.fullmatch(text)
    return match is not None and (int(match[1]) + 1) % 100 == int(match[2])


def last_day(year: str) -> dt.date:
    """The last day of a financial year: 2012-13 ends on 31 March 2013."""
    return dt.date(int(year[:4]) + 1, 3, 31)


def financial_year(day: dt.date) -> str:
    """The financial year of a day: 31 March 2013 is in 2012-13."""
    first = day.year - (day < dt.date(day.year, 4, 1))
    return f"{first}-{(first + 1) % 100:02d}"


@cache
def register() -> Register:
    """The register of the seed `councils`."""
    return Register({row["council_id"]: _council(row) for row in seed("councils")})


def _council(row: Mapping[str, str]) -> Council:
    return Council(
        row["council_id"],
        row["council_name"],
        dt.date.fromisoformat(row["valid_from"]),
        dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        tuple(part for part in row["successor_ids"].split(";") if part),
    )
