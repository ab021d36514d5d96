"""Good files of every source load whole, and break no rule."""

from __future__ import annotations

import datetime as dt

import given as g
import pytest
from given import Given


def test_ccs(given: Given) -> None:
    given.ccs()
    landed = given.land()
    assert landed.rules() == {}
    rows = {row["area_name"]: row for row in landed.table("ccs")}
    assert rows["Cumbria"]["users"] == 9500
    assert rows["Cumbria"]["users_token"] == "9,500"
    assert rows["Cumbria"]["source_locator"] == "line 4"
    assert rows["Cumbria"]["evidence_class"] == "synthetic"
    dash = rows["Northumberland"]
    assert [dash[f"carers_dp{part}"] for part in ("", "_token", "_status", "_lower", "_upper")] == [
        None,
        "-",
        "range",
        1,
        5,
    ]
    assert rows["Gateshead"]["carers"] is None
    assert rows["Gateshead"]["carers_status"] == "not_available"
    assert (rows["England"]["area_level"], rows["England"]["area_code"]) == ("england", None)
    assert landed.files["ccs/2012-13/final/ccs.csv"].rows_read == 4


@pytest.mark.parametrize("name", ["ascof.csv", "ascof.xlsx"])
def test_ascof_ten_columns(given: Given, name: str) -> None:
    rows = g.ascof()
    content = g.as_csv(rows) if name.endswith("csv") else g.workbook({"in": rows})
    given.put("ascof/2015-16/final", name, content)
    landed = given.land()
    assert landed.rules() == {}
    assert len(landed.table("ascof")) == 10
    first = landed.table("ascof")[0]
    assert (first["area_level"], first["measure_type"]) == ("council", "numerator")
    assert first["source_locator"] == ("line 2" if name.endswith("csv") else "sheet 'in' row 2")


def test_ascof_2020_21_workbook_mixes_numbers_and_marks(given: Given) -> None:
    """One sheet, `ONS Code`, `[x]` and `[c]` among numbers, codes that became numbers."""
    head = ["ONS Code" if name == "ONS Area Code" else name for name in g.ASCOF_HEADINGS]
    cells: list[list[object]] = [
        list(head),
        [102, *g.ascof_row(g.CUMBRIA, "Numerator", "")[1:7], 3729, "1C1A", "x"],
        [102, *g.ascof_row(g.CUMBRIA, "Denominator", "")[1:7], "[x]", "1C1A", "x"],
        [102, *g.ascof_row(g.CUMBRIA, "Outcome", "")[1:7], "[c]", "1C1A", "x"],
    ]
    given.put("ascof/2020-21/final", "in.xlsx", g.workbook({"in": cells}))
    landed = given.land()
    assert landed.rules() == {"councils-missing": 1}  # it has one council of 151
    rows = landed.table("ascof")
    assert [row["area_code"] for row in rows] == ["102"] * 3
    assert [row["measure_value"] for row in rows] == [3729, None, None]
    assert [row["measure_value_token"] for row in rows] == ["3729", "[x]", "[c]"]
    assert [row["measure_value_status"] for row in rows] == [None, "not_available", "suppressed"]


def test_ascof_2014_15_headings_without_spaces_and_no_level(given: Given) -> None:
    """The level column holds the name, and the level is told from the code."""
    areas = [("102", "Cumbria"), ("1001", "England"), ("3001", "Eastern"), ("S", "Shire Counties")]
    keep = [0, 2, 3, 4, 5, 6, 7, 8, 9]
    head = [g.ASCOF_HEADINGS[at].replace(" ", "") for at in keep]
    rows = [
        [code, name, "E1", "1C(1A)", "Total", "Numerator", "100", "1C(1A)", "1C(1A): synthetic"]
        for code, name in areas
    ]
    given.put("ascof/2014-15/final", "open.csv", [head, *rows])
    landed = given.land()
    assert landed.rules() == {}
    found = [(row["area_name"], row["area_level"]) for row in landed.table("ascof")]
    assert found == [
        ("Cumbria", "council"),
        ("England", "england"),
        ("Eastern", "region"),
        ("Shire Counties", "council_type"),
    ]


def test_ascof_sentence_case_and_local_authority(given: Given) -> None:
    rows = [[cell.capitalize() for cell in g.ASCOF_HEADINGS], *g.ascof()[1:]]
    rows[1][2], rows[7][2] = "Local authority", "National"
    given.ascof(rows)
    landed = given.land()
    assert landed.rules() == {}
    assert [landed.table("ascof")[at]["area_level"] for at in (0, 6)] == ["council", "england"]


def test_ascof_windows_1252(given: Given) -> None:
    rows = g.ascof()
    rows[1][9] = "people\u2019s support \u2013 synthetic"
    given.put("ascof/2015-16/final", "a.csv", g.as_csv(rows).encode("cp1252"))
    landed = given.land()
    assert landed.refused == {}
    assert landed.table("ascof", "files")[0]["encoding"] == "windows-1252"


