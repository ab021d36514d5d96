"""Bad files: each is refused with file, place, rule and remedy, and the rest of the tree loads."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import books
import given as g
import pytest
from given import Given

from dagster_project import landing
from dagster_project.landing.file_rules import FILE_RULES

CCS = "ccs/2012-13/final"
POET = "poet/2013/final"


def headings_renamed(rows: g.Table, at: int, before: str, after: str) -> g.Table:
    rows[at] = [after if cell == before else cell for cell in rows[at]]
    return rows


def without_column(rows: g.Table, head: int, name: str) -> g.Table:
    at = rows[head].index(name)
    return [*rows[:head], *([*row[:at], *row[at + 1 :]] for row in rows[head:])]


def answers_without(name: str) -> bytes:
    answers = g.adass_return()
    del answers[name]
    return g.adass_workbook(answers)


# Rules whose way out depends on what the file is.
OWN_REMEDY = ("file-not-a-table", "file-packed", "file-too-large")
# place, file name, content, rule, words of the reason
CASES: list[tuple[str, str, bytes | str | g.Table, str, list[str]]] = [
    (CCS, "x.csv", b"", "file-empty", ["nothing"]),
    (CCS, "x.csv", b" \n\n", "file-empty", ["nothing"]),
    (CCS, "x.csv", ",,,\n,,\n", "file-empty", ["blank"]),
    (CCS, "x.csv", g.ccs()[:3], "file-empty", ["no row"]),
    (CCS, "x.csv", g.as_csv(g.ccs()).encode("utf-16"), "file-encoding", ["UTF-16", "line 1"]),
    (CCS, "x.csv", g.as_csv(g.ccs()).encode("utf-16-le"), "file-encoding", ["line 1"]),
    (CCS, "x.csv", b"CASSR code,Council\n102,\x81umbria\n", "file-encoding", ["0x81", "line 2"]),
    (CCS, "x.xlsx", g.as_csv(g.ccs()), "file-damaged", ["workbook"]),
    (CCS, "x.xlsx", g.adass_workbook(g.adass_return())[:900], "file-damaged", ["workbook"]),
    (CCS, "x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no", "file-damaged", ["workbook"]),
    (CCS, "x.csv", "<html><p>Gone</p></html>", "file-not-a-table", ["web page", "Download"]),
    (CCS, "x.zip", books.zipped({"x.csv": "a"}), "file-packed", ["'x.csv'", "Unpack"]),
    (
        CCS,
        "x.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "file-locked",
        ["password"],
    ),
    (
        CCS,
        "x.csv",
        "\n".join(";".join(row) for row in g.ccs()),
        "file-separator",
        ["semicolons", "comma delimited"],
    ),
    (
        "adass/2012-13/final",
        "x.xlsx",
        books.xlsx(
            {"Return": '<row r="9"><c r="A1048576"><v>1</v></c><c r="E9"><v>1</v></c></row>'}
        ),
        "file-too-large",
        ["E9", "DENOMINATOR_LIMIT_SHEET_CELLS"],
    ),
    (
        POET,
        "x.csv",
        [[*row, *(f"out_{at}" for at in range(1000))] for row in g.poet(g.response())],
        "file-too-large",
        ["columns", "250", "DENOMINATOR_LIMIT_COLUMNS"],
    ),
    (
        CCS,
        "x.csv",
        [[*row, *(f"more {at}" for at in range(1000))] for row in g.ccs()],
        "file-too-large",
        ["columns", "250"],
    ),
    (CCS, "x.csv", 'a,b\n1,"never closed\n2,3\n', "file-damaged", ["line 2"]),
    (CCS, "x.csv", "name,age\nsomebody,42\n", "file-unrecognised", ["2 columns, none known"]),
    (
        CCS,
        "x.csv",
        headings_renamed(g.ccs(), 2, "Council", "Councils"),
        "column-missing",
        ["expected 'Council'", "found 'Councils'", "as expected: CASSR code", "line 3"],
    ),
    (
        CCS,
        "x.csv",
        without_column(g.ccs(), 2, "Users receiving a direct payment"),
        "column-missing",
        ["expected 'Users receiving a direct payment'", "line 3"],
    ),
    (
        CCS,
        "x.csv",
        headings_renamed(g.ccs(), 2, "Carers receiving a direct payment", "council"),
        "column-missing",
        ["'Carers receiving a direct payment'"],
    ),
    (
        "ascof/2015-16/final",
        "x.csv",
        without_column(g.ascof(), 0, "Measure Value"),
        "column-missing",
        ["expected 'Measure Value'", "line 1"],
    ),
    (
        "ascof/2015-16/final",
        "x.csv",
        without_column(g.ascof(), 0, "Geographical Description"),
        "column-missing",
        ["expected 'Geographical Description'"],
    ),
    (
        "ascof/2015-16/final",
        "x.csv",
        [[*row, row[7]] for row in g.ascof()],
        "column-repeated",
        ["'Measure Value'", "line 1"],
    ),
    (
        "pss_ex1/2012-13/final",
        "x.csv",
        g.pss_ex1("Total all ages, Direct payment clients"),
        "column-missing",
        ["expected 'Total all ages, Direct payments'", "found none like it"],
    ),
    (
        "pss_ex1/2012-13/final",
        "x.csv",
        [row for row in g.pss_ex1() if "A4.18" not in row],
        "column-missing",
        ["item codes"],
    ),
    (
        "pss_ex1/2012-13/final",
        "x.csv",
        [[*row, row[2]] for row in g.pss_ex1() if len(row) > 2],
        "column-repeated",
        ["2 columns are headed as"],
    ),
    (
        "adass/2012-13/final",
        "x.xlsx",
        g.adass_workbook(g.adass_return(), sheet="Answers"),
        "sheet-missing",
        ["the answers are in sheet 2", "'Return'"],
    ),
    (
        "adass/2012-13/final",
        "x.xlsx",
        g.workbook({"Return": [["Council code", "102"], ["Dear all"]]}),
        "column-missing",
        ["Question reference", "sheet 'Return'"],
    ),
    (
        "adass/2012-13/final",
        "x.xlsx",
        answers_without("q2_ongoing_pb_total"),
        "column-missing",
        ["expected 'q2_ongoing_pb_total'", "sheet 'Return' row 8"],
    ),
    (
        "adass/2012-13/final",
        "x.xlsx",
        g.workbook({"Return": [["Council", "102"], *g.return_rows(g.adass_return())[2:]]}),
        "column-missing",
        ["expected 'Council code'", "nearest found 'Council'"],
    ),
    (
        "adass/2012-13/final",
        "x.xlsx",
        g.workbook({"Return": [*g.return_rows(g.adass_return()), ["q4_carers_pb", "", "7"]]}),
        "column-repeated",
        ["'q4_carers_pb'", "row 30"],
    ),
    (
        "adass/2012-13/final",
        "x.csv",
        without_column(g.adass_csv(g.adass_return()), 0, "q4_carers_pb"),
        "column-missing",
        ["expected 'q4_carers_pb'"],
    ),
    (
        "ascof/2024-25/final",
        "x.xlsx",
        g.workbook({"Table_1c": g.ascof_wide("1c")}),
        "sheet-missing",
        ["'Table_1c'", "Table_3d(1a)"],
    ),
    (
        "ascof/2025-26/final",
        "x.csv",
        g.ascof_wide(),
        "year-contradicts-content",
        ["2024-25", "2025-26", "line 3"],
    ),
    (
        "ascof/2013-14/final",
        "x.csv",
        g.ascof(),
        "year-contradicts-content",
        ["2014-15 to 2022-23", "2013-14"],
    ),
    (
        "ccs/2011-12/final",
        "x.csv",
        g.ccs(),
        "year-contradicts-content",
        ["2012-13", "2011-12"],
    ),
    (
        "pss_ex1/2011-12/final",
        "x.csv",
        g.pss_ex1(),
        "year-contradicts-content",
        ["2012-13", "2011-12"],
    ),
    (
        "adass/2011-12/final",
        "x.csv",
        g.adass_csv(g.adass_return()),
        "year-contradicts-content",
        ["2012-13", "2011-12"],
    ),
    (
        "adass/2010-11/final",
        "x.xlsx",
        g.adass_workbook(g.adass_return()),
        "year-contradicts-content",
        ["2012-13", "2010-11"],
    ),
    (
        "in_control/2010-11/final",
        "x.csv",
        g.in_control(),
        "year-contradicts-content",
        ["2009-10", "2010-11"],
    ),
    (
        "poet/2014/final",
        "x.csv",
        g.poet(g.response()),
        "year-contradicts-content",
        ["2013", "2014"],
    ),
    (POET, "x.csv", b"", "file-empty", ["nothing"]),
    (POET, "x.csv", g.poet(g.response())[:1], "file-empty", ["no row"]),
    (POET, "x.csv", g.as_csv(g.poet(g.response())).encode("utf-16"), "file-encoding", ["UTF-16"]),
    (
        POET,
        "x.csv",
        headings_renamed(g.poet(g.response()), 0, "council_code", "council_kode"),
        "column-missing",
        ["expected 'council_code', nearest found 'council_kode'", "line 1"],
    ),
    (
        POET,
        "x.csv",
        headings_renamed(g.poet(g.response()), 0, "management", "managment"),
        "column-missing",
        ["expected 'management', nearest found 'managment'", "line 1"],
    ),
    (
        POET,
        "x.csv",
        [[*row, row[-1]] for row in g.poet(g.response())],
        "column-repeated",
        ["'free_text'", "line 1"],
    ),
    (
        POET,
        "x.csv",
        g.poet(g.response(**{"out_sleep": "better", "Out Sleep": "worse"})),
        "column-repeated",
        ["'Out Sleep'", "'out_sleep'"],
    ),
    (POET, "x.csv", g.pss_ex1(), "source-contradicts-folder", ["'pss_ex1'", "'poet'"]),
    (
        "adass/2012-13/final",
        "x.csv",
        g.poet(g.response()),
        "source-contradicts-folder",
        ["'poet'", "'adass'"],
    ),
    (CCS, "x.csv", g.ascof(), "source-contradicts-folder", ["'ascof'", "'ccs'"]),
    ("adass/2012-13/final", "x.csv", g.ccs(), "source-contradicts-folder", ["'ccs'"]),
]


@pytest.mark.parametrize(
    ("place", "name", "content", "rule_id", "words"),
    CASES,
    ids=[f"{case[3]}-{number}" for number, case in enumerate(CASES)],
)
def test_a_bad_file_is_refused_and_the_rest_loads(
    given: Given,
    place: str,
    name: str,
    content: bytes | str | g.Table,
    rule_id: str,
    words: list[str],
) -> None:
    given.put(place, name, content)
    given.put("ccs/2012-13/provisional", "good.csv", g.ccs())
    landed = given.land()
    path = f"{place}/{name}"
    assert landed.refused == {path: rule_id}
    assert landed.files["ccs/2012-13/provisional/good.csv"].rows_loaded == 4
    assert landed.rules() == {rule_id: 1}
    outcome = landed.files[path]
    assert (outcome.rows_read, outcome.rows_loaded, outcome.rows_quarantined) == (0, 0, 0)
    own = () if rule_id in OWN_REMEDY else (FILE_RULES[rule_id].remedy,)
    for part in (path, f"[{rule_id}]", outcome.remedy or "no remedy", *own, *words):
        assert part in outcome.message
    records = landed.table(place.split("/", maxsplit=1)[0], "files")
    (record,) = [each for each in records if each["path"] == path]
    assert (record["status"], record["rule_id"]) == ("refused", rule_id)
    assert record["remedy"] == outcome.remedy
    assert record["reason"] == outcome.reason


def test_headings_are_shown_side_by_side(given: Given) -> None:
    rows = headings_renamed(g.ccs(), 2, "Council", "Authority")
    given.ccs(headings_renamed(rows, 2, "CASSR code", "CASSR kode"))
    message = given.land().files["ccs/2012-13/final/ccs.csv"].message
    assert "expected 'CASSR code', nearest found 'CASSR kode'" in message
    assert "expected 'Council', found none like it" in message


def test_the_same_bytes_twice(given: Given) -> None:
    """The later by path is refused, in one folder and across folders."""
    given.ccs(name="a.csv")
    given.ccs(name="b.csv")
    given.put("ccs/2012-13/provisional", "c.csv", g.ccs())
    landed = given.land()
    assert landed.refused == {
        "ccs/2012-13/final/b.csv": "file-duplicate",
        "ccs/2012-13/provisional/c.csv": "file-duplicate",
    }
    assert "the same bytes as ccs/2012-13/final/a.csv" in (
        landed.files["ccs/2012-13/final/b.csv"].message
    )
    assert len(landed.table("ccs")) == 4


def test_a_refused_file_does_not_make_its_twin_a_duplicate(given: Given) -> None:
    given.put("ccs/2011-12/final", "a.csv", g.ccs())
    given.put("ccs/2012-13/final", "a.csv", g.ccs())
    assert given.land().refused == {"ccs/2011-12/final/a.csv": "year-contradicts-content"}


def test_landing_the_same_publication_again_is_no_duplicate(given: Given) -> None:
    given.ccs()
    seen: dict[str, str] = {}
    (publication,) = landing.discover([given.raw]).publications
    for _ in range(2):
        done = landing.land(publication, given.landing, seen)
        assert not done.files[0].refused


def folder_instead(given: Given) -> Path:
    path = given.raw / CCS / "bad.csv"
    path.mkdir()
    return path


def pipe_instead(given: Given) -> Path:
    path = given.raw / CCS / "bad.csv"
    os.mkfifo(path)
    return path


def link_to_nothing(given: Given) -> Path:
    path = given.raw / CCS / "bad.csv"
    path.symlink_to(given.raw / "nowhere")
    return path


@pytest.mark.parametrize("make", [folder_instead, pipe_instead, link_to_nothing])
def test_no_file_where_a_file_belongs(given: Given, make: Callable[[Given], Path]) -> None:
    given.ccs()
    make(given)
    landed = given.land()
    assert landed.refused == {f"{CCS}/bad.csv": "file-not-a-file"}
    assert len(landed.table("ccs")) == 4


@pytest.mark.parametrize(
    ("place", "rule_id", "word"),
    [
        ("loose.csv", "file-misplaced", "top of the raw tree"),
        ("ccs/loose.csv", "file-misplaced", "no year folder"),
        ("ccs/2012-13/loose.csv", "file-misplaced", "no release folder"),
        ("ccs/2012-14/final/x.csv", "file-misplaced", "'2012-14' is not a financial year"),
        ("ccs/all/final/x.csv", "file-misplaced", "'all' is not a financial year"),
        ("poet/2013-14/final/x.csv", "file-misplaced", "'2013-14' is not a wave, such as 2014"),
        ("ccs/2013/final/x.csv", "file-misplaced", "'2013' is not a financial year"),
        ("published/2012-13/register/x.csv", "file-misplaced", "'2012-13' is not all"),
        ("acsof/2012-13/final/x.csv", "source-unknown", "the nearest is 'ascof'"),
    ],
)
def test_a_file_in_no_known_place(given: Given, place: str, rule_id: str, word: str) -> None:
    given.ccs()
    path = given.raw / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("1,2\n")
    landed = given.land()
    (stray,) = landed.tree.strays
    assert stray.refused
    assert stray.rule_id == rule_id
    assert word in stray.message
    assert FILE_RULES[rule_id].remedy in stray.message
    assert len(landed.table("ccs")) == 4


def test_notes_and_locks_are_no_data(given: Given) -> None:
    given.ccs()
    for name in (".gitkeep", "~$ccs.xlsx", "README.md", "Thumbs.db"):
        (given.raw / CCS / name).write_text("x")
        (given.raw / name).write_text("x")
    landed = given.land()
    assert landed.tree.strays == ()
    assert list(landed.files) == ["ccs/2012-13/final/ccs.csv"]


META = {"publisher": "nobody", "title": "synthetic", "licence": "MIT"}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{}", "'publisher' is missing"),
        ("just text", "no 'key: value' lines"),
        ("publisher: [a", "cannot be read as YAML"),
        ("publisher: a\ntitle: b\nlicense: c\nevidence_class: published", "nearest is 'licence'"),
        ("publisher: a\ntitle: b\nlicence: c\nevidence_class: sure", "evidence_class is 'sure'"),
        ("publisher: a\ntitle: b\nlicence: ''\nevidence_class: published", "'licence' is missing"),
        (
            "publisher: a\ntitle: b\nlicence: c\nevidence_class: published\npublished_on: July",
            "'published_on' is 'July'",
        ),
        (
            "publisher: a\ntitle: b\nlicence: c\nevidence_class: published\n"
            "published_on: 2013-02-30",
            "not a date",
        ),
        (
            "publisher: [a]\ntitle: b\nlicence: c\nevidence_class: published",
            "'publisher' is a list",
        ),
    ],
)
def test_source_yml_invalid(given: Given, text: str, word: str) -> None:
    given.ccs()
    given.ascof()
    (given.raw / CCS / "source.yml").write_text(text)
    landed = given.land()
    assert landed.refused == {f"{CCS}/ccs.csv": "source-yml-invalid"}
    assert word in landed.files[f"{CCS}/ccs.csv"].message
    assert len(landed.table("ascof")) == 10


def test_source_yml_missing(given: Given) -> None:
    given.put(CCS, "ccs.csv", g.ccs(), meta=None)
    given.ascof()
    landed = given.land()
    assert landed.refused == {f"{CCS}/ccs.csv": "source-yml-missing"}
    assert len(landed.table("ascof")) == 10


def test_source_yml_in_full(given: Given) -> None:
    meta = g.SYNTHETIC | {
        "published_on": "2013-07-10",
        "retrieved_on": "2013-08-01",
        "url": "https://example.org",
        "obtained_from": "a friend",
        "note": "n",
    }
    given.put(CCS, "ccs.csv", g.ccs(), meta=meta)
    landed = given.land()
    assert str(landed.table("ccs")[0]["published_on"]) == "2013-07-10"
    (record,) = landed.table("ccs", "files")
    assert record["url"] == "https://example.org"
    assert str(record["retrieved_on"]) == "2013-08-01"


def test_every_file_rule_has_a_case() -> None:
    elsewhere = {
        "file-not-a-file",
        "file-duplicate",
        "file-misplaced",
        "source-unknown",
        "source-yml-missing",
        "source-yml-invalid",
        "file-not-readable",  # test_permission.py
        "reader-died",  # tests/defs/test_reader.py
        "correction-without-file",  # test_corrections.py
        "year-forgotten",  # test_forgotten.py
        "release-order-unknown",  # test_order.py
        "register-twice",  # test_order.py
        "file-outside-tree",  # test_hostile_tree.py
    }
    assert {case[3] for case in CASES} | elsewhere == set(FILE_RULES)
