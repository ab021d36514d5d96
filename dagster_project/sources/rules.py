"""Rules that several sources share.

Belongs here: rules about counts, councils, repeated rows and ragged lines, all over whole frames.
Does not: what only one publisher's files can break.

A rule is made by a function if it needs to know the source's fields. Rules of contract section 4:
what cannot be read as a count is quarantined; what contradicts itself is loaded as given and
flagged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from dagster_project.sources.areas import Area, hints, unlike
from dagster_project.sources.councils import register
from dagster_project.sources.seeds import rounded_to
from dagster_project.sources.source import Broken, Context, Rule, Severity

Check = Callable[[pd.DataFrame, Context], Iterable[Broken]]
QUARANTINE, WITHHOLD, FLAG = Severity.QUARANTINE, Severity.WITHHOLD, Severity.FLAG


def broken(mask: pd.Series[bool], field: str | None, template: str) -> Iterator[Broken]:
    """The rows of a mask, if there are any; the template is filled from each row."""
    rows = mask.index[mask.fillna(False).astype(bool)]
    if len(rows):
        yield Broken(rows, field, lambda row: template.format_map(row))


ROW_TOO_LONG = Rule(
    "row-too-long",
    QUARANTINE,
    "a row has no more cells than there are headings",
    "Put a cell that contains a comma in quotation marks, or take the extra cells away.",
    lambda frame, _: broken(
        frame["_overlong"], None, "the row has more cells than there are headings"
    ),
)

_COUNT_RULES = {
    "count-unreadable": (
        "a count of people is a number, or one of the known marks",
        "'{text}' cannot be read as a count",
        "Ask the sender for the number, or put a known mark ([c], [x], [z], c, :, .., - or blank).",
    ),
    "count-is-percentage": (
        "a count of people is not a percentage",
        "'{text}' is a percentage, and a count of people belongs here",
        "Ask the sender for the number of people.",
    ),
    "count-negative": (
        "a count of people is not below zero",
        "'{text}' is below zero",
        "Ask the sender for the number of people.",
    ),
    "count-fractional": (
        "a count of people is whole",
        "'{text}' is not a whole number of people",
        "Ask the sender whether it is a percentage or a rate, and for the number of people.",
    ),
    "count-ambiguous": (
        "a count of people is written so that it is one number only",
        "'{text}' may be thousands with a stop between them, or a fraction",
        "Ask the sender for the number, written as 1000 or 1,000.",
    ),
}
_OTHER_RULES = {
    "amount-unreadable": (
        "an amount of money is a number, or one of the known marks",
        "'{text}' cannot be read as pounds",
        "Ask the sender for the amount in pounds.",
    ),
    "amount-negative": (
        "an amount of money is not below zero",
        "'{text}' is below zero",
        "Ask the sender for the amount that was spent, in pounds.",
    ),
    "rate-unreadable": (
        "a printed rate is a number, or one of the known marks",
        "'{text}' cannot be read as a percentage",
        "Compare the cell with the publisher's table.",
    ),
    "sign-unknown": (
        "a sign in place of a figure is one of the known marks",
        "'{text}' is no known mark: the cell has no value, and the rest of the row is loaded",
        "Ask the publisher what it stands for. Known are [c], [x], [z], c, :, .., - and blank.",
    ),
    "note-beside-figure": (
        "a figure stands alone in its cell",
        "'{text}' is a figure with a note, and is read without the note",
        "Compare the cell with the publisher's table, and read its note.",
    ),
    "register-value-invalid": (
        "a figure in the register is a number, and says where it is from and how it is meant",
        "'{text}' is not a number",
        "Correct the line of the register; dagster_project/sources/published.py has its columns.",
    ),
}


def count_rules(*fields: str, one_a_row: bool = False) -> list[Rule]:
    """The rules that a count of people must keep, or its row is quarantined.

    With `one_a_row` an unknown sign is unreadable: the row is worth nothing without its one figure.
    """
    unreadable = ("count-unreadable", "sign-unknown") if one_a_row else ("count-unreadable",)
    return [
        _problem_rule(rule_id, fields, unreadable if rule_id == "count-unreadable" else ())
        for rule_id in _COUNT_RULES
    ]


def amount_rules(*fields: str) -> list[Rule]:
    """The two rules that an amount of money must keep."""
    return [_problem_rule(rule_id, fields) for rule_id in ("amount-unreadable", "amount-negative")]


def rate_rule(*fields: str) -> Rule:
    """The rule that a printed rate must keep."""
    return _problem_rule("rate-unreadable", fields)


def figure_rule(*fields: str) -> Rule:
    """The rule that a figure in the register must keep."""
    return _problem_rule("register-value-invalid", fields)


def _problem_rule(
    rule_id: str,
    fields: Sequence[str],
    problems: Sequence[str] = (),
    severity: Severity = QUARANTINE,
) -> Rule:
    """A rule about the texts of some fields; `problems` are what it looks for, else its own."""
    problems = problems or (rule_id,)
    description, template, remedy = (_COUNT_RULES | _OTHER_RULES)[rule_id]

    def check(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
        for field in fields:
            text = template.replace("{text}", "{" + field + "_token}")
            yield from broken(frame[f"{field}_problem"].isin(problems), field, text)

    return Rule(rule_id, severity, description, remedy, check)


def cell_rules(*fields: str, with_signs: bool = True) -> list[Rule]:
    """The flags for a figure with a note beside it, and for an unknown sign in place of a figure.

    `with_signs` is for tables with several figures a row: a sign costs its cell, and the others of
    the row load. Where a row is one figure, `count-unreadable` quarantines it.
    """
    rules = ("sign-unknown", "note-beside-figure") if with_signs else ("note-beside-figure",)
    return [_problem_rule(rule_id, fields, (rule_id,), FLAG) for rule_id in rules]


def _unknown_council(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
    codes = _council_codes(frame)
    reasons = {code: register().why_unknown(code, context.year) for code in codes.unique()}
    wrong = codes.index[codes.isin([code for code, reason in reasons.items() if reason])]
    if len(wrong):
        yield Broken(
            wrong,
            "area_code",
            lambda row: (reasons[codes[row["_index"]]] or "") + _hints(row),
        )


def _council_codes(frame: pd.DataFrame) -> pd.Series[str]:
    """The codes of the rows of councils: the council that a row is read as, else as printed."""
    councils = frame[frame["area_level"] == "council"]
    codes = councils["area_code"].fillna("")
    return councils["area_id"].fillna(codes) if "area_id" in councils else codes


def _hints(row: Mapping[str, Any]) -> str:
    said = (_text(row.get(name)) for name in ("area_level", "area_code", "ons_code", "area_name"))
    return hints(*said)


COUNCIL_UNKNOWN = Rule(
    "council-unknown",
    QUARANTINE,
    "a council's code is in the register of councils, and the council held its duties on 31 March",
    "Compare the code with dbt/seeds/councils.csv. If the council is new, add it there.",
    _unknown_council,
)


def council_duplicate(
    *key: str,
    content: Sequence[str],
    prepare: Callable[[pd.DataFrame, Context], pd.DataFrame] | None = None,
) -> Rule:
    """The rule that a key is given once; `content` are the fields that make two rows differ.

    `prepare` adds to the frame what of the key is no field of its own.
    """

    def check(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
        if prepare is not None:
            frame = prepare(frame, context)
        keys = frame.loc[
            frame.duplicated(list(key), keep=False), [*key, *content, "source_locator"]
        ]
        if keys.empty:
            return
        grouped = keys.groupby(list(key), dropna=False, sort=False)
        differs = pd.Series(False, index=keys.index)
        for name in content:
            differs |= grouped[name].transform("nunique", dropna=False) > 1
        places = grouped["source_locator"].transform(lambda found: " and ".join(found))
        yield from _twice(differs, places, "is given twice with different content: {places}")
        repeats = ~differs & keys.duplicated(list(key), keep="first")
        yield from _twice(
            repeats, places, "is repeated word for word; the first of them stays: {places}"
        )

    return Rule(
        "council-duplicate",
        QUARANTINE,
        "an area is given once; if it is given twice with different content, neither is taken",
        "Find out which row is right, and ask the publisher for a corrected file.",
        check,
    )


def _twice(mask: pd.Series[bool], places: pd.Series[str], template: str) -> Iterator[Broken]:
    rows = mask.index[mask]
    if len(rows):
        yield Broken(
            rows,
            "area_code",
            lambda row: (
                f"{_text(row.get('area_name')) or _text(row['area_code'])} "
                + template.format(places=places[row["_index"]])
            ),
        )


def not_above(*pairs: tuple[str, str]) -> Check:
    """A check that a count is not above the one it is part of; marks are never compared."""

    def check(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
        for part, whole in pairs:
            yield from broken(
                frame[part] > frame[whole],
                part,
                f"{part} is {{{part}_token}}, above {whole}, which is {{{whole}_token}}",
            )

    return check


def numerator_above_denominator(check: Check) -> Rule:
    """The flag for a count above the count it is a share of."""
    return Rule(
        "numerator-above-denominator",
        FLAG,
        "people who receive one kind of support are among those who receive any",
        "The row stands as given, and its rate has no verdict. Ask the publisher which is right.",
        check,
    )


def _unlike(code: str, name: str) -> bool:
    council = register().councils.get(code)
    return council is not None and bool(name) and unlike(Area("council", code, council.name), name)


def count_not_of_rounding(
    source: str,
    *fields: str,
    severity: Severity = QUARANTINE,
    concerns: Callable[[pd.DataFrame, str | None], Any] | None = None,
) -> Rule:
    """The rule that a table rounded to 5 prints multiples of 5; `concerns` narrows it.

    How a table is rounded is in `rounding_rules.csv`.
    """

    def check(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
        for level in frame["area_level"].dropna().unique():
            step = rounded_to(source, context.year, str(level))
            if step == 1:
                continue
            of_level = frame["area_level"].eq(level).fillna(False).astype(bool)
            if concerns is not None:
                of_level &= concerns(frame, context.year)
            for field in fields:
                yield from broken(
                    of_level & frame[field].mod(step).gt(0),
                    field,
                    f"'{{{field}_token}}' is no multiple of {step}, and the table prints counts "
                    f"rounded to {step}",
                )

    return Rule(
        "count-not-of-rounding",
        severity,
        "a table of rounded counts prints only multiples of what they are rounded to",
        "Compare the cell with the publisher's table. If its counts are rounded otherwise from "
        "this year on, add a row to dbt/seeds/rounding_rules.csv.",
        check,
    )


def name_unlike_register(
    concerns: Callable[[pd.DataFrame, str | None], Any] | None = None,
) -> Rule:
    """The flag for a name unlike that of its code; `concerns` narrows it to some of the rows."""

    def check(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
        councils = frame["area_level"].eq("council").fillna(False).astype(bool)
        if concerns is not None:
            councils &= concerns(frame, context.year)
        named = pd.DataFrame(
            {"code": _council_codes(frame), "name": frame["area_name"].fillna("")}
        ).loc[councils]
        pairs = list(named.itertuples(index=False, name=None))
        unlike = {pair: _unlike(*pair) for pair in set(pairs)}
        rows = named.index[[unlike[pair] for pair in pairs]]
        if len(rows):
            yield Broken(rows, "area_name", _unlike_message)

    return Rule(
        "name-unlike-register",
        FLAG,
        "a council's name is like the name of its code in the register",
        "Rows are joined on codes. Make sure that the code, not the name, is right.",
        check,
    )


def _unlike_message(row: Mapping[str, Any]) -> str:
    code = row.get("area_id") or row["area_code"]
    known = register().councils[code].name
    return f"'{row['area_name']}' is unlike the name of {code} in the register, '{known}'"


def stated_by_model(rule_id: str, description: str, remedy: str) -> Rule:
    """A rule that the row model states; pandera finds the rows that break it."""
    return Rule(rule_id, QUARANTINE, description, remedy)


AREA_LEVEL_UNKNOWN = stated_by_model(
    "area-level-unknown",
    "an area is a council, a region, a type of council or England",
    "Compare the row with the publisher's table; a row shifted by a stray comma looks like this.",
)


def _text(value: Any) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)