def test_ascof_wide_workbook(given: Given) -> None:
    """Only sheets of self-directed support are read; the codes of 2024-25 survive."""
    given.put(
        "ascof/2024-25/final",
        "a.xlsx",
        g.workbook({"Table_1a": g.ascof_wide("1a"), "Table_3d(1a)": g.ascof_wide()}),
    )
    landed = given.land()
    assert landed.rules() == {}
    rows = landed.table("ascof")
    assert len(rows) == 15
    assert {row["measure_code"] for row in rows} == {"3D(1a)"}
    assert rows[0]["source_locator"] == "sheet 'Table_3d(1a)' row 4 column D"
    assert [row["area_level"] for row in rows[::3]] == [
        "england",
        "council_type",
        "region",
        "council",
        "council",
    ]
    assert rows[-1]["area_code"] == "Z9D4Z"
    assert landed.table("ascof", "files")[0]["note"] == "1 sheet not read"


def test_ascof_wide_takes_the_year_of_its_folder(given: Given) -> None:
    both = g.ascof_wide(years=("2023 to 2024", "2024 to 2025"))
    both[6][3:6] = ["1", "2", "50"]
    given.put("ascof/2023-24/final", "a.csv", both)
    landed = given.land()
    assert landed.table("ascof")[9]["measure_value"] == 1
    assert "2024-25" in landed.table("ascof", "files")[0]["note"]


def test_pss_ex1(given: Given) -> None:
    given.pss_ex1()
    landed = given.land()
    assert landed.rules() == {}
    rows = {row["area_name"]: row for row in landed.table("pss_ex1")}
    assert rows["Cumbria"]["clients_dp"] == 1625
    assert rows["Cumbria"]["item_code"] == "A4.18"
    assert rows["Cumbria"]["series"] == "direct_payments"
    assert rows["England"]["clients_dp"] == 2030
    assert len(rows) == 4


def test_pss_ex1_finds_its_column_by_heading_and_tells_the_series(given: Given) -> None:
    rows = g.pss_ex1(
        "Total all ages, Existing / new Direct payments and Personal Budgets (synthetic)",
        "Personal Social Services Expenditure and Unit Cost, 2009-10",
    )
    rows[3][1:3] = ["A4.18", "A4.20"]
    rows[4][2] = "-"
    given.pss_ex1(rows, "2009-10")
    row = given.land().table("pss_ex1")[0]
    assert row["item_code"] == "A4.20"
    assert row["series"] == "direct_payments_and_personal_budgets"
    assert (row["clients_dp_lower"], row["clients_dp_upper"]) == (1, 5)


def test_pss_ex1_dash_has_no_bounds_where_no_footnote_gives_them(given: Given) -> None:
    rows = g.pss_ex1()
    rows[4][2] = "-"
    given.pss_ex1(rows)
    row = given.land().table("pss_ex1")[0]
    assert (row["clients_dp_status"], row["clients_dp_lower"]) == ("not_available", None)


def test_adass_workbook_with_numbers_and_dates(given: Given) -> None:
    answers: dict[str, object] = dict(g.adass_return())
    answers |= {"council_code": 102.0, "wave": 2013, "reference_date": dt.date(2013, 3, 31)}
    numbers = {name: text for name, text in g.RETURN.items() if text.replace(".", "").isdigit()}
    answers |= {name: float(text) for name, text in numbers.items()}
    given.put("adass/2012-13/final", "102.xlsx", g.adass_workbook(answers))
    landed = given.land()
    assert landed.rules() == {}
    (row,) = landed.table("adass")
    assert (row["area_code"], row["wave"]) == ("102", 2013)
    assert row["reference_date"] == dt.date(2013, 3, 31)
    assert (row["q2_ongoing_pb_total"], row["q2_ongoing_pb_total_token"]) == (2100, "2100")
    assert row["q9_target_met_self_declared"] == "yes"


def test_adass_consolidated_below_a_title_line(given: Given) -> None:
    rows = g.adass_csv(
        g.adass_return(),
        g.adass_return(council_code="104.0", council_name="Northumberland", q3_one_off_pb_total=""),
        title="Personal budgets survey 2013, synthetic",
    )
    given.put("adass/2012-13/final", "all.csv", rows)
    landed = given.land()
    assert landed.rules() == {}
    second = landed.table("adass")[1]
    assert second["area_code"] == "104"
    assert (second["q3_one_off_pb_total"], second["q3_one_off_pb_total_status"]) == (None, "blank")


def test_published(given: Given) -> None:
    given.figures(
        g.figure(),
        g.figure(figure_id="growth", value="-4.5", base_n="1,000", as_of="", definition_id=""),
    )
    landed = given.land()
    assert landed.rules() == {}
    first, second = landed.table("published")
    assert (first["financial_year"], first["figure_year"]) == ("all", "2015-16")
    assert (first["value"], first["precision"], first["base_n"]) == (86.9, 0.1, None)
    assert (second["value"], second["base_n"], second["as_of"]) == (-4.5, 1000, None)
    assert first["figure_release"] is None


def test_published_with_release(given: Given) -> None:
    given.figures(g.figure(release="provisional"))
    assert given.land().table("published")[0]["figure_release"] == "provisional"
