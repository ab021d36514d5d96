"""The workbooks: one content, two formats, the figures of the database, and no formula."""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from exports import published
from exports.published import HOSTILE, RELEASE
from needed import missing
from python_calamine import CalamineWorkbook

from dagster_project import exports

pytestmark = pytest.mark.xdist_group("exports")

Rows = list[list[Any]]


def the(folder: Path, suffix: str) -> Path:
    [file] = folder.glob(f"*.{suffix}")
    return file


def sheets(file: Path) -> dict[str, Rows]:
    """Every row of every worksheet, from the first row and column on."""
    book = CalamineWorkbook.from_path(file)
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def table(rows: Rows) -> list[dict[str, Any]]:
    """The table of a worksheet by heading: below the last row that has text in column A alone."""
    head = next(
        number
        for number, row in enumerate(rows)
        if number > 1 and all(cell != "" for cell in row) and len(row) > 1
    )
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]


def same(one: Any, other: Any) -> bool:
    """Equal; of figures, to the 16 digits that Excel keeps."""
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-14, abs_tol=0)
    return one == other


# ------------------------------------------------------------------------ both formats, one content


@pytest.fixture(scope="session")
def read(whole: exports.Exported) -> tuple[dict[str, Rows], dict[str, Rows]]:
    """The workbooks of the example, by a reader that wrote neither."""
    return sheets(the(whole.folder, "xlsx")), sheets(the(whole.folder, "ods"))


def test_both_workbooks_have_the_same_cells(read):
    xlsx, ods = read
    assert list(xlsx) == list(ods)
    for name in xlsx:
        assert len(xlsx[name]) == len(ods[name]), name
        for one, other in zip(xlsx[name], ods[name], strict=True):
            assert all(map(same, one, other)), (name, one, other)


NATIONAL = {
    "Financial year": "financial_year",
    "Basis": "basis_id",
    "Definition": "definition_id",
    "Person scope": "person_scope",
    "Target": "target_id",
    "Councils with data": "councils_with_data",
    "Share met\n(percent)": "share_met_pct",
    "Share met upper\n(percent)": "share_met_upper_pct",
    "Pooled rate\n(percent)": "pooled_rate_pct",
}
COUNCIL = {
    "Council": "council_id",
    "Council name": "council_name",
    "Financial year": "financial_year",
    "Basis": "basis_id",
    "Person scope": "person_scope",
    "Rate\n(percent)": "rate_pct",
    "Rate lower\n(percent)": "rate_lower_pct",
    "Rate upper\n(percent)": "rate_upper_pct",
    "Verdict": "verdict",
}
POET = {
    "Wave\n(year)": "wave",
    "Instrument": "instrument",
    "Domain": "domain",
    "Group type": "group_type",
    "Group value": "group_value",
    "Number better\n(answers)": "n_better",
    "Better\n(percent)": "better_pct",
}
GENUINE = {
    "Wave\n(year)": "wave",
    "Area": "area_id",
    "Budget type": "budget_type",
    "Official holders\n(people)": "official_holders",
    "Implied count\n(people)": "implied_count",
    "In Control as of": "in_control_as_of",
}
SHOWN = [
    ("National attainment", NATIONAL, "marts.national_attainment", "[x]"),
    (
        "Council attainment",
        COUNCIL,
        "marts.target_attainment where target_id = 'LAMB_2013_70'",  # the one of March 2013
        "[x]",
    ),
    ("POET outcomes", POET, "marts.poet_outcome", None),
    ("Genuine budgets", GENUINE, "marts.genuine_budget", None),
]


@pytest.mark.parametrize(("label", "columns", "source", "sign"), SHOWN)
def test_every_figure_is_that_of_the_database(read, example, label, columns, source, sign):
    shown = [[row[heading] for heading in columns] for row in table(read[0][label])]
    stored = example.rows(f"select {', '.join(columns.values())} from {source}")
    assert len(shown) == len(stored) > 100
    for cells, row in zip(shown, stored, strict=True):
        for cell, (name, value) in zip(cells, row.items(), strict=True):
            if value is None:
                assert cell == "[z]" if name == "definition_id" else cell in {"[c]", "[x]"}
                assert sign is None or name == "definition_id" or cell == sign
            else:
                assert same(cell, value), (name, row)


