"""What goes wrong in the exports of a survey, planted where it disturbs no published share.

Belongs here: each mistake once, with the rule that has to catch it. A response that has to be
quarantined comes on top of the good ones; an answer that cannot be read stands where there was
none.
Does not: the rules (`sources.poet`), spelling and files (`poet_files`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .mistakes import FLAGGED, LOADED, QUARANTINED, Mistake
from .poet import BLANK

Row = dict[str, str]
Rows = list[Row]
Found = list[tuple[int, Mistake]]  # row, counted from 0, or HEADING
HEADING = -1
UNLISTED_ITEM = "out_leisure"


def plant(file: str, rows: Rows) -> Found:
    """Plant a file's mistakes in its rows, and say where each stands."""
    found: Found = []
    for make in _BY_FILE.get(file, ()):
        found += make(rows)
    return found


def _instead_of_blank(field: str, token: str, rule_id: str, what: str) -> Callable[[Rows], Found]:
    """An answer nobody offered, in the first response of an adult holder that left it open."""

    def make(rows: Rows) -> Found:
        at = next(
            at
            for at, row in enumerate(rows)
            if row["instrument"] == "adult_holder" and not row[field]
        )
        rows[at][field] = token
        return [(at, Mistake(rows[at]["council_code"], field, rule_id, FLAGGED, what))]

    return make


def _once_more(
    nth: int, change: Row, field: str, rule_id: str, what: str, own_id: bool = False
) -> Callable[[Rows], Found]:
    """A copy of a good response at the end of the file, with something wrong about it."""

    def make(rows: Rows) -> Found:
        copy = rows[nth] | change
        if own_id:
            copy["response_id"] = f"{rows[nth]['response_id'][:13]}9{len(rows):04d}"
        rows.append(copy)
        mistake = Mistake(copy["council_code"], field, rule_id, QUARANTINED, what)
        return [(len(rows) - 1, mistake)]

    return make


def _unlisted_item(rows: Rows) -> Found:
    """A question the survey tool still had from a trial: answered, and in no catalogue."""
    for row in rows:
        asked = row["instrument"] == "adult_holder"
        row[UNLISTED_ITEM] = row["out_rel_friends"] if asked else BLANK
    what = "a question on leisure that no catalogue has: read under its own name"
    return [(HEADING, Mistake(BLANK, UNLISTED_ITEM, "item-unlisted", FLAGGED, what))]


def _few_in_a_council(rows: Rows) -> Found:
    """Not a mistake: a council whose holders are so few that no figure of it may be shown."""
    holders: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        if row["instrument"] == "adult_holder":
            holders.setdefault(row["council_code"], []).append(at)
    council = min(holders, key=lambda key: (len(holders[key]), key))
    what = f"{len(holders[council])} holders answered: loaded, and no figure of them is shown"
    return [(holders[council][0], Mistake(council, "council_code", "", LOADED, what))]


_BY_FILE: dict[str, tuple[Callable[[Rows], Found], ...]] = {
    "2011": (
        _few_in_a_council,
        _unlisted_item,
        _instead_of_blank(
            "out_dignity",
            "much better",
            "answer-unlisted",
            "gave an answer that was not on offer: not a valid one",
        ),
        _once_more(40, {}, "response_id", "response-duplicate", "the same response, sent twice"),
        _once_more(
            77,
            {"council_code": "950"},
            "council_code",
            "council-unknown",
            "gave a council code that no council has",
            own_id=True,
        ),
    ),
    "2013": (
        _few_in_a_council,
        _instead_of_blank(
            "weekly_amount_gbp",
            "about 150",
            "amount-unreadable",
            "gave an amount in words: no amount",
        ),
        _once_more(
            12,
            {"out_dignity": "worse", "free_text": BLANK},
            "response_id",
            "response-duplicate",
            "answered again under the same number, otherwise: the first answers stand",
        ),
        _once_more(
            300,
            {"wave": "2011"},
            "wave",
            "wave-unlike-folder",
            "a response of the wave before, left in the export",
            own_id=True,
        ),
    ),
    "2013-phb": (
        _once_more(
            5,
            {"council_code": "RXA"},
            "council_code",
            "council-unknown",
            "gave an NHS trust where a council belongs",
            own_id=True,
        ),
    ),
    "2014": (
        _few_in_a_council,
        _instead_of_blank(
            "management",
            "agency",
            "answer-unlisted",
            "named a way to hold a budget that was not on offer",
        ),
        _instead_of_blank(
            "weekly_amount_gbp",
            "-40",
            "amount-negative",
            "gave less than nothing a week",
        ),
        _once_more(
            9,
            {"instrument": "provider"},
            "instrument",
            "instrument-unknown",
            "a provider's answers to a trial of another form",
            own_id=True,
        ),
    ),
    "2017": (
        _few_in_a_council,
        _once_more(1000, {}, "response_id", "response-duplicate", "the same response, sent twice"),
    ),
}


def remarkable(rows: Iterable[Row]) -> Found:
    """The first response without an outcome, and the first with one answer to all of them."""
    blank, straight = [], []
    for at, row in enumerate(rows):
        given = [row[name] for name in row if name.startswith("out_") and row[name]]
        valid = [answer for answer in given if answer != "dont_know"]
        if not valid:
            blank.append((at, row["council_code"]))
        elif len(valid) >= 3 and len(set(valid)) == 1:
            straight.append((at, row["council_code"]))
    found: Found = []
    for rule_id, places, what in (
        ("all-blank", blank, "left every outcome open"),
        ("straight-lined", straight, "gave one answer to every outcome"),
    ):
        if places:
            at, council = places[0]
            said = f"{what}: the first of {len(places)} in the file"
            found.append((at, Mistake(council, "out_*", rule_id, FLAGGED, said)))
    return found
