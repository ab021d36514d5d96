"""ADASS: councils' own returns to the personal budgets survey, 2011 on.

Belongs here: knowing a return when we see it, reading it, the rules its answers must keep.
Does not: what an answer means (dbt seeds), where rows are stored (landing), anything of Dagster.

Two layouts: a workbook per council, whose sheet `Return` has the council, the wave and the date on
top and one question a row below, and one consolidated CSV with a column for each question. A row is
one return; in a workbook each answer keeps its own place.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

import pandas as pd

from dagster_project.formats.headings import Found, Wanted, find, find_nearest, like, normal
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import Sheet
from dagster_project.formats.tokens import Kind, code_text, read_date
from dagster_project.sources.councils import financial_year
from dagster_project.sources.model import (
    AREA_LEVELS,
    Date,
    LandedRow,
    derived,
    heading,
    measured,
    wanted,
)
from dagster_project.sources.rules import (
    AREA_LEVEL_UNKNOWN,
    COUNCIL_UNKNOWN,
    FLAG,
    QUARANTINE,
    amount_rules,
    broken,
    cell_rules,
    count_rules,
    name_unlike_register,
    not_above,
    stated_by_model,
)
from dagster_project.sources.scale import count_above_population
from dagster_project.sources.seeds import seed, target_pct
from dagster_project.sources.shape import LINE_UNENDED, SHAPE_RULES
from dagster_project.sources.source import (
    Broken,
    Context,
    Match,
    Near,
    Rows,
    Rule,
    Shape,
    TableSource,
    nearly,
)
from dagster_project.sources.tables import memoised, more_than_a_note, read_rows

SHEET = "Return"


class AdassRow(LandedRow):
    """One return of one council. Counts are of people, `_gbp` of pounds in the year."""

    area_code: str = heading("council_code", "Council code")
    area_name: str = heading("council_name", "Council name")
    area_level: str = derived(AREA_LEVEL_UNKNOWN.id, isin=AREA_LEVELS, filled=True)
    wave: pd.Int32Dtype = heading("wave", "Wave")
    reference_date: Date = heading("reference_date", "Reference date")  # type: ignore[valid-type]
    status: str = heading(
        "status", "Status", isin=("draft", "final"), rule="status-unknown", filled=True
    )
    q1_eligible_18_64: float = measured()
    q1_eligible_65_over: float = measured()
    q1_eligible_total: float = measured()
    q2_ongoing_pb_direct_payment: float = measured()
    q2_ongoing_pb_managed: float = measured()
    q2_ongoing_pb_mixed: float = measured()
    q2_ongoing_pb_total: float = measured()
    q2_ongoing_pb_18_64: float = measured()
    q2_ongoing_pb_65_over: float = measured()
    q3_one_off_pb_total: float = measured()
    q3_one_off_pb_carers: float = measured()
    q4_carers_eligible: float = measured()
    q4_carers_pb: float = measured()
    q4_carers_direct_payment: float = measured()
    q6_spend_direct_payment_gbp: float = measured(kind=Kind.AMOUNT)
    q6_spend_managed_gbp: float = measured(kind=Kind.AMOUNT)
    q6_spend_mixed_gbp: float = measured(kind=Kind.AMOUNT)
    q6_spend_total_gbp: float = measured(kind=Kind.AMOUNT)
    q8_forecast_next_year: float = measured()
    q9_target_met_self_declared: str = heading()
    comments: str = heading(required=False)


_WANTED = wanted(AdassRow)
_LABELLED = ("area_code", "area_name", "wave", "reference_date", "status")
_LABELS = tuple(item for item in _WANTED if item.field in _LABELLED)
_QUESTIONS = tuple(item for item in _WANTED if item.field not in _LABELLED)
_QUESTION_TABLE = (
    Wanted("reference", ("Question reference",)),
    Wanted("question", ("Question",), required=False),
    Wanted("answer", ("Answer",)),
)


def recognise(sheet: Sheet) -> Match | Near | None:
    """Know a return by its labels and question references, a consolidated CSV by its columns."""
    found = find(sheet, _WANTED)
    if found:
        return Match("consolidated", found)
    questions = find(sheet, _QUESTION_TABLE)
    if questions:
        return _recognise_return(sheet, questions)
    if sheet.name is not None and normal(sheet.name) == normal(SHEET):
        near = find_nearest(sheet, _QUESTION_TABLE)
        what = near.side_by_side() if near else "expected 'Question reference' and 'Answer'"
        return Near("column-missing", 0.9, f"no table of answers: {what}", sheet.title)
    return nearly(sheet, find_nearest(sheet, _WANTED))


def _recognise_return(sheet: Sheet, found: Found) -> Match | Near:
    if sheet.name is None or normal(sheet.name) != normal(SHEET):
        return Near(
            "sheet-missing",
            0.95,
            f"the answers are in {sheet.title}; expected a sheet called '{SHEET}'",
            sheet.place(found.row),
        )
    labels = [row[0].strip() for row in sheet.rows[: found.row] if row and row[0].strip()]
    references = [
        row[found.columns["reference"]].strip()
        for row in sheet.rows[found.row + 1 :]
        if len(row) > found.columns["reference"]
    ]
    absent = _absent(_LABELS, labels) + _absent(_QUESTIONS, references)
    if not absent:
        return Match("return", found)
    score = 1 - len(absent) / (len(_LABELS) + len(_QUESTIONS))
    return Near("column-missing", score, "; ".join(absent), sheet.place(found.row))


def _label(text: str) -> str:
    return normal(text).rstrip(":")


def _absent(wanted_: Sequence[Wanted], given: Sequence[str]) -> list[str]:
    """What is wanted and not given, each beside the nearest that is given and not wanted."""
    names = {_label(text) for text in given}
    known = {_label(spelling) for item in wanted_ for spelling in item.spellings}
    spare = [text for text in given if text and _label(text) not in known]
    lines = []
    for item in wanted_:
        if item.required and not names & {_label(spelling) for spelling in item.spellings}:
            near = like(item.spellings, spare)
            beside = f"nearest found '{near}'" if near else "found none like it"
            lines.append(f"expected '{item.spellings[-1]}', {beside}")
    return lines


def read(sheet: Sheet, match: Match, context: Context) -> Rows:
    """One return of a workbook, or every return of a consolidated CSV."""
    if match.layout == "return":
        rows = _read_return(sheet, match.found)
    else:
        rows = read_rows(sheet, match.found, match.layout, more_than_a_note, texts=("comments",))
    columns = dict(rows.columns)
    columns["area_code"] = memoised(code_text, columns["area_code"])
    columns["area_level"] = ["council"] * len(rows)
    columns["wave"] = memoised(code_text, columns["wave"])
    for name in ("status", "q9_target_met_self_declared"):
        columns[name] = [(text or "").strip().casefold() or None for text in columns[name]]
    years = _years(columns["reference_date"], context)
    return replace(rows, columns=columns, years=years)


def _read_return(sheet: Sheet, found: Found) -> Rows:
    answers: dict[str, str] = {}
    printed: dict[str, str] = {}
    places: dict[str, str] = {}
    by_label = {_label(text): item.field for item in _LABELS for text in item.spellings}
    by_reference = {_label(text): item.field for item in _QUESTIONS for text in item.spellings}
    reference, answer = found.columns["reference"], found.columns["answer"]
    unread = []
    for number, row in enumerate(sheet.rows):
        at, to, names = (
            (0, 1, by_label) if number < found.row else (reference, answer, by_reference)
        )
        if number == found.row or len(row) <= at or not row[at].strip():
            continue
        field = names.get(_label(row[at]))
        if field is None:
            unread.append(row[at].strip())
            continue
        if field in answers:
            raise FileProblem(
                "column-repeated", f"'{row[at].strip()}' is answered twice", sheet.place(number)
            )
        answers[field] = printed[row[at].strip()] = row[to] if len(row) > to else ""
        places[field] = sheet.place(number)
    unasked = [text for text in unread if text.startswith("q")]
    return Rows(
        layout="return",
        columns={name: [text] for name, text in answers.items()},
        places=[f"{sheet.title} rows 1-{len(sheet.rows)}"],
        headings=tuple(printed),
        cells=[list(printed.values())],
        cell_places=[places],
        shape=Shape(shifted=frozenset({0} if _slipped(sheet, found) else ())),
        note=f"{len(unasked)} questions not read" if unasked else "",
    )


_WORD = re.compile(r"[a-z]+|\d+")
# One question may be worded like its neighbour; two in one return are no chance.
_FEWEST_SLIPPED = 2


def _slipped(sheet: Sheet, found: Found) -> bool:
    """Whether the wording of questions fits the references of the lines above or below.

    A reference is made of words of its question, whatever the wording. Where the column of
    references or of questions was pasted a line off, an answer is beside the wrong one.
    """
    at, to = found.columns["reference"], found.columns.get("question")
    if to is None:
        return False
    lines = [
        (set(_WORD.findall(row[at].casefold())), set(_WORD.findall(row[to].casefold())))
        for row in sheet.rows[found.row + 1 :]
        if len(row) > max(at, to) and row[at].strip()
    ]
    slipped = 0
    for number, (reference, question) in enumerate(lines):
        near = [lines[each][0] for each in (number - 1, number + 1) if 0 <= each < len(lines)]
        slipped += len(reference & question) < max(len(each & question) for each in near or [set()])
    return slipped >= _FEWEST_SLIPPED


def _shifted(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    yield from broken(
        frame["_shifted"], None, "the wording of questions fits the references of other lines"
    )
    said = frame["q9_target_met_self_declared"].fillna("")
    yield from broken(
        said.str.fullmatch(r"[\d.,\s]+%?"),
        "q9_target_met_self_declared",
        "'{q9_target_met_self_declared}' is a number, and q9 is answered yes or no: answers moved",
    )
    yield from broken(
        frame["comments"].fillna("").str.strip().str.casefold().isin(["yes", "no"]),
        "comments",
        "'{comments}' is the answer to q9, and it is among the comments: answers moved",
    )


def _years(dates: Sequence[str | None], context: Context) -> frozenset[str]:
    """The financial years that the reference dates allow: all the years that one of them may be of.

    A count for 31 March 2013 is of 2012-13, and so is one given for 1 April 2013: the wave is the
    year of the date, and closes the financial year that ends in it. One for 30 September 2012 is of
    2012-13 by the calendar, and of 2011-12 by its wave. Only a file in which no date can be of the
    folder's year contradicts it; in a mixed file the odd rows are quarantined.
    """
    years: set[str] = set()
    for text in dates:
        try:
            day = read_date(text)
        except ValueError:
            continue
        if day is not None:
            years |= _years_of(day)
    return frozenset(years)


def _years_of(day: dt.date) -> set[str]:
    return {financial_year(day), financial_year(dt.date(day.year, 3, 31))}


def _outside_year(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
    dates = frame["reference_date"].dropna()
    outside = dates.map(
        lambda day: context.year is not None and context.year not in _years_of(day.date())
    )
    yield from broken(
        outside.reindex(frame.index, fill_value=False).astype(bool),
        "reference_date",
        f"the reference date {{reference_date_text}} is not of {context.year}",
    )


def _date_unreadable(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    yield from broken(
        frame["reference_date_problem"] | frame["reference_date"].isna(),
        "reference_date",
        "'{reference_date_text}' is not a date in the form 2013-03-31",
    )


def _wave_contradicts(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    years = frame["reference_date"].dt.year
    same = frame["wave"].astype("Float64").eq(years.astype("Float64")).fillna(False)
    yield from broken(
        ~same.astype(bool),
        "wave",
        "the wave is '{wave_text}', and the reference date is {reference_date_text}",
    )


@cache
def _defined_waves() -> frozenset[int]:
    """The waves that have a definition of their own."""
    ids = [row["definition_id"] for row in seed("definitions") if row["source"] == "adass"]
    return frozenset(int(each.removeprefix("ADASS_")) for each in ids)


def _superseded(status: str, template: str) -> Rule:
    """Of several returns of one council in one wave, one stands: the later, and final before draft.

    Rules: contract section 4. Later is later in date, else in the order of files and lines. Waves
    that no definition is known for yet are one wave: nothing tells their figures apart.
    """
    rule_id = "return-superseded" if status == "final" else "draft-superseded"

    def check(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
        order = frame[
            ["area_code", "wave", "status", "reference_date", "source_file", "source_locator"]
        ]
        order = order.assign(
            is_final=order["status"].eq("final"),
            wave=order["wave"].where(order["wave"].isin(_defined_waves()), 0),
        )
        order = order.sort_values(
            ["is_final", "reference_date"], kind="stable", na_position="first"
        )
        last = order.groupby(["area_code", "wave"], dropna=False)["source_file"].transform("last")
        place = order.groupby(["area_code", "wave"], dropna=False)["source_locator"].transform(
            "last"
        )
        stands = ~order.duplicated(["area_code", "wave"], keep="last")
        gone = order.index[~stands & order["status"].eq(status)]
        if len(gone):
            yield Broken(
                gone.sort_values(),
                "status",
                lambda row: template.format(last=last[row["_index"]], place=place[row["_index"]]),
            )

    return Rule(
        rule_id,
        QUARANTINE,
        "of two finals of a council the later stands"
        if status == "final"
        else "a draft counts only if the council has no final and no later draft",
        "Nothing, if the return that stands is the right one; otherwise take it out of the folder.",
        check,
    )


# Sums that a return gives in parts. Each is judged only if the total and every part are given.
_SUMS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "q1_eligible_total": (("q1_eligible_18_64", "q1_eligible_65_over"),),
    "q2_ongoing_pb_total": (
        ("q2_ongoing_pb_direct_payment", "q2_ongoing_pb_managed", "q2_ongoing_pb_mixed"),
        ("q2_ongoing_pb_18_64", "q2_ongoing_pb_65_over"),
    ),
    "q6_spend_total_gbp": (
        ("q6_spend_direct_payment_gbp", "q6_spend_managed_gbp", "q6_spend_mixed_gbp"),
    ),
}
# Three amounts and their total, each rounded to a pound, differ by two pounds at most.
_ROUNDING_GBP = 2.0


def _parts_unlike_total(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    for total, sums in _SUMS.items():
        for parts in sums:
            added = frame[list(parts)].sum(axis=1, skipna=False)
            tolerance = _ROUNDING_GBP if total.endswith("_gbp") else 0.0
            given = " + ".join(f"{{{part}_token}}" for part in parts)
            yield from broken(
                (added - frame[total]).abs() > tolerance,
                total,
                f"{total} is {{{total}_token}}, and its parts are {given}",
            )


def _part_above_total(frame: pd.DataFrame, context: Context) -> Iterator[Broken]:
    pairs = [
        ("q3_one_off_pb_carers", "q3_one_off_pb_total"),
        ("q4_carers_pb", "q4_carers_eligible"),
        ("q4_carers_direct_payment", "q4_carers_pb"),
    ]
    yield from not_above(*pairs)(frame, context)
    # where all parts are given, a part above the total is a sum unlike the total already
    for total, sums in _SUMS.items():
        for parts in sums:
            incomplete = frame[frame[list(parts)].isna().any(axis=1)]
            yield from not_above(*((part, total) for part in parts))(incomplete, context)


def _draft(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    yield from broken(frame["status"] == "draft", "status", "the return is a draft; no final came")


def _not_31_march(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    dates = frame["reference_date"].dt
    yield from broken(
        ~((dates.month == 3) & (dates.day == 31)),
        "reference_date",
        "the counts are of {reference_date_text}, not of 31 March",
    )


# A budget cost some thousands of pounds a year in every wave (2011: 1.5 billion for 338,000, domain
# register 2.3); below a hundred, the return gives thousands of pounds.
_LEAST_GBP_A_BUDGET = 100


def _spend_unit(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    budgets = frame["q2_ongoing_pb_total"]
    spend = frame["q6_spend_total_gbp"]
    yield from broken(
        (spend > 0) & (budgets > 0) & (spend < _LEAST_GBP_A_BUDGET * budgets),
        "q6_spend_total_gbp",
        "{q6_spend_total_gbp_token} pounds for {q2_ongoing_pb_total_token} budgets: it may be in "
        "thousands",
    )


def _percentages(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    """A base of exactly 100, or a hundred or fewer budgets where at least a thousand are eligible.

    Parts that add up to 100 beside a total that is more are the same mistake.
    """
    eligible, budgets = frame["q1_eligible_total"], frame["q2_ongoing_pb_total"]
    parts = frame[list(_SUMS["q2_ongoing_pb_total"][0])].sum(axis=1, skipna=False)
    yield from broken(
        (eligible.eq(100) & budgets.le(100))
        | (budgets.gt(0) & budgets.le(100) & eligible.ge(1000))
        | (parts.sub(100).abs().le(1) & budgets.gt(101)),
        "q2_ongoing_pb_total",
        "{q2_ongoing_pb_total_token} of {q1_eligible_total_token} may be a percentage, not a count",
    )


def _declared(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    """Compare the council's own yes or no with its counts and the target that was due."""
    rate = 100 * frame["q2_ongoing_pb_total"] / frame["q1_eligible_total"].where(lambda n: n > 0)
    for wave in frame["wave"].dropna().unique():
        target = target_pct(int(wave))
        if target is None:
            continue
        name, threshold = target
        met = rate.ge(threshold).map({True: "yes", False: "no"})
        said = frame["q9_target_met_self_declared"]
        yield from broken(
            frame["wave"].eq(wave).fillna(False).astype(bool)
            & rate.notna()
            & said.isin(["yes", "no"])
            & said.ne(met),
            "q9_target_met_self_declared",
            f"the return says {{q9_target_met_self_declared}} to {name} ({threshold:g}%), with "
            "{q2_ongoing_pb_total_token} of {q1_eligible_total_token}",
        )


