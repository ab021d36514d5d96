"""Judging files without landing them."""

from __future__ import annotations

from pathlib import Path

import given as g
from given import Given

from dagster_project import landing


def test_a_raw_root(given: Given) -> None:
    given.ccs()
    given.ascof([["nothing", "known"], ["1", "2"]])
    (given.raw / "loose.csv").write_text("1,2\n")
    outcomes = {outcome.path: outcome.rule_id for outcome in landing.check([given.raw])}
    assert outcomes == {
        "loose.csv": "file-misplaced",
        "ascof/2015-16/final/ascof.csv": "file-unrecognised",
        "ccs/2012-13/final/ccs.csv": None,
    }
    assert not given.landing.exists()


def test_one_file_of_a_raw_tree_is_judged_by_its_folder(given: Given) -> None:
    path = given.put("ccs/2011-12/final", "ccs.csv", g.ccs())
    (outcome,) = landing.check([path])
    assert outcome.rule_id == "year-contradicts-content"
    assert outcome.path == "ccs/2011-12/final/ccs.csv"


def test_a_year_folder_and_a_release_folder(given: Given) -> None:
    path = given.ccs()
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        assert [outcome.rows_loaded for outcome in landing.check([folder])] == [4]


def test_a_downloaded_file_is_known_by_its_content(given: Given, tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    contents = {
        "a.csv": (g.as_csv(g.ccs()).encode(), "ccs", "2012-13"),
        "b.csv": (g.as_csv(g.ascof()).encode(), "ascof", None),
        "c.csv": (g.as_csv(g.pss_ex1()).encode(), "pss_ex1", "2012-13"),
        "d.xlsx": (g.adass_workbook(g.adass_return()), "adass", "2012-13"),
        "e.csv": (g.as_csv(g.register(g.figure())).encode(), "published", None),
        "f.csv": (b"name,age\n", None, None),
        "g.csv": (g.as_csv(g.poet(g.response())).encode(), "poet", "2013"),
        "h.csv": (g.as_csv(g.in_control()).encode(), "in_control", "2009-10"),
    }
    for name, (data, _, _) in contents.items():
        (downloads / name).write_bytes(data)
    outcomes = landing.check([downloads])
    found = {Path(each.path).name: (each.source, each.year) for each in outcomes}
    assert found == {name: (source, year) for name, (_, source, year) in contents.items()}
    assert [each.refused for each in outcomes] == [False] * 5 + [True] + [False] * 2


def test_a_wave_is_judged_in_its_folder_and_out_of_it(given: Given, tmp_path: Path) -> None:
    path = given.poet(g.response(council_code="999"), g.response(response_id="r2", age_band="old"))
    loose = tmp_path / "loose.csv"
    loose.write_bytes(path.read_bytes())
    for where in (given.raw, path, path.parent, loose):
        (outcome,) = landing.check([where])
        assert (outcome.source, outcome.year) == ("poet", "2013")
        assert (outcome.rows_loaded, outcome.rows_quarantined) == (1, 1)
        assert outcome.cells_flagged == 1
    assert not given.landing.exists()


def test_a_file_of_several_waves_is_judged_by_every_scale(given: Given, tmp_path: Path) -> None:
    """In no folder, nothing says which of its waves is meant."""
    path = tmp_path / "waves.csv"
    later = g.response(response_id="r2", wave="2017", out_dignity="very good")
    path.write_text(g.as_csv(g.poet(g.response(), later)))
    (outcome,) = landing.check([path])
    assert (outcome.source, outcome.year) == ("poet", None)
    assert (outcome.rows_loaded, outcome.cells_flagged) == (2, 0)


def test_nothing_there(given: Given) -> None:
    (outcome,) = landing.check([given.raw / "nowhere.csv"])
    assert outcome.rule_id == "file-not-a-file"
