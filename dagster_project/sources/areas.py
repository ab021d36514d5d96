"""Which area a row is of: by its code, by its ONS code where its own is none that is known.

Belongs here: the codes of England, the regions, the types of council and the councils, and what a
row's code, ONS code and name say of its area. Does not: whether a council held its duties in a year
(`councils`), and reading a file.

An area's level is known from its code, so that a level printed beside it can contradict it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dagster_project.formats.headings import normal
from dagster_project.sources.councils import register
from dagster_project.sources.seeds import seed

ENGLAND = "England"
_ENGLAND_CODES = ("england", "1001", "e92000001")
# as the ASCOF tables print them since 2015-16, and the workbook of 2024-25
_TYPES = {
    "I": "Inner London",
    "M": "Metropolitan Districts",
    "O": "Outer London",
    "S": "Shire Counties",
    "U": "Unitary Authorities",
}
_IN_WORDS = {
    "council": "a council",
    "region": "a region",
    "council_type": "a type of council",
    "england": "England",
}


@dataclass(frozen=True)
class Area:
    """One area: its level, its id, and its name as a message gives it."""

    level: str
    area_id: str
    name: str

    def __str__(self) -> str:
        """Name and id, once where they are the same."""
        return self.name if self.name == self.area_id else f"{self.name} ({self.area_id})"


def level_in_words(level: str) -> str:
    """A level as a message gives it."""
    return _IN_WORDS.get(level, level)


@cache
def by_code(code: str) -> Area | None:
    """The area that a printed code is of, whatever the year; an ONS code may stand in its place."""
    bare = code.strip()
    if bare.casefold() in _ENGLAND_CODES:
        return Area("england", ENGLAND, ENGLAND)
    if bare in _TYPES:
        return Area("council_type", _TYPES[bare], _TYPES[bare])
    return _regions().get(bare.casefold()) or _council(bare) or by_ons_code(bare)


@cache
def by_ons_code(code: str) -> Area | None:
    """The area that an ONS code is or was of."""
    bare = code.strip()
    if bare.casefold() == _ENGLAND_CODES[-1]:
        return Area("england", ENGLAND, ENGLAND)
    council_id = _ons_codes().get(bare)
    return _council(council_id) if council_id else _regions().get(bare.casefold())


@cache
def by_name(level: str, name: str) -> Area | None:
    """The one area of a level that has this name; of nearly this name there is none."""
    given = normal(name)
    if not given:
        return None
    known = [area for area in _all_areas() if area.level == level and normal(area.name) == given]
    return known[0] if len(known) == 1 else None


def read_area(level: str | None, code: str, ons_code: str, name: str) -> str | None:
    """The id of the area that a row is of, None if its codes do not say it.

    A code that is known decides, and is the area's own only on its own level. One that is not gives
    way to the ONS code beside it, if that is of the row's level and of no council unlike its name.
    A type of council may be known by its name alone: it has no ONS code.
    """
    found = by_code(code)
    if found is None and level == "council_type":
        found = by_name(level, name)
    if found is None:
        found = by_ons_code(ons_code)
        if found is not None and found.level == "council" and name and unlike(found, name):
            return None
    return found.area_id if found is not None and found.level == level else None


def hints(level: str, code: str, ons_code: str, name: str) -> str:
    """What else a row says of its area, to be added to a message that its code is not known."""
    said = []
    by_its_ons_code = by_ons_code(ons_code) if ons_code else None
    if by_its_ons_code is not None and by_its_ons_code != by_code(code):
        said.append(f"its ONS code {ons_code.strip()} is that of {by_its_ons_code}")
    by_its_name = by_name(level, name)
    if by_its_name is not None and by_its_name not in (by_its_ons_code, by_code(code)):
        said.append(f"its name is that of {by_its_name}")
    return "".join(f"; {each}" for each in said)


# Words that publishers add to a council's name or leave out of it.
_FILLERS = re.compile(
    r"\b(the|of|and|city|county|council|borough|royal|london|metropolitan|district|mbc|bc|cc|ua|"
    r"unitary|authority|upon|towns)\b|[^a-z]"
)


def _bare(name: str) -> str:
    return _FILLERS.sub("", name.casefold().replace("&", " and ").replace("saint", "st"))


@cache
def unlike(area: Area, name: str) -> bool:
    """Whether a name is plainly another than the area's."""
    given, known = _bare(name), _bare(area.name)
    if not given or given in known or known in given:
        return False
    return difflib.SequenceMatcher(None, given, known).ratio() < 0.7


def _council(code: str) -> Area | None:
    council = register().councils.get(code)
    return Area("council", code, council.name) if council else None


@cache
def _regions() -> Mapping[str, Area]:
    """Each region by its code, its code in the tables of 2014-15, and its ONS code."""
    return {
        row[column].casefold(): Area("region", row["region_code"], row["region_name"])
        for row in seed("regions")
        for column in ("region_code", "code_2014", "gss_code")
    }


@cache
def _ons_codes() -> Mapping[str, str]:
    """The council of each ONS code that one has or had."""
    return {row["gss_code"]: row["council_id"] for row in seed("council_gss")}


@cache
def _all_areas() -> tuple[Area, ...]:
    councils = (Area("council", code, each.name) for code, each in register().councils.items())
    types = (Area("council_type", name, name) for name in _TYPES.values())
    return (Area("england", ENGLAND, ENGLAND), *set(_regions().values()), *types, *councils)
