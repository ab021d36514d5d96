"""POET: the National Personal Budget Survey, one person's answers a row, 2011 on.

Belongs here: knowing such a file when we see it, how its columns are read, the rules its rows must
keep. Does not: which answers are favourable (dbt seeds), where rows are stored (landing), anything
of Dagster.

A file is what a survey tool exports, in codes or in words. Which items there are, on which scale in
which wave, is the catalogue in `dbt/seeds/poet_items.csv`. The rows hold persons: an identifier
and a free text go no further than landing, and of a free text only its length is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import pandas as pd

from dagster_project.formats.headings import Found, find, find_nearest, like, nearest
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import Sheet
from dagster_project.formats.tokens import Kind, code_text, read_cell, word_code
from dagster_project.sources.columns import (
    Reader,
    amount,
    answers,
    codes_of,
    invalid,
    one_of,
    quoted,
    several_of,
    some_of,
)
from dagster_project.sources.councils import register
from dagster_project.sources.model import LandedRow, columns_of, derived, extended, heading, wanted
from dagster_project.sources.seeds import seed
from dagster_project.sources.shape import LINE_UNENDED, ROW_CUT_OFF, ROW_TOO_SHORT
from dagster_project.sources.source import (
    Breach,
    BulkColumn,
    BulkRule,
    BulkSource,
    Context,
    Match,
    Near,
    Read,
    Severity,
    nearly,
)

_ITEM_PREFIXES = ("proc_", "out_")
# With fewer answers, the same one throughout says nothing.
_FEWEST_IN_A_LINE = 3


class _Response(LandedRow):
    """Who answered, and under which conditions; the items of the catalogue follow."""

    wave: pd.Int32Dtype = heading()
    response_id: str = heading()
    instrument: str = heading(rule="instrument-unknown", **codes_of("instrument"))
    council_code: str = heading()
    completed_by: str = heading(required=False, **codes_of("completed_by"))
    age_band: str = heading(required=False, **codes_of("age_band"))
    gender: str = heading(required=False)
    ethnicity: str = heading(required=False)
    care_groups: str = heading(required=False, **several_of("care_group"))
    pb_length: str = heading(required=False)
    previous_support: str = heading(required=False)
    management: str = heading(required=False, **codes_of("management"))
    weekly_amount_gbp: float = heading(required=False, ge=0)


_SCALED = {"completed_by": "completed_by", "age_band": "age_band", "management": "management"}


@cache
def _scales(item: str) -> Mapping[str, str]:
    """The scale of an item in each wave that has it."""
    return {row["wave"]: row["scale"] for row in seed("poet_items") if row["item"] == item}


def _scales_anywhere(item: str) -> Iterator[str]:
    """Every scale an item can be read on: as catalogued, and an outcome as any wave asks them.

    An item may turn up in a wave that the catalogue does not give it, on that wave's scale.
    """
    yield from _scales(item).values()
    if item.startswith("out_"):
        yield from (row["outcome_scale"] for row in seed("poet_waves"))


_ITEMS = sorted(
    dict.fromkeys(row["item"] for row in seed("poet_items")),
    key=lambda item: (item.startswith(_ITEM_PREFIXES), item.startswith("out_")),
)


_Answered = extended(
    "_Answered",
    _Response,
    {item: heading(required=False, **codes_of(*_scales_anywhere(item))) for item in _ITEMS},
    "A response with its answers.",
)


class PoetRow(_Answered):  # type: ignore[misc, valid-type]
    """One response: who answered, under which conditions, and each answer as its code."""

    free_text_length: pd.Int32Dtype = heading("free_text", required=False, gt=0)
    all_blank: bool = derived()
    straight_lined: bool = derived()


def recognise(sheet: Sheet) -> Match | Near | None:
    """Know a wave by its headings; one that is nearly one of ours is not passed over."""
    wanted_ = wanted(PoetRow)
    found = find(sheet, wanted_)
    if not found:
        return nearly(sheet, find_nearest(sheet, wanted_))
    absent = [item for item in wanted_ if item.field not in found.columns]
    spare = [name for name in found.unread if not word_code(name).startswith(_ITEM_PREFIXES)]
    for item in absent:
        near = None if item.field.startswith(_ITEM_PREFIXES) else nearest(item.spellings, spare)
        if near:
            shown = like(item.spellings, [near])
            found_text = f"nearest found '{shown}'" if shown else "found a heading that is like it"
            reason = f"expected '{item.spellings[0]}', {found_text}"
            return Near("column-missing", 0.99, reason, sheet.place(found.row))
    return Match("poet", found)


def read(match: Match, context: Context) -> Sequence[BulkColumn]:
    """Every column of the model, and the items that the catalogue does not have."""
    columns = match.found.columns
    known = [
        BulkColumn(
            column.name,
            columns.get(column.name),
            _SQL_TYPES.get(column.name, "VARCHAR"),
            _aware(column.name, columns, context),
            only_length=column.name == "free_text_length",
            unlisted=_not_of_wave(column.name, context.year),
        )
        for column in columns_of(PoetRow)
        if column.spellings
    ]
    return [*known, *_unlisted(match.found, context)]


def _not_of_wave(field: str, wave: str | None) -> str | None:
    """An item that other waves have, and this one has not."""
    is_item = field.startswith(_ITEM_PREFIXES) and wave in _waves()
    return field if is_item and wave not in _scales(field) else None


_SQL_TYPES = {"wave": "INTEGER", "weekly_amount_gbp": "DOUBLE", "free_text_length": "INTEGER"}


def _unlisted(found: Found, context: Context) -> Iterator[BulkColumn]:
    """Items under their own names. Raises `FileProblem` if two headings make one name."""
    names: dict[str, str] = {}
    for at, heading_ in enumerate(found.headings):
        name = word_code(heading_)
        if at in found.columns.values() or not name.startswith(_ITEM_PREFIXES):
            continue
        if name in names or name in found.columns:
            raise FileProblem(
                "column-repeated",
                f"'{heading_}' and '{names.get(name, name)}' both stand for '{name}'",
            )
        names[name] = heading_
        yield BulkColumn(name, at, "VARCHAR", _reader(name, context), unlisted=heading_)


def _reader(field: str, context: Context) -> Reader | None:
    if field == "wave":
        return _read_wave
    if field == "instrument":
        return one_of(field, answers("instrument"), "instrument-unknown", needed=True)
    if field == "council_code":
        return _council_reader(context)
    if field == "care_groups":
        return some_of(field, answers("care_group"), "answer-unlisted")
    if field == "weekly_amount_gbp":
        return amount(field)
    codes = codes_of(*_scales_in(field, context.year))["isin"]
    return one_of(field, codes, "answer-unlisted") if codes else None


def _aware(field: str, columns: Mapping[str, int], context: Context) -> Reader | None:
    """A reader that knows an answer of the column beside its own: the response has moved by one."""
    read = _reader(field, context)
    at = columns.get(field)
    if read is None or at is None:
        return read
    beside = [name for name, other in columns.items() if abs(other - at) == 1]
    codes = frozenset(code for name in beside for code in _codes(name, context))
    is_amount = "weekly_amount_gbp" in beside

    def read_aware(text: str | None) -> Read:
        found = read(text)
        if found.rule_id not in ("answer-unlisted", "amount-unreadable"):
            return found
        is_number = is_amount and read_cell(text, Kind.AMOUNT).value is not None
        if word_code(text) in codes or is_number:
            reason = f"{quoted(text)} is an answer of the column beside {field}, not of {field}"
            return Read(None, "answers-shifted", reason)
        return found

    return read_aware


def _codes(field: str, context: Context) -> Sequence[str]:
    scales = ["instrument"] if field == "instrument" else _scales_in(field, context.year)
    codes: Sequence[str] = codes_of(*scales)["isin"]
    return codes


def _scales_in(item: str, wave: str | None) -> Sequence[str]:
    """The scales an answer may be on: one, but where the wave is not known every one there is."""
    if item in _SCALED:
        return [_SCALED[item]]
    catalogued = _scales(item)
    if wave is not None and wave in catalogued:
        return [catalogued[wave]]
    if item.startswith("out_"):
        known = [each for each in _waves().values() if wave in (None, each["wave"])]
        return [each["outcome_scale"] for each in known]
    return ["ease"] if item.startswith("proc_") else list(catalogued.values())


@cache
def _waves() -> Mapping[str, Mapping[str, str]]:
    return {row["wave"]: row for row in seed("poet_waves")}


def _read_wave(text: str | None) -> Read:
    wave = code_text(text)
    if wave in _waves():
        return Read(int(wave))
    listed = ", ".join(_waves())
    return Read(None, "wave-unknown", f"{quoted(text)} is not a wave ({listed})")


def _council_reader(context: Context) -> Reader:
    wave = _waves().get(context.year or "")
    year = wave["financial_year"] if wave else None

    def read_council(text: str | None) -> Read:
        code = code_text(text)
        if code and quoted(code) != f"'{code}'":
            return Read(None, "council-unknown", f"{quoted(code)} is no council's code")
        reason = register().why_unknown(code, year)
        return Read(None, "council-unknown", reason) if reason else Read(code)

    return read_council


def _derived(columns: Sequence[BulkColumn], context: Context) -> Mapping[str, str]:
    """Whether every outcome is blank, and whether all have one answer: valid answers only."""
    valid = [
        _valid(column.field, _scales_in(column.field, context.year))
        for column in columns
        if column.field.startswith("out_") and column.at is not None
    ]
    if not valid:
        return {"all_blank": "true", "straight_lined": "false"}
    given = " + ".join(f"(({each}) is not null)::int" for each in valid)
    listed = ", ".join(valid)
    return {
        "all_blank": f"coalesce({listed}) is null",
        # least and greatest pass over what is null
        "straight_lined": f"coalesce(least({listed}) = greatest({listed}), false) "
        f"and {given} >= {_FEWEST_IN_A_LINE}",
    }


def _valid(field: str, scales: Sequence[str]) -> str:
    sql = f'"{field}"'
    for code in sorted(frozenset[str]().union(*map(invalid, scales))):
        sql = f"nullif({sql}, '{code}')"
    return sql


def _wave_unlike_folder(context: Context) -> Breach:
    wave = context.year or ""
    condition = f"wave <> {int(wave)}" if wave.isdigit() else "false"
    return Breach(
        condition,
        "wave",
        f"'the response is of the wave ' || wave || ', and the folder is of {wave}'",
        "wave::varchar",
    )


_AS_GIVEN = "The response counts as given."

RULES: Sequence[BulkRule] = [
    BulkRule(
        "row-too-long",
        Severity.QUARANTINE,
        "a row has no more cells than there are headings",
        "Put a cell that contains a comma in quotation marks, or take the extra cells away.",
        breach=lambda _: Breach(
            "_overlong", None, "'the row has more cells than there are headings'"
        ),
    ),
    BulkRule(
        ROW_TOO_SHORT.id,
        Severity.QUARANTINE,
        ROW_TOO_SHORT.description,
        ROW_TOO_SHORT.remedy,
        breach=lambda _: Breach(
            "_short", None, "'the row has fewer cells than there are headings'"
        ),
    ),
    BulkRule(
        ROW_CUT_OFF.id,
        Severity.QUARANTINE,
        ROW_CUT_OFF.description,
        ROW_CUT_OFF.remedy,
        breach=lambda _: Breach(
            "_cut",
            None,
            "'the last line has no end, as all others have: its last answer may be cut off'",
        ),
    ),
    BulkRule(
        "wave-unknown",
        Severity.QUARANTINE,
        "the wave of a response is in the list of waves",
        "Correct the wave, or add it to dbt/seeds/poet_waves.csv with the scale of its outcomes.",
    ),
    BulkRule(
        "wave-unlike-folder",
        Severity.QUARANTINE,
        "the wave of a response is that of its folder",
        "Move the response to a file in the folder of its wave.",
        breach=_wave_unlike_folder,
    ),
    BulkRule(
        "instrument-unknown",
        Severity.QUARANTINE,
        "the instrument is one of the questionnaires in dbt/seeds/poet_answers.csv",
        "Correct the instrument; without it no answer can be counted.",
    ),
    BulkRule(
        "council-unknown",
        Severity.QUARANTINE,
        "a council's code is in the register, and the council held its duties on 31 March",
        "Compare the code with dbt/seeds/councils.csv. If the council is new, add it there.",
    ),
    BulkRule(
        "response-duplicate",
        Severity.QUARANTINE,
        "a response is given once; of several with one response_id the first stays",
        "Nothing, if the first is the right one; else take it out of the file.",
    ),
    BulkRule(
        "answers-shifted",
        Severity.QUARANTINE,
        "an answer is in the column of its question",
        "Ask for the export again: the answers of this response are in the columns beside theirs.",
    ),
    BulkRule(
        "response-id-blank",
        Severity.FLAG,
        "a response has a response_id",
        "The response counts; whether it is given twice cannot be known. Ask for the export with "
        "its identifiers.",
        breach=lambda _: Breach(
            "response_id is null", "response_id", "'the response has no response_id'"
        ),
    ),
    BulkRule(
        "item-unlisted",
        Severity.FLAG,
        "a question is in the catalogue of its wave",
        "The column is read under its own name. Add it to dbt/seeds/poet_items.csv if it belongs.",
    ),
    BulkRule(
        "answer-unlisted",
        Severity.FLAG,
        "an answer is one of its scale, as a code or as its words",
        "The answer counts nowhere, the rest of the response does. Correct it, or add the answer "
        "to dbt/seeds/poet_answers.csv.",
    ),
    BulkRule(
        "amount-unreadable",
        Severity.FLAG,
        "an amount of money is a number, or one of the known marks",
        "The response stands without the amount. Ask for the amount in pounds.",
    ),
    BulkRule(
        "amount-negative",
        Severity.FLAG,
        "an amount of money is not below zero",
        "The response stands without the amount. Ask for the amount in pounds.",
    ),
    BulkRule(
        "all-blank",
        Severity.FLAG,
        "a response has at least one valid answer about outcomes",
        _AS_GIVEN,
        breach=lambda _: Breach("all_blank", None, "'no outcome has a valid answer'"),
    ),
    BulkRule(
        "straight-lined",
        Severity.FLAG,
        "not every outcome of a response has the same answer",
        _AS_GIVEN,
        breach=lambda _: Breach("straight_lined", None, "'every outcome has the same answer'"),
    ),
    BulkRule(LINE_UNENDED.id, Severity.FLAG, LINE_UNENDED.description, LINE_UNENDED.remedy),
]

SOURCE = BulkSource(
    "poet",
    PoetRow,
    RULES,
    recognise,
    read,
    _derived,
    year="wave",
    once=("response_id", "response-duplicate"),
    item="item-unlisted",
    unended=LINE_UNENDED.id,
)
