"""What councils get wrong in such returns, planted where it disturbs no published figure.

Belongs here: each mistake once, with the rule that has to catch it and what has to become of the
row. A quarantined return is always followed by a good one from the same council, so that the
survey's sums rest on the good ones; a flagged one is loaded as sent, and the sums hold with it.
Does not: the rules themselves (`sources`), where in a file a mistake ended up (`bundle`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import figures
from .adass import ABOVE_100_2012, BLANK_Q1_2013, SPEND_FIELDS, Answer, Return
from .figures import Wave

QUARANTINED, FLAGGED, LOADED = "quarantined", "flagged", "loaded"
Change = Callable[[Return], Return]


@dataclass(frozen=True)
class Mistake:
    """One planted mistake.

    `field` is the one the rule points at, under its name in the file. `rule_id` is empty where the
    row has to load without remark.
    """

    council_id: str
    field: str
    rule_id: str
    outcome: str
    what: str


@dataclass(frozen=True)
class Sent:
    """A return as it came in, with what is wrong with it."""

    answers: Return
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True)
class Planted:
    """A mistake and how to make it out of a good return."""

    mistake: Mistake
    change: Change


def sent(wave: Wave, good: Mapping[str, Return]) -> list[Sent]:
    """The returns of a wave in the order they came in, mistakes and all.

    Flagged mistakes change the return itself. A return that will be quarantined stands where the
    good one stood, and the good one comes at the end: the council corrected it.
    """
    planted = [*_PLANTED[wave.wave], *_declared_met(wave, good)]
    answers = {key: dict(answer) for key, answer in good.items()}
    remarks: dict[str, list[Mistake]] = {}
    for one in planted:
        key = one.mistake.council_id
        if one.mistake.outcome != QUARANTINED:
            answers[key] = one.change(answers[key])
            remarks.setdefault(key, []).append(one.mistake)
    refused = {one.mistake.council_id: one for one in planted if one.mistake.outcome == QUARANTINED}
    first = [
        Sent(refused[key].change(dict(answer)), (refused[key].mistake,))
        if key in refused
        else Sent(answer, tuple(remarks.get(key, ())))
        for key, answer in answers.items()
    ]
    corrected = [Sent(answers[key], tuple(remarks.get(key, ()))) for key in refused]
    return first + corrected


def _to(**answers: Answer) -> Change:
    return lambda good: good | answers


def _by(field: str, people: int) -> Change:
    """One answer off by some people."""
    return lambda good: good | {field: _number(good, field) + people}


def _number(good: Return, field: str) -> int:
    value = good[field]
    if not isinstance(value, int):
        raise TypeError(f"{field} is {value!r}: a mistake can only be made in a number")
    return value


def _in_thousands(good: Return) -> Return:
    return good | {field: round(_number(good, field) / 1000) for field in SPEND_FIELDS}


def _one_offs_included(good: Return) -> Return:
    """A first return that counted one-off budgets among the ongoing ones."""
    one_off = _number(good, "q3_one_off_pb_total")
    moved = ("q2_ongoing_pb_managed", "q2_ongoing_pb_total", "q2_ongoing_pb_65_over")
    return good | {field: _number(good, field) + one_off for field in moved}


def _mixed_left_blank(good: Return) -> Return:
    """No budgets held both ways, and the question left blank instead of answered with 0."""
    people = _number(good, "q2_ongoing_pb_managed") + _number(good, "q2_ongoing_pb_mixed")
    pounds = _number(good, "q6_spend_managed_gbp") + _number(good, "q6_spend_mixed_gbp")
    return good | {
        "q2_ongoing_pb_managed": people,
        "q2_ongoing_pb_mixed": None,
        "q6_spend_managed_gbp": pounds,
        "q6_spend_mixed_gbp": None,
    }


def _carers_above_all(good: Return) -> Return:
    return good | {"q3_one_off_pb_carers": _number(good, "q3_one_off_pb_total") + 35}


def _with_commas(good: Return) -> Return:
    return good | {"q1_eligible_total": f"{_number(good, 'q1_eligible_total'):,}"}


def _unchanged(good: Return) -> Return:
    return good


def _declared_met(wave: Wave, good: Mapping[str, Return]) -> list[Planted]:
    """The first council well short of the target, and free of other mistakes, says it met it."""
    if wave.target_pct is None:
        return []
    busy = {one.mistake.council_id for one in _PLANTED[wave.wave]}
    for key, answers in good.items():
        rate = 100 * _number(answers, "q2_ongoing_pb_total") / _number(answers, "q1_eligible_total")
        if key not in busy and wave.target_pct - 18 < rate < wave.target_pct - 4:
            what = f"said it had met {wave.target_pct:.0f}%, its own counts make {rate:.1f}%"
            field = "q9_target_met_self_declared"
            mistake = Mistake(key, field, "declared-target-contradicts", FLAGGED, what)
            return [Planted(mistake, _to(q9_target_met_self_declared="yes"))]
    raise ValueError(f"no council of wave {wave.wave} is just short of the target")


def _planted(
    council_id: str, field: str, rule_id: str, outcome: str, what: str, change: Change
) -> Planted:
    return Planted(Mistake(council_id, field, rule_id, outcome, what), change)


_PLANTED: dict[int, list[Planted]] = {
    2011: [
        _planted(
            "905",
            "council_code",
            "council-unknown",
            QUARANTINED,
            "typed its code 905 as 950, and sent the return again",
            _to(council_code="950"),
        ),
        _planted(
            "304",
            "status",
            "return-superseded",
            QUARANTINED,
            "sent two final returns: the first counted one-off budgets as ongoing",
            _one_offs_included,
        ),
        _planted(
            "211",
            "status",
            "draft-superseded",
            QUARANTINED,
            "sent a draft, then the final return",
            _to(status="draft"),
        ),
        _planted(
            "116",
            "council_name",
            "",
            LOADED,
            "wrote County Durham where the register has Durham: codes count, not names",
            _to(council_name="County Durham"),
        ),
        _planted(
            "614",
            "council_name",
            "name-unlike-register",
            FLAGGED,
            "filled in a neighbour's form: its own code, the name West Berkshire",
            _to(council_name="West Berkshire"),
        ),
    ],
    2012: [
        _planted(
            "102",
            "q3_one_off_pb_total",
            "count-unreadable",
            QUARANTINED,
            "wrote c.450, and sent a counted figure later",
            _to(q3_one_off_pb_total="c.450"),
        ),
        _planted(
            "205",
            "q2_ongoing_pb_total",
            "count-is-percentage",
            QUARANTINED,
            "gave 65% where people belong, and sent the count later",
            _to(q2_ongoing_pb_total="65%"),
        ),
        _planted(
            "318",
            "q3_one_off_pb_total",
            "count-negative",
            QUARANTINED,
            "gave -12 people (a spreadsheet's difference), and sent the count later",
            _to(q3_one_off_pb_total=-12),
        ),
        _planted(
            "407",
            "q4_carers_pb",
            "count-fractional",
            QUARANTINED,
            "gave 212.5 carers (an average of two quarters), and sent the count later",
            _to(q4_carers_pb="212.5"),
        ),
        _planted(
            "508",
            "reference_date",
            "date-unreadable",
            QUARANTINED,
            "wrote 'end of March', and sent a date later",
            _to(reference_date="end of March"),
        ),
        _planted(
            "616",
            "wave",
            "wave-contradicts-date",
            QUARANTINED,
            "dated its return a year early, and sent it again",
            _to(reference_date="2011-03-31"),
        ),
        _planted(
            "711",
            "status",
            "return-draft",
            FLAGGED,
            "never sent more than a draft: it counts",
            _to(status="draft"),
        ),
        _planted(
            "821",
            "council_name",
            "",
            LOADED,
            "wrote Medway Towns where the register has Medway: codes count, not names",
            _to(council_name="Medway Towns"),
        ),
        _planted(
            "911",
            "reference_date",
            "reference-date-not-31-march",
            FLAGGED,
            "counted at 30 April",
            _to(reference_date="2012-04-30"),
        ),
        _planted(
            "510",
            "q6_spend_total_gbp",
            "spend-unit-suspect",
            FLAGGED,
            "gave spend in thousands of pounds",
            _in_thousands,
        ),
        _planted(
            ABOVE_100_2012,
            "q2_ongoing_pb_total",
            "q2-above-q1",
            FLAGGED,
            "gave more people with a budget than people eligible: in no national figure",
            _unchanged,
        ),
        _planted(
            "722",
            "q2_ongoing_pb_mixed",
            "",
            LOADED,
            "left a question blank where others wrote 0: blank is not 0",
            _mixed_left_blank,
        ),
    ],
    2013: [
        _planted(
            "102",
            "council_code",
            "",
            LOADED,
            "its spreadsheet made the code a number (see layouts): it stays 102",
            _unchanged,
        ),
        _planted(
            "116",
            "council_name",
            "",
            LOADED,
            "wrote County Durham where the register has Durham: codes count, not names",
            _to(council_name="County Durham"),
        ),
        _planted(
            "209",
            "q2_ongoing_pb_total",
            "parts-unlike-total",
            FLAGGED,
            "direct payment, managed and mixed add up to 41 more than the total",
            _by("q2_ongoing_pb_direct_payment", 41),
        ),
        _planted(
            "316",
            "q2_ongoing_pb_total",
            "parts-unlike-total",
            FLAGGED,
            "18-64 and 65 and over add up to 27 fewer than the total",
            _by("q2_ongoing_pb_65_over", -27),
        ),
        _planted(
            "404",
            "q6_spend_total_gbp",
            "spend-unit-suspect",
            FLAGGED,
            "gave spend in thousands of pounds",
            _in_thousands,
        ),
        _planted(
            BLANK_Q1_2013,
            "q1_eligible_total",
            "",
            LOADED,
            "left question 1 blank: it answered, but is in no rate",
            _unchanged,
        ),
        _planted(
            "607",
            "reference_date",
            "reference-date-not-31-march",
            FLAGGED,
            "counted at 30 April",
            _to(reference_date="2013-04-30"),
        ),
        _planted(
            "720",
            "q3_one_off_pb_carers",
            "part-above-total",
            FLAGGED,
            "gave 35 more one-off budgets to carers than one-off budgets",
            _carers_above_all,
        ),
        _planted(
            "815",
            "q2_ongoing_pb_mixed",
            "",
            LOADED,
            "left a question blank where others wrote 0: blank is not 0",
            _mixed_left_blank,
        ),
        _planted(
            "902",
            "q1_eligible_total",
            "",
            LOADED,
            "typed a count as text with a comma: it is that count",
            _with_commas,
        ),
    ],
}

# In the official tables. `layouts` makes them; they touch no figure that was published.
CCS_MISTAKES: dict[tuple[str, str], list[Mistake]] = {
    ("2009-10", "final"): [
        Mistake(
            "319",
            "carers_dp",
            "numerator-above-denominator",
            FLAGGED,
            "more carers with a direct payment than with self-directed support",
        ),
    ],
    ("2013-14", "final"): [
        Mistake(
            "213",
            "users_sds",
            "numerator-above-denominator",
            FLAGGED,
            "users lost their last digit: more have self-directed support than use services",
        ),
        Mistake(
            "610",
            "area_code",
            "council-unknown",
            QUARANTINED,
            "a row for Bedfordshire, which had ended in 2009, left in the table",
        ),
    ],
}
ASCOF_MISTAKES: dict[tuple[str, str], list[Mistake]] = {
    ("2013-14", "final"): [
        Mistake(
            "204",
            "measure_value",
            "outcome-unlike-counts",
            FLAGGED,
            "the printed outcome of 1C(1) is 3 points above what its own counts make",
        ),
    ],
}
# Printed `..`: the council's count never came; England's row has an estimate for it.
NOT_AVAILABLE: dict[tuple[str, str], dict[str, str]] = {
    ("2009-10", "final"): {"814": "carers_dp"},
    ("2011-12", "provisional"): {"814": "carers_dp"},
}
NUMERIC_CODES_2013 = ("102", "209", "606")

assert {*NOT_AVAILABLE, *CCS_MISTAKES, *ASCOF_MISTAKES} <= set(figures.OFFICIAL)
