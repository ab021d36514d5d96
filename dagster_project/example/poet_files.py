"""POET's responses as a survey tool exports them.

Belongs here: which file holds what, in which columns, order and spelling, and where in it each
planted mistake stands.
Does not: who answered what (`poet`), the mistakes themselves (`poet_mistakes`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from dagster_project.sources.seeds import seed

from . import layouts, poet, poet_mistakes
from .draws import unit
from .mistakes import Mistake
from .poet import Response
from .poet_mistakes import HEADING, Row

HEAD = (
    "response_id",
    "wave",
    "instrument",
    "council_code",
    "completed_by",
    "age_band",
    "gender",
    "ethnicity",
    "care_groups",
    "pb_length",
    "previous_support",
    "management",
    "weekly_amount_gbp",
)
ASKED = (
    "test_knows_money",
    "test_own_ways_and_times",
    "test_knows_outcomes",
    "views_included",
    "help_to_plan",
)
TAIL = "free_text"
NOT_SPELLED = ("response_id", "wave", "council_code", "weekly_amount_gbp", TAIL)
KEPT_AS_GIVEN = tuple(poet.KEPT_AS_GIVEN)

Spelling = Callable[[Row, str], str]


@dataclass(frozen=True)
class Export:
    """One file: the instruments in it, how answers are spelled, and its bytes."""

    name: str
    wave: int
    instruments: tuple[str, ...]
    spelling: Spelling
    encoding: str


def codes(row: Row, code: str) -> str:
    """Answers as codes."""
    return code


def words(row: Row, code: str) -> str:
    """Answers as the words a person saw on the screen."""
    if code in WORDS:
        return WORDS[code]
    return ";".join(part[:1].upper() + part[1:].replace("_", " ") for part in code.split(";"))


def typed_in(row: Row, code: str) -> str:
    """Codes, in capitals where a clerk typed a paper form in."""
    return code.upper() if _on_paper(row["response_id"]) else code


@cache
def _on_paper(response_id: str) -> bool:
    return unit("poet", "paper", response_id) < 0.15


WORDS = {
    "dont_know": "Don't know",
    "18_64": "18-64",
    "65_over": "65-over",
    "dp_self": "DP self",
    "dp_friend_family": "DP friend/family",
    "dp_third_party": "DP third party",
    "provider_isf": "Provider ISF",
    "phb_holder": "PHB holder",
    "phb_carer": "PHB carer",
}

EXPORTS = (
    Export("2011", 2011, ("adult_holder", "carer"), codes, "cp1252"),
    Export("2013", 2013, ("adult_holder", "carer"), words, "utf-8"),
    Export("2013-phb", 2013, ("phb_holder", "phb_carer"), words, "utf-8"),
    Export(
        "2014",
        2014,
        ("adult_holder", "carer", "phb_holder", "phb_carer", "ehc_child", "ehc_parent"),
        codes,
        "utf-8-sig",
    ),
    Export("2017", 2017, ("adult_holder", "carer"), typed_in, "utf-8"),
)


@cache
def files() -> tuple[tuple[str, bytes, list[tuple[str, Mistake]]], ...]:
    """Every file: path below the raw root, content, and the planted mistakes by place."""
    return tuple(map(_file, EXPORTS))


def _file(export: Export) -> tuple[str, bytes, list[tuple[str, Mistake]]]:
    rows = _rows(export)
    found = poet_mistakes.plant(export.name, rows) + poet_mistakes.remarkable(rows)
    columns = _columns(rows[0])
    lines = [[_spelled(export, row, name) for name in columns] for row in rows]
    path = f"poet/{export.wave}/final/synthetic-poet-{export.name}.csv"
    content = layouts.table([columns, *lines], export.encoding)
    return path, content, [(f"line {at + 2}", mistake) for at, mistake in found]


assert HEADING + 2 == 1  # the headings are line 1, the first response line 2


def _rows(export: Export) -> list[Row]:
    """The responses in the order they came in, numbered in that order."""
    everyone = [
        one
        for survey in poet.SURVEYS
        if survey.wave == export.wave and survey.instrument in export.instruments
        for one in poet.responses(survey)
    ]
    everyone.sort(key=lambda one: (unit(*one.key, "came in"), one.key))
    # The survey of health budgets numbered its own responses.
    first = 50_001 if export.name.endswith("phb") else 1
    return [_row(export, one, first + at) for at, one in enumerate(everyone)]


def _row(export: Export, one: Response, number: int) -> Row:
    row = {
        "response_id": f"SYNTHETIC-{export.wave % 100}-{number:05d}",
        "wave": str(export.wave),
        "instrument": one.survey.instrument,
        "council_code": one.council_id,
    }
    answers = {item: one.answers.get(item, poet.BLANK) for item in _items(export)}
    return row | one.about | answers


def _items(export: Export) -> list[str]:
    """The items asked in a file, in the order of the catalogue."""
    asked = {item for name in export.instruments for item in poet.shares(export.wave, name)}
    known = [row["item"] for row in seed("poet_items") if row["wave"] == str(export.wave)]
    return [item for item in dict.fromkeys(known) if item in asked]


def _columns(row: Row) -> list[str]:
    """Headings as the layout has them: process before outcomes, the free text last."""
    process = [name for name in row if name.startswith("proc_")]
    outcomes = [name for name in row if name.startswith("out_")]
    return [*HEAD, *ASKED, *process, *outcomes, TAIL]


def _spelled(export: Export, row: Row, name: str) -> str:
    value = row[name]
    if name in NOT_SPELLED or name in KEPT_AS_GIVEN or not value:
        return value
    return export.spelling(row, value)
