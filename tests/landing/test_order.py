"""Releases that nothing puts in an order are held back, the rest of them goes on."""

from __future__ import annotations

import given as g
from given import Given

from dagster_project import landing


def releases(given: Given, **days: str) -> dict[str, str | None]:
    """The rule that each release of one year breaks, None where it loads; a day may be blank."""
    for number, (release, day) in enumerate(days.items()):
        rows = g.ccs()
        rows[3][2] = f"9,{number}00"
        dated = {"published_on": day} if day else {}
        place = f"ccs/2012-13/{release.replace('_', '-')}"
        given.put(place, "ccs.csv", rows, g.SYNTHETIC | dated)
    landed = given.land()
    checked = {file.path: file.rule_id for file in landing.check([given.raw])}
    assert checked == {path: file.rule_id for path, file in landed.files.items()}
    return {path.split("/")[2]: file.rule_id for path, file in landed.files.items()}


UNKNOWN = "release-order-unknown"


def test_two_names_that_say_nothing_are_both_held_back(given: Given) -> None:
    assert releases(given, alpha="", beta="") == {"alpha": UNKNOWN, "beta": UNKNOWN}


def test_a_known_name_stays_where_another_says_nothing(given: Given) -> None:
    assert releases(given, alpha="", final="", provisional="") == {
        "alpha": UNKNOWN,
        "final": None,
        "provisional": None,
    }


def test_days_put_any_names_in_order(given: Given) -> None:
    assert releases(given, alpha="2013-07-10", beta="2013-12-17") == {"alpha": None, "beta": None}


def test_only_the_one_without_a_day_is_held_back_if_the_others_have_theirs(given: Given) -> None:
    assert releases(given, alpha="2013-07-10", beta="2013-12-17", gamma="") == {
        "alpha": None,
        "beta": None,
        "gamma": UNKNOWN,
    }


def test_a_dated_name_that_says_nothing_has_no_place_beside_an_undated_one(given: Given) -> None:
    """Whether alpha of December came before the final release, nobody can say."""
    assert releases(given, alpha="2013-12-17", final="") == {"alpha": UNKNOWN, "final": None}


def test_one_release_needs_neither_day_nor_name(given: Given) -> None:
    assert releases(given, alpha="") == {"alpha": None}


def test_a_day_that_is_given_later_lets_the_release_in(given: Given) -> None:
    """The landing does not take up what it knows of a release that a sibling held back."""
    assert releases(given, alpha="", final="2013-12-17") == {"alpha": UNKNOWN, "final": None}
    assert releases(given, alpha="2013-07-10", final="2013-12-17") == {
        "alpha": None,
        "final": None,
    }


def test_of_two_registers_the_one_of_that_name_counts(given: Given) -> None:
    for number, release in enumerate(("register", "mine")):
        given.put(
            f"published/all/{release}", "figures.csv", g.register(g.figure(value=f"8{number}"))
        )
    landed = given.land()
    assert {path: file.rule_id for path, file in landed.files.items()} == {
        "published/all/mine/figures.csv": "register-twice",
        "published/all/register/figures.csv": None,
    }


def test_the_message_says_what_to_do(given: Given) -> None:
    releases(given, alpha="", beta="")
    (message,) = [file.message for file in landing.check([given.raw / "ccs" / "2012-13" / "alpha"])]
    assert "'alpha' came before or after 'beta'" in message
    assert "Give published_on" in message
