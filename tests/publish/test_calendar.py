"""What is due when, by the calendar of the publishers."""

from __future__ import annotations

import datetime as dt

import pytest

from dagster_project.publish import calendar
from dagster_project.publish.calendar import Due

# A calendar of two series: one that goes on, with a provisional release, and one wave.
ROWS = (
    {
        "source": "ascof",
        "release": "provisional",
        "first_year": "2011-12",
        "last_year": "2012-13",
        "due_month": "7",
        "due_day": "31",
    },
    {
        "source": "ascof",
        "release": "final",
        "first_year": "2011-12",
        "last_year": "",
        "due_month": "12",
        "due_day": "20",
    },
    {
        "source": "poet",
        "release": "final",
        "first_year": "2014",
        "last_year": "2014",
        "due_month": "10",
        "due_day": "31",
    },
)
PROVISIONAL_2012_13 = Due(dt.date(2013, 7, 31), "ascof", "2012-13", "provisional")
FINAL_2012_13 = Due(dt.date(2013, 12, 20), "ascof", "2012-13", "final")
FINAL_2013_14 = Due(dt.date(2014, 12, 20), "ascof", "2013-14", "final")
WAVE_2014 = Due(dt.date(2014, 10, 31), "poet", "2014", "final")


@pytest.fixture(autouse=True)
def two_series(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "_rows", lambda: ROWS)


def test_a_release_is_due_from_its_day_on() -> None:
    assert PROVISIONAL_2012_13 not in calendar.due(dt.date(2013, 7, 30))
    assert PROVISIONAL_2012_13 in calendar.due(dt.date(2013, 7, 31))


def test_a_series_that_ended_is_due_no_more_and_one_that_goes_on_is() -> None:
    found = calendar.due(dt.date(2016, 1, 1))
    assert [one.year for one in found if one.release == "provisional"] == ["2011-12", "2012-13"]
    # final: 2011-12 in December 2012, and so on to 2014-15 in December 2015
    assert [one.year for one in found if one.source == "ascof" and one.release == "final"] == [
        "2011-12",
        "2012-13",
        "2013-14",
        "2014-15",
    ]
    assert [one.year for one in found if one.source == "poet"] == ["2014"]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        # a later release stands for an earlier one
        ([("ascof", "2012-13", "final")], [FINAL_2013_14]),
        ([("ascof", "2012-13", "provisional")], [FINAL_2012_13, FINAL_2013_14]),
        # years before the first one published are not waited for, nor is another source
        ([("ascof", "2013-14", "final-v2")], []),
        ([("ascof", "2013-14", "final"), ("poet", "2011", "final")], [WAVE_2014]),
        ([], []),
    ],
)
def test_overdue_is_what_was_due_and_is_not_here(
    published: list[tuple[str, str, str]], expected: list[Due]
) -> None:
    assert list(calendar.overdue(published, dt.date(2015, 1, 1))) == expected


def test_the_days_of_the_year() -> None:
    assert calendar.days() == ((7, 31), (10, 31), (12, 20))


def test_the_last_day_of_a_series_that_goes_on() -> None:
    assert calendar.last_day("ascof") == (12, 20)
    assert calendar.last_day("poet") is None  # its one wave is over
    assert calendar.last_day("ccs") is None  # has no calendar here


def test_today_is_the_day_in_london() -> None:
    assert calendar.today() == dt.datetime.now(calendar.LONDON).date()
    assert calendar.LONDON.key == "Europe/London"
