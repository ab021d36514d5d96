"""Whatever stands in a file, landing gives an outcome: it never raises, and it loses no row."""

from __future__ import annotations

from collections.abc import Callable

import given as g
import pytest
from given import Given, Table
from hypothesis import HealthCheck, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from dagster_project.landing.file_rules import FILE_RULES

ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
LIKELY = st.sampled_from(
    [
        "",
        "0",
        "-",
        "102",
        "1e9",
        "999999999999999999999",
        "2013-02-30",
        "9999-12-31",
        "0001-01-01",
        "final",
        "England",
        "'; drop",
        "=1/0",
        "{x}",
        "{measure_code}",
        "%s",
        "٣",
        "inf",
        "nan",
        "None",
    ]
)
TABLES: dict[str, tuple[str, Callable[[], Table]]] = {
    "ccs": ("ccs/2012-13/final", g.ccs),
    "ascof": ("ascof/2015-16/final", g.ascof),
    "wide": ("ascof/2024-25/final", g.ascof_wide),
    "pss_ex1": ("pss_ex1/2012-13/final", g.pss_ex1),
    "adass": (
        "adass/2012-13/final",
        lambda: g.adass_csv(g.adass_return(), g.adass_return(status="draft")),
    ),
    "in_control": ("in_control/2009-10/final", g.in_control),
    "poet": (
        "poet/2013/final",
        lambda: g.poet(g.response(), g.response(response_id="r2", out_dignity="")),
    ),
    "published": (
        "published/all/register",
        lambda: g.register(g.figure(), g.figure(figure_id="other")),
    ),
}


def lands(given: Given) -> None:
    landed = given.land()
    for file in landed.files.values():
        assert file.rows_read == file.rows_loaded + file.rows_quarantined
        if file.refused:
            assert file.rule_id in FILE_RULES
            assert file.rows_read == 0
        else:
            source = file.source or ""
            assert file.rows_loaded == len(landed.table(source))
            assert file.rows_quarantined == len(landed.table(source, "quarantine"))
            assert file.cells_flagged == len(landed.table(source, "flags"))


@pytest.mark.parametrize("name", TABLES)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@hypothesis_given(data=st.data())
def test_any_text_in_any_cells(given: Given, name: str, data: st.DataObject) -> None:
    place, make = TABLES[name]
    table = [list(row) for row in make()]
    for _ in range(data.draw(st.integers(1, 6))):
        row = data.draw(st.integers(0, len(table) - 1))
        if table[row]:
            column = data.draw(st.integers(0, len(table[row]) - 1))
            table[row][column] = data.draw(st.one_of(LIKELY, ANY_TEXT))
    given.put(place, "any.csv", table)
    lands(given)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@hypothesis_given(data=st.data())
def test_any_answer_in_a_return(given: Given, data: st.DataObject) -> None:
    rows = g.return_rows(g.adass_return())
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.integers(0, len(rows) - 1))
        if rows[row]:
            column = data.draw(st.integers(0, len(rows[row]) - 1))
            rows[row][column] = data.draw(
                st.one_of(LIKELY, ANY_TEXT, st.floats(-1e6, 1e6), st.booleans())
            )
    given.put("adass/2012-13/final", "any.xlsx", g.workbook({"Return": rows}))
    lands(given)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@hypothesis_given(
    st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(b"PK\x03\x04".__add__))
)
def test_any_bytes(given: Given, data: bytes) -> None:
    given.put("ccs/2012-13/final", "any.csv", data)
    lands(given)
    assert given.land().refused


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@hypothesis_given(st.integers(0, 5000), st.integers(1, 64))
def test_a_damaged_workbook(given: Given, at: int, length: int) -> None:
    data = bytearray(g.adass_workbook(g.adass_return()))
    at %= len(data)
    data[at : at + length] = b"\x00" * length
    given.put("adass/2012-13/final", "any.xlsx", bytes(data))
    lands(given)
