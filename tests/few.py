"""A raw tree of few councils whose rates and places several tests work out by hand.

Belongs here: its rows, every one synthetic, and refreshing it once in a run of tests. Does not: what
comes of it. Each year and source is one test's own: 2012-13 that of `reconciliation/test_grid`,
2013-14 and the list of comparators that of `scorecard/test_comparators`, the wave of POET that of
`end_to_end/test_persons_stay_private`.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from given import CCS_HEADINGS, CCS_TITLE, Given, Table, adass_return, as_csv, poet
from released import Released, refresh

CUMBRIA, NORTHUMBERLAND, GATESHEAD, NEWCASTLE, NORTH_TYNESIDE = "102", "104", "106", "107", "108"


@dataclass(frozen=True)
class Few:
    """The raw tree and its warehouse, which one test refreshes further, and a copy as it was."""

    folder: Path

    @property
    def given(self) -> Given:
        return Given(self.folder)

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse"

    @property
    def own_list(self) -> Path:
        return self.folder / "mine.csv"

    @property
    def released(self) -> Released:
        return Released(self.folder / "as it was", (self.folder / "printed").read_text("utf-8"))


def make(folder: Path) -> None:
    few = Few(folder)
    given = few.given
    given.ccs([[CCS_TITLE], [], list(CCS_HEADINGS), *COMMUNITY_CARE])
    given.adass(*RETURNS)
    later = CCS_TITLE.replace("2012-13", "2013-14")
    given.put("ccs/2013-14/final", "ccs.csv", [[later], [], list(CCS_HEADINGS), *COMPARED])
    wave = as_csv(poet(*RESPONSES))
    columns = wave.partition("\n")[0].count(",") + 1
    given.put(
        "poet/2013/final", "wave.csv", wave + ",".join(["secret-cell"] * (columns + 1)) + "\n"
    )
    few.own_list.write_text(as_csv(OWN_LIST), "utf-8")
    refresh(folder, [given.raw], "--comparators", few.own_list)
    shutil.copytree(few.warehouse, few.released.warehouse, ignore=shutil.ignore_patterns(".build"))


# ------------------------------------------------------------------------------ one target, four bases
# Cumbria is plain, Northumberland has counts so small that rounding straddles the threshold and a
# dash for 1 to 5, Gateshead has a suppressed count and an unanswered question.

NO_PARTS = dict.fromkeys(
    (
        *("q1_eligible_18_64", "q1_eligible_65_over"),
        *("q2_ongoing_pb_direct_payment", "q2_ongoing_pb_managed", "q2_ongoing_pb_mixed"),
        *("q2_ongoing_pb_18_64", "q2_ongoing_pb_65_over"),
        "comments",
    ),
    "",
)
# Rounded to 5: v stands for v-2 to v+2, and a dash for 1 to 5; c is suppressed.
COMMUNITY_CARE: Table = [
    # users, users on self-directed support, on direct payments; carers likewise
    [CUMBRIA, "Cumbria", "9,500", "5,005", "800", "2,000", "1,100", "900"],
    [NORTHUMBERLAND, "Northumberland", "100", "70", "10", "20", "-", "-"],
    [GATESHEAD, "Gateshead", "5,000", "c", "400", "1,000", "700", "300"],
]
RETURNS = [
    adass_return(**NO_PARTS)
    | {
        "q1_eligible_total": "3000",
        "q2_ongoing_pb_total": "2100",
        "q3_one_off_pb_total": "300",
        "q3_one_off_pb_carers": "250",
    },
    adass_return(**NO_PARTS, council_code=NORTHUMBERLAND, council_name="Northumberland")
    | {
        "q1_eligible_total": "80",
        "q2_ongoing_pb_total": "60",
        "q3_one_off_pb_total": "12",
        "q3_one_off_pb_carers": "2",
    },
    adass_return(**NO_PARTS, council_code=GATESHEAD, council_name="Gateshead")
    | {
        "q1_eligible_total": "1000",
        "q2_ongoing_pb_total": "299",
        "q3_one_off_pb_total": "40",
        "q3_one_off_pb_carers": "",
    },
]

# ---------------------------------------------------------------------------- places among comparators
# Counts are rounded to 5 again: of 100 users there are 98 to 102.

CARERS = ["20", "10", "10"]
COMPARED: Table = [
    [CUMBRIA, "Cumbria", "100", "50", "10", *CARERS],
    [NORTHUMBERLAND, "Northumberland", "100", "55", "10", *CARERS],
    [GATESHEAD, "Gateshead", "100", "80", "10", *CARERS],
    [NEWCASTLE, "Newcastle upon Tyne", "100", "30", "10", *CARERS],
    [NORTH_TYNESIDE, "North Tyneside", "100", "..", "..", *CARERS],  # silent on what is asked
]
OWN_LIST: Table = [
    ["council_code", "neighbour_code"],
    [CUMBRIA, NORTHUMBERLAND],
    [CUMBRIA, GATESHEAD],
    [CUMBRIA, NEWCASTLE],
    [CUMBRIA, NORTH_TYNESIDE],
    [NORTHUMBERLAND, CUMBRIA],
]

# --------------------------------------------------------------------------------- a wave full of secrets

ANSWERS = ("A lot better", "Better", "No difference", "Worse", "")


def response(number: int) -> dict[str, str]:
    """A response in which whatever is a person's own says so."""
    own = {
        name: f"secret-{name}-{number}"
        for name in ("response_id", "gender", "ethnicity", "free_text")
    }
    return own | {
        "wave": "2013",
        "instrument": "adult_holder",
        "council_code": (CUMBRIA, NORTHUMBERLAND, GATESHEAD)[number % 3],
        "age_band": "18_64" if number % 2 else "65_over",
        "management": "dp_self" if number % 2 else "council_managed",
        "test_knows_money": "yes" if number % 3 else "no",
        "proc_get_information": "Easy" if number % 4 else "Difficult",
        "out_dignity": ANSWERS[number % 5],
        "out_independence": ANSWERS[number // 5 % 5],
        "out_control_life": ANSWERS[number // 25 % 5],
    }


def spoilt(number: int, **changes: str) -> dict[str, str]:
    return response(number) | changes


RESPONSES = [
    *(response(number) for number in range(120)),
    response(7),  # given twice
    spoilt(201, council_code="Secret Smith"),
    spoilt(202, wave="2014"),
    spoilt(203, instrument="secret"),
    spoilt(204, out_dignity="better since Secret Jones came"),
    spoilt(205, weekly_amount_gbp="secret 20"),
    spoilt(206, management="my secret friend"),
    spoilt(207, out_other_please_say="Secret Road"),
]