def test_a_hidden_figure_says_so_and_no_other_does(read, example):
    hidden = example.rows("select count(*) as n from marts.poet_outcome where suppressed")[0]["n"]
    rows = table(read[0]["POET outcomes"])
    signs = [row["Better\n(percent)"] for row in rows if row["Suppressed"] == "Yes"]
    assert signs == ["[c]"] * hidden != []
    others = [row["Better\n(percent)"] for row in rows if row["Suppressed"] == "No"]
    assert "[c]" not in others


def test_all_columns_of_each_choice_are_in_the_example(read):
    """A table or a column that changed its name would be left out, or break the export."""
    assert list(read[0]) == [
        *("Cover", "Contents", "Notes", "National attainment", "Council attainment", "Bridge"),
        *("Scorecard", "POET outcomes", "Process effects", "Genuine budgets", "Direct payments"),
        *("Definitions", "Reproduction", "Data dictionary", "Changes"),
    ]


# -------------------------------------------------------------- what the Analysis Function asks for


def test_synthetic_is_on_the_cover_and_on_every_sheet_that_rests_on_it(read):
    cover = [row[0] for row in read[0]["Cover"]]
    assert cover[2].startswith("SYNTHETIC: ")
    for name, rows in read[0].items():
        marked = any("SYNTHETIC" in row for row in rows)
        assert rows[1][0].startswith("SYNTHETIC: ") == marked, name
    marked = [name for name, rows in read[0].items() if any("SYNTHETIC" in row for row in rows)]
    assert len(marked) >= 8


def test_nothing_is_called_synthetic_that_is_not(tmp_path):
    warehouse = published.make(tmp_path / "warehouse", synthetic=False)
    with published.duckdb.connect(str(warehouse.published)) as connection:
        connection.execute("update quality.revision set evidence_class = 'published'")
    done = exports.export(warehouse, [exports.Format.ODS])
    text = str(sheets(the(done.folder, "ods")))
    assert "SYNTHETIC" not in text
    assert "SYNTHETIC" not in (done.folder / "README.md").read_text(encoding="utf-8")


def test_each_sheet_has_one_table_without_an_empty_cell(read):
    for name, rows in read[0].items():
        if name == "Cover":
            continue
        found = table(rows)
        assert found and all(cell != "" for row in found for cell in row.values()), name
        above = rows[: len(rows) - len(found) - 1]
        assert all(row[0] != "" and set(row[1:]) <= {""} for row in above), name


def test_every_sign_on_a_sheet_is_explained_there(read):
    for name, rows in read[0].items():
        if name in ("Cover", "Notes", "Contents"):
            continue
        used = {cell for row in table(rows) for cell in row.values() if is_sign(cell)}
        said = {row[0][:3] for row in rows if re.match(r"\[\w\] = ", str(row[0]))}
        assert used == said, name


def is_sign(cell: Any) -> bool:
    return isinstance(cell, str) and re.fullmatch(r"\[\w\]", cell) is not None


def test_contents_lead_to_every_sheet_and_count_its_rows(read, exported):
    xlsx, _ = read
    rows = table(xlsx["Contents"])
    assert [row["Worksheet"] for row in rows] == [
        name for name in xlsx if name not in ("Cover", "Contents")
    ]
    for row in rows:
        assert row["Rows"] == len(table(xlsx[row["Worksheet"]]))
    book = openpyxl.load_workbook(the(exported.folder, "xlsx"))
    links = [cell.hyperlink.location for row in book["Contents"] for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[2:]]
    content = zipfile.ZipFile(the(exported.folder, "ods")).read("content.xml").decode()
    assert re.findall(r'xlink:href="([^"]+)"', content) == [
        f"#'{name}'.A1" for name in book.sheetnames[2:]
    ]


def test_what_is_not_in_the_workbook_is_named(exported):
    rows = table(sheets(the(exported.folder, "xlsx"))["Contents"])
    absent = [row["What it holds"] for row in rows if row["Worksheet"] == "Not in this workbook"]
    assert any("no table marts.national_attainment" in text for text in absent)


def test_tables_are_marked_up_in_both(exported):
    book = openpyxl.load_workbook(the(exported.folder, "xlsx"))
    marked = {
        name: (page.tables[next(iter(page.tables))].ref)
        for name in book.sheetnames[1:]
        for page in [book[name]]
    }
    assert len(marked) == len(book.sheetnames) - 1
    content = zipfile.ZipFile(the(exported.folder, "ods")).read("content.xml").decode()
    for name, place in marked.items():
        first, last = place.split(":")
        assert f"'{name}'.{first}:'{name}'.{last}&quot;".replace("&quot;", '"') in content


