"""Judging files without landing them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import given as g
import pytest
from given import Given
from typer.testing import CliRunner

from dagster_project import landing
from dagster_project.cli import app


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


@pytest.mark.real
def test_check_says_what_loading_does(real_raw: Path, given: Given, tmp_path: Path) -> None:
    """Every published file, copied to an empty folder, is counted as it is in its tree."""
    landed = given.land(real_raw)
    alone = tmp_path / "alone"
    found = {}
    for path, file in landed.files.items():
        folder = alone / path.replace("/", "_")
        folder.mkdir(parents=True)
        copy = folder / Path(path).name
        copy.write_bytes((real_raw / path).read_bytes())
        (found[path],) = landing.check([copy])
        assert (found[path].source, found[path].year) in {(file.source, file.year)}, path
    counted = [
        {
            path: (f.rows_read, f.rows_loaded, f.rows_quarantined, f.cells_flagged)
            for path, f in each
        }
        for each in (found.items(), landed.files.items())
    ]
    assert counted[0] == counted[1]


def test_codes_of_another_measure_are_judged_in_the_years_that_the_content_allows(
    tmp_path: Path,
) -> None:
    """3D1 is information before 2023-24, and self-directed support after."""
    rows = [*g.ascof(), g.ascof_row(g.CUMBRIA, "Outcome", "70.1", code="3D1")]
    path = tmp_path / "no year in its name.csv"
    path.write_text(g.as_csv(rows))
    (checked,) = landing.checked([path])
    (file,) = checked.files
    assert (file.rows_loaded, file.rows_quarantined, file.year) == (len(rows) - 1, 0, None)
    assert "it may be of 2014-15 to 2022-23" in checked.open_question
    named = tmp_path / "ascof 2018-19.csv"
    named.write_bytes(path.read_bytes() + b"\n")
    (checked,) = landing.checked([named])
    assert checked.files[0].year == "2018-19"
    assert not checked.open_question


def test_a_file_of_which_nothing_loads_says_which_rule_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(g.adass_workbook(g.adass_return(reference_date="31/03/2013")))
    done = CliRunner().invoke(app, ["check", str(path)])
    assert done.exit_code == 1
    for words in ("nothing would load of", "[date-unreadable]", "row 5", "Write the date as"):
        assert words in done.output
    good = tmp_path / "ccs.csv"
    good.write_text(g.as_csv(g.ccs()))
    assert CliRunner().invoke(app, ["check", str(good)]).exit_code == 0


# ----------------------------------------------------- refusals name the cause and quote nobody


SECRETS = {
    "response_id": "Id-4711-geheim",
    "wave": "Dave Canary",
    "council_code": "Council Canarytown",
    "gender": "Ender Canary",
    "free_text": "My daughter Canary was born on 1 April 1951",
    "date_of_birth": "01/04/1951",
}


def _secret_files(folder: Path) -> Iterator[Path]:
    """Files in which a person's own words stand where headings or titles should."""
    values = list(SECRETS.values())
    csvs = {
        "headless": [values, values],
        "titled": [[values[4]], values, [*values, *values]],
        "one column": [[value] for value in values],
        "few known": [["gender", *values], ["x"] * 7],
        "half known": [["wave", "instrument", *values], ["2013", "adult_holder", *values]],
        "other headings": [[f"{value} heading" for value in values], values],
        "near ccs": [[*g.CCS_HEADINGS[:7], values[4]], ["102", *values, "1"]],
        "near ascof": [[*g.ASCOF_HEADINGS[:8], *values], ["102", *values]],
        "extra ccs": [[*row, *values] if row else row for row in g.ccs()[2:7]],
    }
    for name, rows in csvs.items():
        (folder / f"{name}.csv").write_text(g.as_csv(rows))
        yield folder / f"{name}.csv"
        (folder / f"{name}.xlsx").write_bytes(g.workbook({"Canary": [[]], "Canary Jane": rows}))
        yield folder / f"{name}.xlsx"
    extra = g.poet(g.response(**{value: value for value in values}))
    (folder / "extra poet.csv").write_text(g.as_csv(extra))
    yield folder / "extra poet.csv"


def test_no_output_quotes_what_nobody_recognises(given: Given, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    said = ""
    for path in list(_secret_files(folder)):
        for place in ("poet/2013/final", "ascof/2015-16/final", "adass/2012-13/final"):
            given.put(place, path.name, path.read_bytes() + b"\n" * len(place))
        if "extra ccs" not in path.name:  # rows that are read are kept as printed
            said += CliRunner().invoke(app, ["check", str(path)]).output
        added = CliRunner().invoke(
            app, ["add", "--dry-run", "--raw", str(tmp_path / "new"), str(path)]
        )
        said += f"{added.output} {added.exception}"
    landed = given.land()
    said += repr(landed.files)
    said += "".join(repr(each.rules) for each in landed.publications)
    for table in ("files", "flags", "quarantine"):
        said += repr(landed.table("poet", table))
    said += repr(landed.table("ascof", "files")) + repr(landed.table("adass", "files"))
    for secret in SECRETS.values():
        assert secret not in said, said[max(said.index(secret) - 300, 0) :][:600]
    assert "Canary" not in said, said[max(said.index("Canary") - 300, 0) :][:600]
    assert "6 columns, none known" in said


def test_a_wide_sheet_without_its_values_shows_both_headings(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    rows = g.ascof_wide()
    rows[2] = [cell.replace("2024 to 2025 - ", "2024-25 ") for cell in rows[2]]
    path.write_bytes(g.workbook({"Table_3d(1a)": rows}))
    (file,) = landing.check([path])
    assert file.rule_id == "column-missing"
    assert "expected '2023 to 2024 - numerator'" in file.message
    assert "found '2024-25 numerator'" in file.message


def test_the_time_series_annex_is_called_so(tmp_path: Path) -> None:
    path = tmp_path / "series.xlsx"
    kinds = ["Numerator", "Denominator", "Outcome"]
    rows = [
        ["1C(1A)"],
        ["", "", "", "2018-19", "", "", "2019-20"],
        ["CASSR code", "Council", "Area code", *kinds, *kinds],
        ["102", "Cumbria", "E10000006", "1", "2", "50", "1", "2", "50"],
    ]
    path.write_bytes(g.workbook({"Contents": [["x"]], "1C(1A)": rows}))
    (file,) = landing.check([path])
    assert "time-series annex" in file.message


def test_disaggregation_may_stand_for_its_level(given: Given) -> None:
    rows = g.ascof()
    rows[0] = [cell.replace("Disaggregation Level", "Disaggregation") for cell in rows[0]]
    given.ascof(rows)
    assert not given.land().refused
    assert {row["disaggregation"] for row in given.land().table("ascof")} == {"Total"}
