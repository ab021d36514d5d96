"""Which publications may be landed at the same time."""

from __future__ import annotations

import shutil

import given as g
from given import Given

from dagster_project import landing
from dagster_project.defs.reader import land_all


def lanes_of(given: Given) -> list[list[str]]:
    publications = landing.discover([given.raw]).publications
    return [["/".join(one.key) for one in lane] for lane in landing.lanes(publications)]


def test_persons_records_are_apart_and_each_lane_keeps_the_order(given: Given) -> None:
    given.ascof()
    given.ccs()
    given.poet()
    given.pss_ex1()
    assert lanes_of(given) == [
        ["poet/2013/final"],
        ["ascof/2015-16/final", "ccs/2012-13/final", "pss_ex1/2012-13/final"],
    ]


def test_a_tree_of_one_kind_is_one_lane(given: Given) -> None:
    given.ccs()
    assert lanes_of(given) == [["ccs/2012-13/final"]]


def test_what_shares_bytes_with_persons_records_is_in_their_lane_whatever_lies_between(
    given: Given,
) -> None:
    """Responses lie under ccs as well; with them a table, which lies under pss_ex1 as well."""
    given.poet(g.response())
    given.ascof()
    given.put("ccs/2012-13/final", "responses.csv", g.poet(g.response()))
    given.put("ccs/2012-13/final", "ccs.csv", g.ccs())
    given.put("pss_ex1/2012-13/final", "copy.csv", g.ccs())
    assert lanes_of(given) == [
        ["ccs/2012-13/final", "poet/2013/final", "pss_ex1/2012-13/final"],
        ["ascof/2015-16/final"],
    ]


def test_landing_in_lanes_is_landing_in_turn(given: Given) -> None:
    """In one lane and in several: the same files are loaded, and of twins the same one is."""
    given.poet()
    given.ascof()
    given.ccs(name="a.csv")
    given.put("ccs/2012-13/provisional", "twin.csv", g.ccs())
    publications = landing.discover([given.raw]).publications
    landing.prepare(given.landing)
    done: list[str] = []
    landed = list(land_all(publications, given.landing, lambda: done.append("meanwhile")))
    assert [one.publication for one in landed] == list(publications)
    assert done == ["meanwhile"]
    shutil.rmtree(given.landing)  # or it would be taken up, not read
    found = {file.path: file.rule_id for one in landed for file in one.files}
    in_turn = given.land()
    assert found == {path: file.rule_id for path, file in in_turn.files.items()}
    assert in_turn.refused == {"ccs/2012-13/provisional/twin.csv": "file-duplicate"}
