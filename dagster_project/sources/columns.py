"""How a bulk source states its columns, and how the distinct texts of one are read.

Belongs here: fields whose answers are codes, several codes, or amounts, and what of a text may be
shown. Does not: any publisher's columns or rules, and reading a file.

Rows of a bulk source are persons' records. A text that breaks a rule is shown to everyone only if
nothing a person wrote can be in it: it is made of words that answers are made of, and of one number
no longer than an amount of money. A name is as short as an answer, so length tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache
from typing import Any

from dagster_project.formats.tokens import Kind, read_cell, word_code
from dagster_project.sources.councils import register
from dagster_project.sources.seeds import seed
from dagster_project.sources.source import Read

Reader = Callable[[str | None], Read]

# Two numbers may be a date of birth, a long one a telephone or NHS number.
_NUMBER = re.compile(r"\d+(,\d{3})*(\.\d+)?")
_MOST_DIGITS_SHOWN = 6
_WITHHELD = "a text that is withheld, for it may be a person's own,"


def shown(text: str | None) -> str | None:
    """A text that may be shown to everyone, or None."""
    bare = (text or "").strip()
    if bare in register().councils:
        return bare
    rest, numbers = _NUMBER.subn(" ", bare)
    digits = sum(character.isdigit() for character in bare)
    words = set(word_code(rest).split("_")) - {""}
    harmless = words <= _words_of_answers() and numbers <= 1 and digits <= _MOST_DIGITS_SHOWN
    return bare if harmless else None


@cache
def _words_of_answers() -> frozenset[str]:
    return frozenset(word for row in seed("poet_answers") for word in row["answer"].split("_"))


def quoted(text: str | None) -> str:
    """A text as a message names it: in quotation marks, or withheld."""
    bare = shown(text)
    return _WITHHELD if bare is None else f"'{bare}'"


@cache
def answers(scale: str) -> tuple[str, ...]:
    """The codes of a scale, valid or not, in their order."""
    return tuple(row["answer"] for row in seed("poet_answers") if row["scale"] == scale)


@cache
def invalid(scale: str) -> frozenset[str]:
    """The codes of a scale that are no valid answer."""
    return frozenset(
        row["answer"]
        for row in seed("poet_answers")
        if row["scale"] == scale and row["is_valid"] != "true"
    )


def one_of(field: str, codes: Collection[str], rule_id: str, *, needed: bool = False) -> Reader:
    """Reads a word as the code it stands for."""
    listed = ", ".join(codes)

    def read(text: str | None) -> Read:
        code = word_code(text)
        if code in codes:
            return Read(code)
        if not (text or "").strip():
            return Read(rule_id=rule_id, reason=f"{field} is blank") if needed else Read()
        return Read(None, rule_id, f"{quoted(text)} is not an answer of {field} ({listed})")

    return read


def some_of(field: str, codes: Collection[str], rule_id: str) -> Reader:
    """Reads words parted by semicolons as codes, in the order given, each once."""
    one = one_of(field, codes, rule_id)

    def read(text: str | None) -> Read:
        found = [one(part) for part in (text or "").split(";")]
        given = dict.fromkeys(str(each.value) for each in found if each.value is not None)
        value = ";".join(given) or None
        wrong = next((each for each in found if each.rule_id), None)
        return Read(value, wrong.rule_id, wrong.reason) if wrong else Read(value)

    return read


def amount(field: str) -> Reader:
    """Reads an amount of money; what cannot be read is no amount."""
    problems = {"negative": ("amount-negative", "is below zero")}

    def read(text: str | None) -> Read:
        reading = read_cell(text or "", Kind.AMOUNT)
        if reading.problem is None:
            return Read(reading.value)
        rule_id, what = problems.get(
            reading.problem, ("amount-unreadable", "cannot be read as pounds")
        )
        return Read(None, rule_id, f"{quoted(text)} {what}")

    return read


def codes_of(*scales: str) -> dict[str, Any]:
    """The checks of a field whose answers are on one of some scales, for its pandera field."""
    return {"isin": tuple(dict.fromkeys(code for scale in scales for code in answers(scale)))}


def several_of(scale: str) -> dict[str, Any]:
    """The check of a field that holds codes of a scale joined by semicolons."""
    one = f"({'|'.join(answers(scale))})"
    return {"str_matches": f"^{one}(;{one})*$"}
