"""What is on disk after landing: folders, columns, manifest, and replacing them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import given as g
import pyarrow.parquet as pq
import pytest
from given import Given
from hypothesis import HealthCheck, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from dagster_project import landing
from dagster_project.errors import DenominatorError
from dagster_project.landing.store import rows_schema
from dagster_project.sources import SOURCES
from dagster_project.sources.model import PARTS, PROVENANCE, columns_of


def everything(given: Given) -> None:
    given.ccs()
    given.ascof()
    given.adass()
    given.pss_ex1()
    given.figures()
    given.neighbours()
    given.in_control()
    given.poet()


def test_every_source_lands_with_the_columns_of_its_model(given: Given) -> None:
    everything(given)
    landed = given.land()
    assert landed.refused == {}
    for name in SOURCES:
        (path,) = given.landing.glob(f"{name}/*/*/rows.parquet")
        schema = pq.read_schema(path)
        own = [
            f"{column.name}{part}"
            for column in columns_of(SOURCES[name].row)
            for part in (PARTS if column.is_measured else [""])
        ]
        assert schema.names == [*PROVENANCE, *own]
        assert schema.equals(rows_schema(name))
        assert str(schema.field("published_on").type) == "date32[day]"


def test_landing_of_every_source_matches_its_empty_folder(given: Given) -> None:
    """A pattern over landing always matches, and the columns agree, rows or none."""
    landing.prepare(given.landing)
    for name in SOURCES:
        for table in ("rows", "quarantine", "flags", "files"):
            pattern = f"{given.landing}/{name}/*/*/{table}.parquet"
            assert duckdb.sql(f"select count(*) from read_parquet('{pattern}')").fetchall() == [
                (0,)
            ]
    everything(given)
    given.land()
    for name in SOURCES:
        for table in ("rows", "quarantine", "flags", "files"):
            schemas = {
                str(pq.read_schema(path).remove_metadata())
                for path in given.landing.glob(f"{name}/*/*/{table}.parquet")
            }
            assert len(schemas) == 1


def test_a_token_is_kept_as_it_was_printed(given: Given) -> None:
    rows = g.ccs()
    rows[3][2] = " 9,500 "
    rows[4][3] = " .. "
    given.ccs(rows)
    first, second, *_ = given.land().table("ccs")
    assert (first["users"], first["users_token"]) == (9500, " 9,500 ")
    assert (second["users_sds"], second["users_sds_token"]) == (None, " .. ")


def test_manifest_names_files_rules_and_counts(given: Given) -> None:
    rows = g.ccs()
    rows[3][2] = "c.450"
    given.ccs(rows)
    given.land()
    (path,) = given.landing.glob("ccs/*/*/manifest.json")
    manifest = json.loads(path.read_text())
    assert manifest["financial_year"] == "2012-13"
    (file,) = manifest["files"]
    assert (file["rows_read"], file["rows_loaded"], file["rows_quarantined"]) == (4, 3, 1)
    fired = {rule["rule_id"]: rule["failed"] for rule in manifest["rules"]}
    assert fired["count-unreadable"] == 1
    assert fired["council-unknown"] == 0


def test_the_same_input_lands_as_the_same_bytes(given: Given) -> None:
    everything(given)
    given.land()
    before = {path: path.read_bytes() for path in given.landing.rglob("*") if path.is_file()}
    given.land()
    assert before == {
        path: path.read_bytes() for path in given.landing.rglob("*") if path.is_file()
    }


def test_a_publication_is_replaced_whole_and_nothing_is_left_aside(given: Given) -> None:
    given.ccs()
    given.land()
    (folder,) = given.landing.glob("ccs/*/*")
    (folder / "stale.parquet").write_text("x")
    rows = g.ccs()
    rows[3][2] = "9,600"
    given.ccs(rows)
    landed = given.land()
    assert landed.table("ccs")[0]["users"] == 9600
    assert not (folder / "stale.parquet").exists()
    assert list((given.landing / ".aside").iterdir()) == []


def test_what_an_interrupted_run_left_aside_is_cleared_away(given: Given) -> None:
    left = given.landing / ".aside" / "1-ccs.new"
    left.mkdir(parents=True)
    landing.prepare(given.landing)
    assert not left.exists()


def test_what_is_gone_from_the_raw_tree_is_pruned(given: Given) -> None:
    everything(given)
    landing.prepare(given.landing)
    given.land()
    for path in (given.raw / "ccs").rglob("*.*"):
        path.unlink()
    landing.prune(landing.discover([given.raw]), given.landing)
    assert {path.name for path in (given.landing / "ccs").iterdir()} == {"_empty"}
    assert len(list(given.landing.glob("ascof/*/*/rows.parquet"))) == 2


def test_a_later_root_replaces_the_same_release_whole(given: Given, tmp_path: Path) -> None:
    given.ccs(name="first.csv")
    given.ascof()
    later = tmp_path / "later"
    rows = g.ccs()
    rows[3][2] = "9,600"
    given.put("ccs/2012-13/final", "second.csv", rows, root=later)
    given.put("ccs/2012-13/provisional", "other.csv", g.ccs(), root=later)
    landed = given.land(given.raw, later)
    assert sorted(landed.files) == [
        "ascof/2015-16/final/ascof.csv",
        "ccs/2012-13/final/second.csv",
        "ccs/2012-13/provisional/other.csv",
    ]
    assert [each.publication.key for each in landed.publications] == sorted(
        each.publication.key for each in landed.publications
    )


def test_no_such_root(given: Given) -> None:
    with pytest.raises(landing.LandingError) as caught:
        landing.discover([given.raw / "nowhere"])
    assert isinstance(caught.value, DenominatorError)
    assert caught.value.rule == "raw-root-missing"
    assert caught.value.remedy in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_landing_folder_that_cannot_be_written(given: Given) -> None:
    given.ccs()
    given.landing.write_text("a file in the way")
    (publication,) = landing.discover([given.raw]).publications
    with pytest.raises(landing.LandingError) as caught:
        landing.land(publication, given.landing, {})
    assert caught.value.rule == "landing-not-writable"


def test_importing_landing_is_light() -> None:
    code = (
        "import sys, dagster_project.landing; "
        "print([name for name in ('pandas', 'pandera', 'pyarrow', 'numpy') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_two_finals_in_two_workbooks(given: Given) -> None:
    """The later in the order of files stands; the place of the answer is the sheet and row."""
    answers = g.adass_return()
    for name, total in (("a.xlsx", "2100"), ("b.xlsx", "2101")):
        answers = answers | {"q2_ongoing_pb_total": total}
        given.put("adass/2012-13/final", name, g.adass_workbook(answers))
    landed = given.land()
    assert landed.rules() == {"return-superseded": 1, "parts-unlike-total": 2}
    assert [row["q2_ongoing_pb_total"] for row in landed.table("adass")] == [2101]
    assert landed.files["adass/2012-13/final/a.xlsx"].rows_quarantined == 1
    (record,) = landed.table("adass", "quarantine")
    assert record["source_locator"] == "sheet 'Return' row 6"
    assert "b.xlsx" in record["message"]
    assert json.loads(record["content"])["q2_ongoing_pb_total"] == "2100"
    flag = landed.table("adass", "flags")[0]
    assert (flag["source_locator"], flag["token"]) == ("sheet 'Return' row 15", "2101")
    assert (flag["area_code"], flag["field"]) == ("102", "q2_ongoing_pb_total")


def test_a_later_date_wins_over_a_later_line(given: Given) -> None:
    given.adass(
        g.adass_return(reference_date="2013-04-02"), g.adass_return(reference_date="2013-03-31")
    )
    landed = given.land()
    (row,) = landed.table("adass")
    assert str(row["reference_date"]) == "2013-04-02"


def test_an_unreadable_final_leaves_the_draft_standing(given: Given) -> None:
    given.adass(g.adass_return(status="draft"), g.adass_return(q2_ongoing_pb_total="c.2,100"))
    landed = given.land()
    assert landed.rules() == {"count-unreadable": 1, "return-draft": 1}
    assert [row["status"] for row in landed.table("adass")] == ["draft"]


CELLS = st.sampled_from(
    ["", " ", "0", "5", "1,000", "12.5", "-4", "65%", "c.450", "[c]", "[x]", "..", "-", "999999"]
)
CODES = st.sampled_from(["102", "104", "106", "999", "738", "", "England"])


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@hypothesis_given(st.lists(st.tuples(CODES, st.lists(CELLS, min_size=6, max_size=6)), min_size=1))
def test_rows_read_are_rows_loaded_and_quarantined(
    given: Given, lines: list[tuple[str, list[str]]]
) -> None:
    rows = [*g.ccs()[:3], *([code, "x", *cells] for code, cells in lines)]
    given.ccs(rows)
    landed = given.land()
    (file,) = landed.files.values()
    # a line without a code and without a count is a note
    read = sum(code.isdigit() or any(cell.strip() for cell in cells) for code, cells in lines)
    assert file.rows_read == file.rows_loaded + file.rows_quarantined == read
    loaded, quarantined = landed.table("ccs"), landed.table("ccs", "quarantine")
    assert (len(loaded), len(quarantined)) == (file.rows_loaded, file.rows_quarantined)
    assert file.cells_flagged == len(landed.table("ccs", "flags"))
    printed = {(f"line {number + 4}"): cells for number, (_, cells) in enumerate(lines)}
    for row in loaded:
        names = ("users", "users_sds", "users_dp", "carers", "carers_sds", "carers_dp")
        for name, cell in zip(names, printed[row["source_locator"]], strict=True):
            assert row[f"{name}_token"] == cell
            assert (row[name] == 0) == (cell == "0")
            assert (row[name] is None) == (row[f"{name}_status"] is not None)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@hypothesis_given(st.data())
def test_the_order_of_headings_does_not_matter(given: Given, data: st.DataObject) -> None:
    """The same rows, whatever the order of columns; only the checksum differs."""

    def rows(table: g.Table) -> list[dict[str, object]]:
        given.ascof(table)
        landed = given.land()
        assert landed.refused == {}
        return [
            {name: cell for name, cell in row.items() if name != "source_sha256"}
            for row in landed.table("ascof")
        ]

    table = g.ascof()
    order = data.draw(st.permutations(range(10)))
    assert rows(table) == rows([[row[at] for at in order] for row in table])
