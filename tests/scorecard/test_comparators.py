"""From raw files and a list of one's own to places among comparators, worked by hand.

Five councils with community care counts, every figure synthetic; their rows are in `few`. Counts are
rounded to 5, so v stands for v-2 to v+2, and of 100 users there are 98 to 102.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from few import (
    CUMBRIA,
    GATESHEAD,
    NORTH_TYNESIDE,
    NORTHUMBERLAND,
    OWN_LIST,
    Few,
)
from given import as_csv
from released import Released, run


@pytest.fixture(scope="module")
def by_own_list(few: Few) -> Released:
    return few.released


def refreshed(few: Few, *options: str | Path) -> tuple[int, str, Released]:
    """The same warehouse, with another list or none."""
    done = run(
        few.folder, "refresh", "--raw", few.given.raw, "--warehouse", few.warehouse, *options
    )
    return done.returncode, done.stdout + done.stderr, Released(few.warehouse, done.stdout)


def cards(released: Released) -> dict[str, dict[str, Any]]:
    rows = released.rows(
        "select * from marts.council_scorecard where financial_year = '2013-14' and council_id in "
        f"('{CUMBRIA}', '{NORTHUMBERLAND}', '{GATESHEAD}', '{NORTH_TYNESIDE}')"
    )
    return {row["council_id"]: row for row in rows}


def place(card: dict[str, Any]) -> tuple[Any, ...]:
    names = ("comparators_with_data", "place_best", "place_worst")
    return (
        card["comparator_kind"],
        card["comparators"],
        *(card[f"any_per_community_{name}"] for name in names),
    )


@pytest.fixture(scope="module")
def own_cards(by_own_list: Released) -> dict[str, dict[str, Any]]:
    return cards(by_own_list)


def test_places_among_ones_own_list(own_cards: dict[str, dict[str, Any]]) -> None:
    # Of 100 users each 50, 55, 80 and 30 in Cumbria, Northumberland, Gateshead and Newcastle: 48/102 to
    # 52/98 is 47.06 to 53.06, 53/102 to 57/98 is 51.96 to 58.16, 78/102 to 82/98 is 76.47 to 83.67,
    # 28/102 to 32/98 is 27.45 to 32.65. Of the four listed for Cumbria three have data: Gateshead lies
    # wholly above it (76.47 > 53.06), Newcastle wholly below (32.65 < 47.06), and Northumberland
    # overlaps (51.96 < 53.06), so it is 2nd or 3rd.
    card = own_cards[CUMBRIA]
    assert place(card) == ("own_list", 4, 3, 2, 3)
    assert card["any_per_community_rate_pct"] == 50
    assert card["any_per_community_rate_lower_pct"] == pytest.approx(100 * 48 / 102)
    assert card["any_per_community_rate_upper_pct"] == pytest.approx(100 * 52 / 98)
    # 55, 80 and 30
    assert card["any_per_community_comparator_median_pct"] == 55
    assert card["any_per_community_verdict"] == "missed"  # all of it below 70
    # the two overlap, so either may be first
    assert place(own_cards[NORTHUMBERLAND]) == ("own_list", 1, 1, 1, 2)


def test_a_council_the_list_does_not_name_is_compared_with_its_type(
    own_cards: dict[str, dict[str, Any]],
) -> None:
    # 36 metropolitan districts: 35 others, of which Newcastle alone has data and lies below
    assert place(own_cards[GATESHEAD]) == ("same_type", 35, 1, 1, 1)


def test_a_silent_council_has_comparators_and_no_place(
    own_cards: dict[str, dict[str, Any]],
) -> None:
    card = own_cards[NORTH_TYNESIDE]
    assert place(card) == ("same_type", 35, 2, None, None)
    assert card["any_per_community_verdict"] == "no_data"
    assert "any_per_community: the numerator is not known" in card["note"]


def test_every_council_in_scope_has_a_card(by_own_list: Released) -> None:
    (row,) = by_own_list.rows(
        "select count(*) as cards, count(any_per_community_place_best) as placed "
        "from marts.council_scorecard where financial_year = '2013-14'"
    )
    # 152 councils; those with data and somebody with data to be compared with: Cumbria,
    # Northumberland, Gateshead and Newcastle
    assert (row["cards"], row["placed"]) == (152, 4)


def test_the_list_is_among_the_files_received(by_own_list: Released) -> None:
    (row,) = by_own_list.rows("select * from quality.source_file where source = 'neighbours'")
    assert (row["release"], row["rows_loaded"]) == ("own_list", 5)


def test_a_list_that_is_refused_stops_the_refresh(
    few: Few, own_cards: dict[str, dict[str, Any]]
) -> None:
    good = few.own_list.read_bytes()
    few.own_list.write_text(as_csv([*OWN_LIST, [CUMBRIA, "999"]]), "utf-8")
    code, printed, released = refreshed(few, "--comparators", few.own_list)
    few.own_list.write_bytes(good)
    assert code == 1
    assert all(part in printed for part in ("mine.csv", "line 7", "council-unknown", "'999'"))
    assert place(cards(released)[CUMBRIA]) == place(own_cards[CUMBRIA])  # as it was


def test_without_the_list_neighbours_of_the_raw_tree_are_taken_and_nothing_is_gone(
    few: Few, own_cards: dict[str, dict[str, Any]]
) -> None:
    few.given.neighbours([["council_code", "neighbour_code"], [CUMBRIA, GATESHEAD]])
    code, printed, released = refreshed(few)
    assert code == 0, printed
    found = cards(released)
    assert place(found[CUMBRIA]) == ("neighbours", 1, 1, 2, 2)
    # a unitary authority; no other of its type has data
    assert place(found[NORTHUMBERLAND])[0] == "same_type"
    assert place(found[NORTHUMBERLAND])[2:] == (0, None, None)
    (row,) = released.rows("select * from quality.source_file where source = 'neighbours'")
    assert (row["path"], row["rows_loaded"]) == ("reference/neighbours/list.csv", 1)
