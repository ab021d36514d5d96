"""A list of comparators: known by its headings, refused whole for one bad line."""

from __future__ import annotations

from pathlib import Path

import given as g
import pytest
from given import Given, Table

from dagster_project import landing
from dagster_project.sources import SOURCES
from dagster_project.sources.source import Severity

LIST = "reference/neighbours/list.csv"


def test_a_list_without_a_source_yml_is_read(given: Given) -> None:
    given.neighbours()
    landed = given.land()
    assert landed.rules() == {}
    rows = landed.table("neighbours")
    assert [(row["council_code"], row["neighbour_code"], row["rank"]) for row in rows] == [
        ("102", "104", 1),
        ("102", "106", 2),
        ("104", "102", None),
    ]
    assert {row["release"] for row in rows} == {"neighbours"}
    assert landed.files[LIST].rows_loaded == 3


def test_headings_are_found_in_any_order_and_a_rank_may_be_wanting(given: Given) -> None:
    sheet = [
        ["Nearest neighbours, synthetic", ""],
        ["", ""],
        ["Neighbour code", "COUNCIL CODE"],
        ["104", "102.0"],
    ]
    given.put("reference/neighbours", "list.xlsx", g.workbook({"Model": sheet}), meta=None)
    landed = given.land()
    assert landed.refused == {}
    (row,) = landed.table("neighbours")
    assert (row["council_code"], row["neighbour_code"], row["rank"]) == ("102", "104", None)


def line(number: int, *cells: str) -> Table:
    rows = [list(row) for row in g.NEIGHBOURS]
    rows[number] = list(cells)
    return rows


# rule, the list, where it is broken, and a word of the message
CASES: list[tuple[str, Table, str, str]] = [
    ("council-unknown", line(1, "999", "104", "1"), "line 2", "no council has the code '999'"),
    ("council-unknown", line(2, "102", "1O6", "2"), "line 3", "no council has the code '1O6'"),
    ("council-unknown", line(3, "104", "", ""), "line 4", "blank"),
    ("council-unknown", line(3, "104", "{x}", ""), "line 4", "'{x}'"),
    ("neighbour-itself", line(3, "104", "104", ""), "line 4", "104 is named"),
    ("neighbour-repeated", line(2, "102", "104", "2"), "line 3", "for the second time"),
    ("rank-unreadable", line(1, "102", "104", "first"), "line 2", "'first'"),
    ("rank-unreadable", line(1, "102", "104", "0"), "line 2", "'0'"),
    ("rank-unreadable", line(1, "102", "104", "1.5"), "line 2", "'1.5'"),
    ("row-too-long", line(1, "102", "104", "1", "spilt"), "line 2", "more cells"),
    ("row-too-short", line(1, "102", "104"), "line 2", "fewer cells"),
    ("row-cut-off", line(3, "104", "106", "1"), "line 4", "digits"),
]


@pytest.mark.parametrize(("rule_id", "rows", "place", "word"), CASES)
def test_one_bad_line_refuses_the_list_by_exactly_its_rule(
    given: Given, rule_id: str, rows: Table, place: str, word: str
) -> None:
    if rule_id == "row-cut-off":
        given.put("reference/neighbours", "list.csv", g.as_csv(rows).rstrip("\n"), meta=None)
    else:
        given.neighbours(rows)
    given.ccs()
    landed = given.land()
    assert landed.refused == {LIST: rule_id}
    assert landed.rules() == {rule_id: 1}
    assert landed.table("neighbours") == []
    file = landed.files[LIST]
    assert (file.rows_read, file.rows_loaded, file.rows_quarantined) == (0, 0, 0)
    rule = next(rule for rule in SOURCES["neighbours"].rules if rule.id == rule_id)
    assert all(part in file.message for part in (LIST, place, rule_id, word, rule.remedy))
    recorded = next(each for each in landed.table("neighbours", "files") if each["path"] == LIST)
    assert (recorded["status"], recorded["rule_id"]) == ("refused", rule_id)
    assert word in recorded["reason"]
    # what lies beside it loads whatever became of the list
    assert landed.files["ccs/2012-13/final/ccs.csv"].rows_loaded == 4


def test_every_rule_that_refuses_a_list_has_a_case() -> None:
    rules = SOURCES["neighbours"].rules
    assert {rule.severity for rule in rules} == {Severity.REFUSE}
    assert {rule.id for rule in rules} == {case[0] for case in CASES}


def test_of_two_lists_with_one_pair_the_later_is_refused(given: Given) -> None:
    given.neighbours(name="a.csv")
    given.neighbours([["council_code", "neighbour_code"], ["102", "104"]], name="b.csv")
    landed = given.land()
    assert landed.refused == {"reference/neighbours/b.csv": "neighbour-repeated"}
    assert len(landed.table("neighbours")) == 3


def test_a_source_yml_beside_a_list_is_judged_as_any_other(given: Given) -> None:
    given.put("reference/neighbours", "list.csv", g.NEIGHBOURS, meta={"publisher": "nobody"})
    assert given.land().refused == {LIST: "source-yml-invalid"}


def test_a_list_anywhere_else_is_told_its_place(given: Given) -> None:
    given.put("neighbours/all/final", "list.csv", g.NEIGHBOURS)
    given.put("reference/neighbors", "list.csv", g.NEIGHBOURS, meta=None)
    (given.raw / "reference" / "list.csv").write_text(g.as_csv(g.NEIGHBOURS))
    landed = given.land()
    reasons = {path: (file.rule_id, file.reason) for path, file in landed.files.items()}
    assert reasons == {
        "neighbours": ("source-unknown", "the files of 'neighbours' lie in reference/neighbours"),
        "reference/neighbors": (
            "source-unknown",
            "no list is called 'neighbors'; known: neighbours",
        ),
        "reference/list.csv": ("file-misplaced", "it lies in no folder of reference"),
    }


def test_a_list_is_known_outside_any_raw_tree(given: Given, tmp_path: Path) -> None:
    loose = tmp_path / "mine.csv"
    loose.write_text(g.as_csv(g.NEIGHBOURS))
    (outcome,) = landing.check([loose])
    assert (outcome.source, outcome.rows_loaded, outcome.refused) == ("neighbours", 3, False)
    loose.write_text(g.as_csv(line(1, "999", "104", "1")))
    (outcome,) = landing.check([loose])
    assert (outcome.rule_id, outcome.rows_loaded) == ("council-unknown", 0)


def test_a_list_in_a_raw_tree_is_checked_where_it_lies(given: Given) -> None:
    path = given.neighbours()
    for place in (path, path.parent, path.parent.parent, given.raw):
        assert [file.path for file in landing.check([place])] == [LIST]


def test_ones_own_list_takes_the_place_of_the_neighbours(given: Given, tmp_path: Path) -> None:
    given.neighbours()
    given.ccs()
    mine = tmp_path / "mine.csv"
    mine.write_text(g.as_csv([["council_code", "neighbour_code"], ["106", "104"]]))
    tree = landing.discover([given.raw], mine)
    assert [one.key for one in tree.publications] == [
        ("ccs", "2012-13", "final"),
        ("neighbours", "all", "own_list"),
    ]
    landed = landing.land(tree.publications[1], given.landing, {})
    assert [(file.path, file.rows_loaded) for file in landed.files] == [("mine.csv", 1)]


def test_ones_own_list_must_be_there(given: Given, tmp_path: Path) -> None:
    with pytest.raises(landing.LandingError, match="comparators-missing"):
        landing.discover([given.raw], tmp_path / "none.csv")
