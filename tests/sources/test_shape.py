"""Rows whose cells do not fit the headings, and files that are cut off, in every layout.

The rules themselves are broken one by one in test_rules.py; here is what must not be taken for a
lost cell, and that it makes no difference in which layout a cell is lost.
"""

from __future__ import annotations

import given as g
import pytest
from given import Given, Table

RETURNS = [
    g.adass_return(council_code=code, council_name=name, comments="")
    for code, name in (("102", "Cumbria"), ("104", "Northumberland"), ("106", "Gateshead"))
]


def test_trailing_blanks_that_a_program_leaves_out_are_no_lost_cells(given: Given) -> None:
    """Excel leaves out the blank cells at the end of sixteen lines together."""
    rows = g.adass_csv(*RETURNS)
    given.put("adass/2012-13/final", "a.csv", [rows[0], *(row[:-1] for row in rows[1:])])
    assert given.land().rules() == {}


def test_a_figure_is_never_a_trailing_blank(given: Given) -> None:
    rows = g.adass_csv(*RETURNS)
    given.put("adass/2012-13/final", "a.csv", [rows[0], *(row[:-2] for row in rows[1:])])
    assert given.land().rules() == {"row-too-short": 3}


def test_a_comma_after_every_row_is_no_cell(given: Given) -> None:
    rows = g.adass_csv(*RETURNS)
    given.put("adass/2012-13/final", "a.csv", [rows[0], *([*row, ""] for row in rows[1:])])
    assert given.land().rules() == {}


def test_a_cell_put_in_before_a_blank_at_the_end_is_one_too_many(given: Given) -> None:
    """The blank comment moves beyond the headings, and every answer behind the cell by a column."""
    rows = g.adass_csv(*RETURNS)
    rows[2].insert(9, "")
    given.put("adass/2012-13/final", "a.csv", rows)
    landed = given.land()
    assert landed.rules() == {"row-too-long": 1}
    assert {row["area_code"] for row in landed.table("adass")} == {"102", "106"}


@pytest.mark.parametrize("lost", range(6))
def test_wide_ascof_a_lost_cell_costs_its_line(given: Given, lost: int) -> None:
    rows = g.ascof_wide()
    del rows[6][lost]
    given.put("ascof/2024-25/final", "a.csv", rows)
    landed = given.land()
    assert landed.rules() == {"row-too-short": 3}  # numerator, denominator and outcome
    assert "104" not in {row["area_code"] for row in landed.table("ascof")}


def test_wide_ascof_a_last_number_without_its_end(given: Given) -> None:
    given.put("ascof/2024-25/final", "a.csv", g.as_csv(g.ascof_wide()[:7])[:-2])
    landed = given.land()
    assert landed.rules() == {"row-cut-off": 3}


@pytest.mark.parametrize("at", range(len(g.RESPONSE)))
@pytest.mark.parametrize("change", ["lost", "put in"])
def test_poet_a_cell_more_or_less_costs_the_response(given: Given, at: int, change: str) -> None:
    """Of whichever question, with a last cell that is blank: it would hide a cell too many."""
    rows = g.poet(*(g.response(response_id=f"r{n}", free_text="") for n in range(4)))
    if change == "lost":
        del rows[2][at]
    else:
        rows[2].insert(at, "")
    given.put("poet/2013/final", "a.csv", rows)
    landed = given.land()
    assert landed.rules() == {"row-too-short" if change == "lost" else "row-too-long": 1}
    assert len(landed.table("poet")) == 3


def test_a_number_in_quotation_marks_has_its_end(given: Given) -> None:
    text = g.as_csv([*g.in_control()[:3]]) + '102,2010-03-15,"480"'
    given.put("in_control/2009-10/final", "a.csv", text)
    landed = given.land()
    assert landed.rules() == {"line-unended": 1}
    assert len(landed.table("in_control")) == 3


def test_a_workbook_pads_its_rows(given: Given) -> None:
    rows: Table = g.in_control()
    rows[1] = [*rows[1], "", ""]
    given.put("in_control/2009-10/final", "a.xlsx", g.workbook({"in": rows}))
    assert given.land().rules() == {}


@pytest.mark.parametrize("column", [3, 4, 5])
def test_wide_ascof_has_all_three_columns_of_its_year(given: Given, column: int) -> None:
    """A heading that is misprinted must not take a column away unseen."""
    rows = g.ascof_wide()
    rows[2][column] = "2024 to 2025: misprinted"
    path = given.put("ascof/2024-25/final", "a.csv", rows)
    assert given.land().refused == {f"ascof/2024-25/final/{path.name}": "column-missing"}


def test_a_column_that_all_rows_lost_is_no_habit(given: Given) -> None:
    """The headings still have it, and what stands in the column behind it would be read."""
    rows = g.pss_ex1()
    given.pss_ex1([*rows[:4], *([*row[:2], *row[3:]] for row in rows[4:8]), *rows[8:]])
    assert given.land().rules() == {"row-too-short": 4}


def test_a_column_that_is_blank_throughout_may_be_left_out(given: Given) -> None:
    """As Excel leaves it out, but for the lines that it writes together with the headings."""
    rows = [[*row[:9], ""] for row in g.ascof()]
    rows[0][9] = g.ASCOF_HEADINGS[9]
    given.ascof([*rows[:4], *(row[:9] for row in rows[4:])])
    assert given.land().rules() == {}