# --------------------------------------------------------------------------------------- injection


def test_no_cell_is_a_formula_and_no_text_becomes_a_link(exported):
    book = openpyxl.load_workbook(the(exported.folder, "xlsx"))
    kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "d"}
    linked = {page.title for page in book for row in page.iter_rows() for c in row if c.hyperlink}
    assert linked == {"Contents"}
    content = zipfile.ZipFile(the(exported.folder, "ods")).read("content.xml").decode()
    assert "table:formula" not in content


def quoted(text: str) -> str:
    """How a text of HOSTILE stands in a cell."""
    if len(text) > 32_767:
        return f"{len(text):,} characters, more than a cell holds: see marts.dim_definition.note in the CSV"
    for printed, shown in (("\x07", "\N{REPLACEMENT CHARACTER}"), ("\t", " "), ("\r", "\n")):
        text = text.replace(printed, shown)
    return f'"{text}"' if text in ("-", "", " ", "[x]", "[click](http://example.org)") else text


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_hostile_text_is_shown_as_it_was_printed(exported, suffix):
    rows = table(sheets(the(exported.folder, suffix))["Definitions"])
    shown = {row["Definition"]: row["Note"] for row in rows}
    assert shown == {name: quoted(text) for name, text in HOSTILE.items()} | {"F99": "[z]"}


# ------------------------------------------------------------------------------------- LibreOffice


@pytest.fixture(scope="session")
def opened(exported, tmp_path_factory) -> Mapping[str, Mapping[str, list[list[str]]]]:
    """What LibreOffice reads in both workbooks, each worksheet saved by it as CSV."""
    program = shutil.which("soffice")
    if program is None:
        missing("LibreOffice is not on this machine: apt-get install libreoffice-calc")
    found: dict[str, dict[str, list[list[str]]]] = {}
    folder = tmp_path_factory.mktemp("opened")
    for suffix in ("xlsx", "ods"):
        shutil.copy(the(exported.folder, suffix), folder / f"{suffix}.{suffix}")
    # comma, quotation mark, UTF-8, from line 1, values and not what is shown, every worksheet
    as_csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    subprocess.run(
        [
            *(program, "--headless", f"-env:UserInstallation=file://{folder}/profile"),
            *("--convert-to", as_csv, "--outdir", folder / "out"),
            *(folder / "xlsx.xlsx", folder / "ods.ods"),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    for file in sorted((folder / "out").iterdir()):
        suffix, _, name = file.stem.partition("-")
        with file.open(newline="", encoding="utf-8") as lines:
            found.setdefault(suffix, {})[name] = list(csv.reader(lines))
    return found


def test_libreoffice_reads_the_same_in_both(opened, exported):
    names = list(sheets(the(exported.folder, "xlsx")))
    assert set(opened["xlsx"]) == set(opened["ods"]) == set(names)
    for name in names:
        one, other = opened["xlsx"][name], opened["ods"][name]
        assert [list(map(str.rstrip, row)) for row in one] == [
            list(map(str.rstrip, row)) for row in other
        ], name


def test_libreoffice_reads_the_figures_and_no_formula(opened):
    rows = opened["ods"]["POET outcomes"]
    [head] = [row for row in rows if row[0] == "Wave"]
    found = [dict(zip(head, row, strict=True)) for row in rows[rows.index(head) + 1 :]]
    shares = [row["Better\n(percent)"] for row in found]
    assert float(shares[0]) == pytest.approx(100 / 3)
    assert shares[1:] == ["[c]", "[x]", "0"]
    assert [row["Number valid\n(answers)"] for row in found] == ["40", "[c]", "0", "1234567"]
    assert [row["Name of area"] for row in found] == ["Cumbria", "104", "Cumbria", "England"]
    definitions = {row[0]: row[-1] for row in opened["ods"]["Definitions"]}
    for name in ("F01", "F02", "F03", "F04", "F05", "F15", "F21"):
        assert definitions[name] == quoted(HOSTILE[name])


def test_dates_are_dates(exported):
    book = openpyxl.load_workbook(the(exported.folder, "xlsx"))
    assert book.properties.title.startswith("Common Denominator")
    assert book.properties.created == dt.datetime(1980, 1, 1)  # whenever it was made
    assert RELEASE in the(exported.folder, "xlsx").name


def test_a_person_is_not_warned_of_anything(small, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        exports.export(small, [exports.Format.XLSX], tmp_path / "there")
