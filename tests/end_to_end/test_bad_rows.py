"""A bad row of every kind, many to one refresh: the refresh publishes, and each is accounted for."""

from __future__ import annotations

from pathlib import Path

import badrows
import pytest
from given import Given
from once import once
from released import Released, read, refresh


def _make(folder: Path) -> None:
    given = Given(folder)
    count = badrows.write(given)
    (folder / "count").write_text(str(count), "ascii")
    refresh(folder, [given.raw])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "bad rows", _make)


@pytest.fixture(scope="module")
def published(folder: Path) -> Released:
    return read(folder)


def test_a_bad_row_of_every_kind_stops_nothing(folder: Path, published: Released) -> None:
    assert int((folder / "count").read_text("ascii")) > 1_800
    [release] = published.rows("from quality.refresh_run")
    assert release["release_id"]


def test_every_row_is_loaded_or_quarantined(published: Released) -> None:
    assert (
        published.rows("from quality.source_file where rows_read <> rows_loaded + rows_quarantined")
        == []
    )
    [total] = published.rows(
        "select sum(rows_quarantined) as bad, sum(rows_loaded) as good from quality.source_file"
    )
    assert total["bad"] > 500
    assert total["good"] > 500


def test_each_quarantined_row_says_where_it_is_and_what_to_do(published: Released) -> None:
    assert (
        published.rows(
            """
        from quality.quarantined_row
        where coalesce(trim(source_file), '') = '' or coalesce(trim(source_locator), '') = ''
            or coalesce(trim(message), '') = '' or coalesce(trim(remedy), '') = ''
        """
        )
        == []
    )


def test_no_count_is_negative_and_no_bound_above_its_other(published: Released) -> None:
    for table in ("fct_component", "fct_observation"):
        assert (
            published.rows(
                f"from marts.{table} where value_lower > value_upper or (unit_is_people and value < 0)".replace(
                    "unit_is_people", "true" if table == "fct_component" else "unit <> 'percent'"
                )
            )
            == []
        )


def test_a_cell_that_the_rounding_cannot_print_costs_no_other(published: Released) -> None:
    """A printed 3 for users on self-directed support: that cell has no value, its neighbours do."""
    rows = published.rows(
        """
        select area_id, statistic, value, status_code from marts.fct_observation
        where source = 'ccs' and (financial_year, area_id) in (
            select (financial_year, area_code) from quality.flagged_value
            where rule_id = 'count-not-of-rounding' and token = '3' and field = 'users_sds'
        )
        """
    )
    values = {row["statistic"]: (row["value"], row["status_code"]) for row in rows}
    assert values == {
        "users": (9500, None),
        "users_sds": (None, "unreadable"),
        "users_dp": (800, None),
        "carers": (2000, None),
        "carers_sds": (1100, None),
        "carers_dp": (900, None),
    }


def test_more_taken_away_than_there_is_is_not_known(published: Released) -> None:
    """288 one-off budgets of which 323 are the carers': no count of users with any budget."""
    [council] = published.rows(
        "select area_code from quality.flagged_value where rule_id = 'part-above-total' "
        "and token = '323' and financial_year = '2012-13'"
    )
    code = council["area_code"]
    components = published.rows(
        "select value, value_lower, value_upper from marts.fct_component where council_id = ? "
        "and financial_year = '2012-13' and component = 'one_off' and person_scope = 'users'",
        code,
    )
    assert [list(row.values()) for row in components] == [[None, None, None]]
    rates = published.rows(
        "select distinct rate_pct, rate_lower_pct, verdict from marts.target_attainment "
        "where council_id = ? and financial_year = '2012-13' and basis_id = 'any_per_eligible'",
        code,
    )
    assert [list(row.values()) for row in rates] == [[None, None, "no_data"]]


def test_regions_and_councils_are_known_by_their_ons_codes(published: Released) -> None:
    """`Y&H` with E12000003 is Yorkshire and The Humber; 100 with E06000062 West Northamptonshire."""
    areas = published.rows(
        "select distinct area_id from marts.fct_observation where source = 'ascof' "
        "and area_level = 'region' and financial_year = '2016-17' and statistic = 'numerator'"
    )
    assert [row["area_id"] for row in areas] == [
        "YH"
    ]  # the North East is given thrice, and differs
    west = published.rows(
        "select value from marts.fct_observation where source = 'ascof' "
        "and area_id = 'U6Q5Z' and financial_year = '2024-25' and statistic = 'numerator'"
    )
    assert [row["value"] for row in west] == [501]
