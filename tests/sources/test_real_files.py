"""The publishers' own files load whole, and give the figures that were read from them by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from given import Landed

from dagster_project import landing

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def landed(real_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Landed:
    folder = tmp_path_factory.mktemp("real")
    tree = landing.discover([real_raw])
    seen: dict[str, str] = {}
    done = [landing.land(each, folder, seen) for each in tree.publications]
    return Landed(tree, done, folder)


def ask(landed: Landed, source: str, query: str) -> list[tuple[object, ...]]:
    rows = f"read_parquet('{landed.folder}/{source}/*/*/rows.parquet')"
    return duckdb.sql(query.replace("ROWS", rows)).fetchall()


def test_nothing_is_refused_quarantined_or_flagged(landed: Landed) -> None:
    assert landed.tree.strays == ()
    assert landed.refused == {}
    assert landed.rules() == {}
    assert {path.rsplit("/", 2)[0]: file.rows_loaded for path, file in landed.files.items()} == {
        "ascof/2014-15": 68040,
        "ascof/2015-16": 51436,
        "ascof/2016-17": 83500,
        "ascof/2017-18": 68135,
        "ascof/2018-19": 75648,
        "ascof/2024-25": 2 * 168 * 3,
        "pss_ex1/2008-09": 151,
        "pss_ex1/2009-10": 153,
        "pss_ex1/2010-11": 153,
        "pss_ex1/2011-12": 153,
        "pss_ex1/2012-13": 153,
    }


def test_levels_and_types_are_one_set_over_all_years(landed: Landed) -> None:
    levels = ask(landed, "ascof", "select distinct area_level from ROWS order by 1")
    assert levels == [("council",), ("council_type",), ("england",), ("region",)]
    types = ask(landed, "ascof", "select distinct measure_type from ROWS order by 1")
    assert [name for (name,) in types] == [
        "base",
        "denominator",
        "margin_of_error",
        "numerator",
        "outcome",
    ]


@pytest.mark.parametrize(
    ("year", "codes", "outcomes"),
    [
        ("2014-15", ("1C(1A)", "1C(1B)", "1C(2A)", "1C(2B)"), (83.7, 77.4, 26.3, 66.9)),
        ("2015-16", ("1C(1A)", "1C(1B)", "1C(2A)", "1C(2B)"), (86.9, 77.7, 28.1, 67.4)),
        ("2016-17", ("1C1A", "1C1B", "1C2A", "1C2B"), (89.4, 83.1, 28.3, 74.3)),
        ("2017-18", ("1C1A", "1C1B", "1C2A", "1C2B"), (89.7, 83.4, 28.5, 74.1)),
        ("2018-19", ("1C1A", "1C1B", "1C2A", "1C2B"), (89.0, 83.3, 28.3, 73.4)),
        ("2024-25", ("3D(1a)", "3D(2a)"), (82.4, 24.5)),
    ],
)
def test_england_as_published(
    landed: Landed, year: str, codes: tuple[str, ...], outcomes: tuple[float, ...]
) -> None:
    found = ask(
        landed,
        "ascof",
        "select measure_code, round(measure_value, 1) from ROWS where area_level = 'england' "
        f"and financial_year = '{year}' and measure_type = 'outcome' "
        f"and measure_code in {codes} order by 1",
    )
    assert found == list(zip(codes, outcomes, strict=True))


@pytest.mark.parametrize(
    ("year", "item", "england", "derby", "hampshire", "manchester"),
    [
        ("2008-09", "A2.20", 67685, 300, 1290, 585),
        ("2009-10", "A4.20", 130900, 895, 1900, 3515),
        ("2010-11", "A4.20", 114090, 600, 1670, 560),
        ("2011-12", "A4.18", 108105, 955, 1380, 625),
        ("2012-13", "A4.18", 115930, 660, 1550, 585),
    ],
)
def test_direct_payments_of_pss_ex1(  # one row of the table in the files' notes
    landed: Landed, year: str, item: str, england: int, derby: int, hampshire: int, manchester: int
) -> None:
    found = ask(
        landed,
        "pss_ex1",
        "select coalesce(area_code, area_name), clients_dp, item_code, series from ROWS "
        f"where financial_year = '{year}' "
        "and (area_code in ('507', '812', '306') or area_level = 'england')",
    )
    values = {area: value for area, value, _, _ in found}
    assert values == {"England": england, "507": derby, "812": hampshire, "306": manchester}
    wide = "_and_personal_budgets" if year in ("2009-10", "2010-11") else ""
    assert {(code, series) for _, _, code, series in found} == {(item, f"direct_payments{wide}")}


def test_codes_of_2024_25_and_the_one_council_without_data(landed: Landed) -> None:
    found = ask(
        landed,
        "ascof",
        "select distinct area_code from ROWS where financial_year = '2024-25' "
        "and length(area_code) = 5 order by 1",
    )
    assert [code for (code,) in found] == ["H6X4G", "U6Q5Z", "W8X1Q", "Z9D4Z"]
    missing = ask(
        landed,
        "ascof",
        "select distinct area_name, measure_value_token, measure_value_status from ROWS "
        "where financial_year = '2024-25' and measure_value is null",
    )
    assert missing == [("Isles of Scilly", "[x]", "not_available")]


def test_missing_marks_are_kept_and_are_never_zero(landed: Landed) -> None:
    found = ask(
        landed,
        "ascof",
        "select measure_value_token, measure_value_status, count(*) from ROWS "
        "where financial_year = '2017-18' and measure_value is null group by all order by 3",
    )
    assert found == [
        ("c", "suppressed", 16),
        (":", "not_available", 394),
        ("", "blank", 17368),
    ]