def _declared_unlisted(frame: pd.DataFrame, _: Context) -> Iterator[Broken]:
    said = frame["q9_target_met_self_declared"]
    yield from broken(
        said.notna() & ~said.isin(["yes", "no"]),
        "q9_target_met_self_declared",
        "'{q9_target_met_self_declared}' is neither yes nor no",
    )


_MEASURED = [column.field for column in _QUESTIONS if column.field.startswith("q")]
_AMOUNTS = [name for name in _MEASURED if name.endswith("_gbp")]
_COUNTS = [
    name for name in _MEASURED if name not in _AMOUNTS and name != "q9_target_met_self_declared"
]
_AS_GIVEN = "The return is loaded as given. Ask the council which figure is right."

RULES = [
    *SHAPE_RULES,
    AREA_LEVEL_UNKNOWN,
    stated_by_model(
        "status-unknown",
        "a return is draft or final",
        "Ask the council whether the return is final.",
    ),
    COUNCIL_UNKNOWN,
    Rule(
        "date-unreadable",
        QUARANTINE,
        "the reference date is a date in ISO form",
        "Write the date as 2013-03-31, or make the cell a date.",
        _date_unreadable,
    ),
    Rule(
        "wave-contradicts-date",
        QUARANTINE,
        "the wave is the year of the reference date",
        "Ask the council which of the two is right.",
        _wave_contradicts,
    ),
    Rule(
        "reference-date-outside-year",
        QUARANTINE,
        "a return's reference date is of the financial year of its folder",
        "Move the return to the folder of its year, or ask the council for the date.",
        _outside_year,
    ),
    Rule(
        "answers-shifted",
        QUARANTINE,
        "an answer is beside its question",
        "Ask the council for its return again: its answers are a line or a column off.",
        _shifted,
    ),
    *count_rules(*_COUNTS),
    count_above_population(*_COUNTS),
    *amount_rules(*_AMOUNTS),
    *cell_rules(*_COUNTS, *_AMOUNTS),
    _superseded("final", "the final in {last}, {place}, is later"),
    _superseded("draft", "the return in {last}, {place}, stands in its place"),
    Rule(
        "q2-above-q1",
        FLAG,
        "people with a personal budget are among the people eligible for one",
        "The rate is above 100 and has no verdict. Ask the council which count is right.",
        not_above(
            ("q2_ongoing_pb_total", "q1_eligible_total"),
            ("q2_ongoing_pb_18_64", "q1_eligible_18_64"),
            ("q2_ongoing_pb_65_over", "q1_eligible_65_over"),
        ),
    ),
    Rule(
        "parts-unlike-total",
        FLAG,
        "parts add up to their total, where all are given",
        "Totals are used as given. Ask the council which figure is right.",
        _parts_unlike_total,
    ),
    Rule("part-above-total", FLAG, "a part is not above its total", _AS_GIVEN, _part_above_total),
    Rule(
        "return-draft",
        FLAG,
        "a return is final",
        "The draft counts until a final is put beside it. Ask the council for the final.",
        _draft,
    ),
    Rule(
        "reference-date-not-31-march",
        FLAG,
        "counts are of 31 March",
        "The return is loaded as given. Ask the council for its counts of 31 March.",
        _not_31_march,
    ),
    Rule(
        "spend-unit-suspect",
        FLAG,
        "spend is in pounds, not in thousands",
        "The amount is used as given. Ask the council for its unit.",
        _spend_unit,
    ),
    Rule(
        "counts-look-like-percentages",
        FLAG,
        "counts are numbers of people",
        _AS_GIVEN,
        _percentages,
    ),
    Rule(
        "declared-target-contradicts",
        FLAG,
        "what a council says of the target agrees with its own counts",
        "Verdicts rest on the counts. Ask the council which base it used.",
        _declared,
    ),
    Rule(
        "declared-answer-unlisted",
        FLAG,
        "whether the target was met is answered yes or no",
        "The answer is kept as given and counts as neither.",
        _declared_unlisted,
    ),
    name_unlike_register(),
    LINE_UNENDED,
]

SOURCE = TableSource("adass", AdassRow, RULES, recognise, read)
