"""Rank correlation across councils against R's figures and counting by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import yaml
from rendered import DBT
from scipy.stats import norm

from dagster_project.analysis import rank_correlations
from dagster_project.analysis.limits import LEVEL


def correlate(x: list[float], y: list[float], fewest: int = 5, **more: Any) -> dict[str, Any]:
    frame = pd.DataFrame({"key": "k", "x": x, "y": y, "weakness": 1} | more)
    (row,) = rank_correlations(frame, ["key"], "x", "y", fewest).to_pylist()
    return row


def test_coefficient_and_limits_as_r_has_them() -> None:
    """R, package statpsych, example of ci.spear (Bonett and Wright, 2000), ties among the councils:
    0.8699639, limits 0.5840951 to 0.9638297."""
    y = [21, 4, 9, 12, 35, 18, 10, 22, 24, 1, 6, 8, 13, 16, 19]
    x = [67, 28, 30, 28, 52, 40, 25, 37, 44, 10, 14, 20, 28, 40, 51]
    row = correlate([float(value) for value in x], [float(value) for value in y])
    assert row["councils"] == 15
    assert row["rank_correlation"] == pytest.approx(0.8699639, abs=5e-8)
    assert [row["lower"], row["upper"]] == pytest.approx([0.5840951, 0.9638297], abs=5e-8)
    assert row["statement"] is None


def test_coefficient_by_hand() -> None:
    """Ranks 1 2 3 4 5 against 2 1 4 3 5: squared differences 1 + 1 + 1 + 1 + 0, so 1 - 6 x 4 / (5 x
    24) = 0.8. That 50 lies far off the line does not matter."""
    row = correlate([10, 20, 30, 40, 50], [61, 60, 65, 64, 99])
    assert row["rank_correlation"] == pytest.approx(0.8)
    assert row["lower"] < 0 < row["upper"]


def test_too_few_councils_give_no_figure() -> None:
    row = correlate([1, 2, 3, 4], [1, 3, 2, 4])
    assert row["councils"] == 4
    assert [row["rank_correlation"], row["lower"], row["upper"]] == [None, None, None]
    assert row["statement"] == "no figure: fewer than 5 councils have both figures"


@pytest.mark.parametrize(
    ("x", "y"), [([7.0] * 6, [1, 2, 3, 4, 5, 6]), ([1, 2, 3, 4, 5, 6], [7.0] * 6)]
)
def test_a_figure_that_is_the_same_everywhere_has_no_order(x: list[float], y: list[float]) -> None:
    row = correlate(x, y)
    assert row["rank_correlation"] is None
    assert row["statement"] == "no figure: one of the two is the same in every council"


def test_perfect_order_has_no_limits() -> None:
    row = correlate([1, 2, 3, 4, 5, 6], [9, 8, 7, 6, 5, 4])
    assert row["rank_correlation"] == pytest.approx(-1)
    assert [row["lower"], row["upper"]] == [None, None]
    assert row["statement"].startswith("no limits")


def test_every_key_apart_with_its_weakest_evidence_and_null_as_a_key() -> None:
    x = [1.0, 2, 3, 4, 5]
    frame = pd.DataFrame(
        {
            "key": ["a"] * 5 + [None] * 5,
            "x": x + x,
            "y": [1.0, 2, 3, 5, 4, 4.0, 5, 3, 2, 1],
            "weakness": [1, 1, 3, 1, 1] + [2] * 5,
        }
    )
    rows = rank_correlations(frame, ["key"], "x", "y", 5).to_pylist()
    assert [(row["key"], row["weakness"]) for row in rows] == [("a", 3), (None, 2)]
    assert [row["rank_correlation"] for row in rows] == pytest.approx([0.9, -0.9])


def test_limits_are_of_the_level_that_sql_uses() -> None:
    project = yaml.safe_load((DBT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert norm.ppf((1 + LEVEL) / 2) == pytest.approx(project["vars"]["limits_z"], rel=1e-14)


def test_no_pairs_give_no_rows_with_the_same_columns() -> None:
    frame = pd.DataFrame({"key": ["k"] * 5, "x": [1.0] * 5, "y": [1.0] * 5, "weakness": 1})
    empty = rank_correlations(frame.iloc[:0], ["key"], "x", "y", 5)
    assert empty.num_rows == 0
    assert empty.schema == rank_correlations(frame, ["key"], "x", "y", 5).schema
