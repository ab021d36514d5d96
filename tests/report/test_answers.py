"""Sentences and lines made from figures, on hand-made rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest

from dagster_project.report.data.places import Basis, Break, Definition, Target
from dagster_project.report.data.rates import Attainment, Change, National, Step
from dagster_project.report.pages import bridge, council, council_tables, index
from dagster_project.report.pages.tracks import _apart, breaks, invented, over_the_years, tracks
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Shelf
from dagster_project.report.words import Invented

TARGET = Target("T70", "70% by April 2013", 70.0, date(2013, 3, 31), "users", "in_force", "", "")
DEFINITION = Definition(
    "ADASS_2013", "ADASS", None, "Survey", "2012-13", "2012-13", "users", "n", "d", "eligible",
    "separate", "always", "snapshot", "unrounded", "P", "c", None,
)  # fmt: skip
OFFICIAL = replace(DEFINITION, definition_id="ASCOF_1C1_RAP", measure_code="1C(1)")
PAYMENTS = replace(DEFINITION, definition_id="ASCOF_1C2_RAP", direct_payments="is_the_measure")


class Hand:
    """Data by hand: what a page asks for that is not given is an error."""

    def __init__(self, **rows: Any) -> None:
        self.targets = {"T70": TARGET}
        self.definitions = {one.definition_id: one for one in (DEFINITION, OFFICIAL, PAYMENTS)}
        self.bases = {
            ("ongoing_per_eligible", "users"): Basis(
                "ongoing_per_eligible", "users", "Ongoing per eligible", "n", "d", None
            )
        }
        self.breaks: tuple[Break, ...] = ()
        self.__dict__.update(rows)


def view(**rows: Any) -> View:
    return View(cast(Any, Hand(**rows)), {})


def england(rate: float | None, **changes: Any) -> National:
    row = National(
        "2012-13", "published", "ADASS_2013", "users", "T70", "due", 152, 125, 91, 34, 0,
        72.8, 64.4, 79.8, 59.9, 77.6, rate, rate, None, None, None, "published",
    )  # fmt: skip
    return replace(row, **changes)


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        (
            (76.0, 70.0),
            "Yes, however people are counted: England was at 70% or above on all 2 ways.",
        ),
        ((56.2, 69.99), "No, however people are counted: England was below 70% on all 2 ways."),
        (
            (76.0, 56.2, 59.1),
            "It depends on who is counted: of 3 ways to count them, England was at 70% or above on "
            "1 and below on 2, from 56.2% to 76.0%.",
        ),
        ((), "No council has data for a rate yet, so nothing can be said."),
    ],
)
def test_the_answer_follows_the_figures(rates: tuple[float, ...], said: str) -> None:
    rows = [england(rate) for rate in rates]
    assert index.answer(view(national=rows), rows) == said


def test_the_year_in_front_is_the_one_the_target_was_due_in() -> None:
    due, later = england(76.0), england(80.0, financial_year="2013-14", timing="after")
    assert view(national=(due, later)).year == "2012-13"
    assert view(national=(later,)).year == "2013-14"
    assert view(national=()).year is None


def test_direct_payments_alone_are_not_in_front() -> None:
    rows = (england(76.0), england(16.8, definition_id="ASCOF_1C2_RAP"))
    assert view(national=rows).in_front == rows[:1]


def test_years_without_a_rate_have_their_place() -> None:
    rows = (england(1.0, financial_year="2013-14"), england(1.0, financial_year="2015-16"))
    assert view(national=rows).years == ["2013-14", "2014-15", "2015-16"]


def own(rate: float | None, verdict: str | None, definition: str = "ADASS_2013") -> Attainment:
    return Attainment(
        "102", "Cumbria", "2012-13", "published", definition, "users", "T70", 70.0, "due",
        None, None, rate, rate, rate, verdict, "published", None,
    )  # fmt: skip


def test_a_council_is_told_on_how_many_bases_it_met_the_target() -> None:
    rows = [own(83.9, "met"), own(50.7, "missed", "ASCOF_1C1_RAP"), own(None, "no_data")]
    assert council.answer(view(national=(england(76.0),)), rows) == (
        "In 2012-13 this council met the 70% target on 1 of 2 bases with a figure. Its rates run "
        "from 50.7% to 83.9%. For 1 basis there is no figure or no verdict."
    )


@pytest.mark.parametrize(
    ("timing", "said"), [("due", "Met"), ("before", "(met)"), ("after", "(met)")]
)
def test_a_verdict_of_another_year_than_the_target_s_is_bracketed(timing: str, said: str) -> None:
    assert council_tables._verdict(replace(own(83.9, "met"), timing=timing)) == said


def test_a_basis_on_which_it_cannot_be_told_is_not_passed_over() -> None:
    rows = [own(50.7, "missed"), own(None, "undetermined", "ASCOF_1C1_RAP")]
    assert council.answer(view(national=(england(76.0),)), rows) == (
        "In 2012-13 this council met the 70% target on 0 of 2 bases with a figure. On 1 basis it "
        "cannot be told."
    )


def change(year: str, rate: float, joined: bool, **changes: Any) -> Change:
    row = Change(
        "england", "England", year, "published", "ADASS_2013", "users", rate,
        "2011-12" if joined else None, None, 52.8 if joined else None, 23.2 if joined else None,
        None, None, "published",
    )  # fmt: skip
    return replace(row, **changes)


def test_no_line_is_drawn_where_years_may_not_be_compared() -> None:
    broken = Break("salt", "ascof", "ADASS_2012;ADASS_2013", "2012-13", "another base", "c")
    hand = view(national=(), breaks=(broken,))
    rows = tracks(
        hand,
        [change("2011-12", 52.8, joined=False), change("2012-13", 76.0, joined=False)],
        ["2011-12", "2012-13"],
        published=True,
    )
    assert [row["year"] for row in rows["points"]] == ["2011-12", "2012-13"]
    assert rows["joins"] == []
    assert breaks(rows) == [("break 1", "2012-13", "another base")]


def test_a_line_is_drawn_where_they_may() -> None:
    rows = tracks(
        view(national=()), [change("2012-13", 76.0, joined=True)], ["2012-13"], published=True
    )
    (join,) = rows["joins"]
    assert (join["previous_year"], join["previous_rate"], join["rate"]) == ("2011-12", 52.8, 76.0)


def test_a_rate_above_100_is_told_where_it_is_not_drawn() -> None:
    rows = [change("2011-12", 52.8, joined=False), change("2012-13", 111.1, joined=False)]
    shelf = Shelf()
    hand = view(national=(england(52.8, financial_year="2011-12"), england(76.0)))
    over_the_years(hand, shelf, rows[:1], "", "table")
    assert "above 100" not in shelf.charts["over-time-published"].subtitle
    over_the_years(hand, shelf, rows, "", "table")
    drawn = shelf.charts["over-time-published"]
    assert [point["rate"] for point in drawn.rows["points"]] == [52.8]
    assert "1 rate above 100 not drawn: see the table." in drawn.subtitle


def test_labels_at_the_end_of_lines_stand_apart() -> None:
    rows = tracks(
        view(national=()),
        [
            change("2012-13", 76.0, joined=False),
            change("2012-13", 76.2, joined=False, definition_id="ASCOF_1C1_RAP"),
        ],
        ["2012-13"],
        published=True,
    )
    low, high = (row["at"] for row in rows["labels"])
    assert low == 76.0 and high == 81.0


def test_labels_do_not_leave_the_picture_at_the_top() -> None:
    # 99 and 100 and 100 would stand at 99, 104 and 109: down from 103 they are 93, 98 and 103
    assert _apart([99.0, 100.0, 100.0], [2012, 2012, 2013]) == [93.0, 98.0, 103.0]


def test_labels_far_apart_in_years_may_share_a_height() -> None:
    assert _apart([76.0, 76.2], [2012, 2024]) == [76.0, 76.2]


def test_points_of_invented_figures_are_told_from_the_others() -> None:
    years = ["2012-13", "2013-14"]
    real = change("2012-13", 76.0, joined=False)
    made = change("2013-14", 80.0, joined=False, evidence_class="synthetic")
    for shown, how in (
        ([real], Invented.NOTHING),
        ([real, made], Invented.PART),
        ([made], Invented.ALL),
    ):
        assert invented(tracks(view(national=()), shown, years, published=True)) is how


def test_a_release_without_the_year_of_the_target_says_that_it_cannot_tell() -> None:
    rows = [england(82.4, financial_year="2024-25", timing="after")]
    assert index.answer(view(national=rows), rows) == (
        "This release cannot tell: it has no rate for the year in which the 70% target was due. In "
        "2024-25 England was at 70% or above on 1 of 1 way to count people."
    )


def step(number: int, name: str, effect: float, before: float, low: float | None) -> Step:
    return Step(
        "2012-13", "england", "England", "ADASS_2013", "ASCOF_1C1_RAP", number, name, effect,
        low, None if low is None else effect + 1, before, before + effect, 125, 125, "published",
        f"Label of {name}", None,
    )  # fmt: skip


def test_the_bridge_is_told_and_drawn_from_its_steps() -> None:
    rows = [step(1, "one_off", 2.0, 76.0, 1.5), step(2, "denominator", -18.0, 78.0, -20.0)]
    hand = view(national=())
    assert bridge.sentence(hand, rows) == (
        "In 2012-13 ADASS 2013 gives 76.0% and ASCOF 1C(1) 60.0%. The greatest step is "
        "\N{MINUS SIGN}18.0 points: label of denominator."
    )
    drawn = bridge.bars(hand, rows)
    assert [(bar["start"], bar["end"], bar["kind"]) for bar in drawn["bars"]] == [
        (0, 76.0, "rate"),
        (76.0, 78.0, "raises it"),
        (78.0, 60.0, "lowers it"),
        (0, 60.0, "rate"),
    ]
    # the least and greatest effect, from the rate before the step
    assert [(one["lower"], one["upper"]) for one in drawn["ranges"]] == [(77.5, 79.0), (58.0, 61.0)]
