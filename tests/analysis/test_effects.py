"""The table of process effects: what is shown, what is not and why, and the adjustment."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from dagster_project.analysis import process_effects

FIGURES = ["n", "councils", "odds_ratio", "or_lower", "or_upper", "risk_ratio", "rr_lower"]
FIGURES += ["rr_upper", "risk_difference_pp", "rd_lower_pp", "rd_upper_pp", "p_value", "q_value"]

Table = list[tuple[int, int, int, int]]
"""A council a row: met and better, met and not, not met and better, not met and not."""

GOOD: Table = [(30, 10, 20, 20), (25, 5, 25, 15), (28, 12, 16, 24)]


def cells(table: Table, weakness: int = 1, **key: Any) -> pd.DataFrame:
    """The counts by council as the dbt model hands them over; a council has no row of nobody."""
    named = {"wave": 2014, "instrument": "adult_holder", "condition": "x", "domain": "y"} | key
    rows = [
        {
            **named,
            "council_id": f"c{number}",
            "condition_met": met,
            "n_valid": better + other,
            "n_better": better,
            "weakness": weakness,
        }
        for number, (a, b, c, d) in enumerate(table)
        for met, better, other in ((True, a, b), (False, c, d))
        if better + other
    ]
    return pd.DataFrame(rows)


def effects(*frames: pd.DataFrame, smallest: int = 10) -> list[dict[str, Any]]:
    return process_effects(pd.concat(frames), smallest).to_pylist()


def only(rows: list[dict[str, Any]], method: str, **key: Any) -> dict[str, Any]:
    (row,) = [
        row
        for row in rows
        if row["method"] == method and all(row[name] == value for name, value in key.items())
    ]
    return row


def test_both_methods_stand_side_by_side_with_n_and_councils() -> None:
    """83 of 110 who met it are better, 61 of 120 others: 83 x 59 / (27 x 61) = 2.973, a risk ratio of
    (83 / 110) / (61 / 120) = 1.484 and a difference of 24.62 points."""
    rows = effects(cells(GOOD))
    assert [row["method"] for row in rows] == ["logit_cluster", "mantel_haenszel"]
    found = rows[0]
    assert (found["n"], found["councils"], found["statement"]) == (230, 3, None)
    assert found["odds_ratio"] == pytest.approx(83 * 59 / (27 * 61))
    assert found["risk_ratio"] == pytest.approx(83 / 110 * 120 / 61)
    assert found["risk_difference_pp"] == pytest.approx(24.6212, abs=1e-4)
    assert found["rd_lower_pp"] < found["risk_difference_pp"] < found["rd_upper_pp"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([(9, 30, 30, 30), (0, 30, 30, 20)], "condition met, better"),
        ([(30, 5, 30, 30), (30, 4, 30, 20)], "condition met, not better"),
        ([(30, 30, 5, 30), (30, 30, 4, 20)], "condition not met, better"),
        ([(30, 30, 30, 5), (30, 30, 20, 4)], "condition not met, not better"),
    ],
)
def test_one_thin_cell_hides_every_figure_and_the_row_says_which(table: Table, said: str) -> None:
    """Nine people in one cell; with ten the figures are there."""
    for row in effects(cells(table)):
        assert [row[name] for name in FIGURES] == [None] * len(FIGURES)
        assert row["statement"] == f"no figure: too thin, fewer than 10 people in: {said}"
    enough = [tuple(n + (n < 10) for n in row) for row in table]
    assert all(row["statement"] is None and row["n"] for row in effects(cells(enough)))


def test_the_threshold_is_the_rules_and_not_the_programs() -> None:
    assert effects(cells(GOOD), smallest=27)[0]["statement"] is None
    thin = effects(cells(GOOD), smallest=28)[0]
    assert thin["odds_ratio"] is None
    assert "fewer than 28 people" in thin["statement"]


def test_several_thin_cells_are_all_named_and_no_count_is() -> None:
    said = effects(cells([(3, 40, 40, 7), (2, 40, 41, 1)]))[0]["statement"]
    assert said.endswith("in: condition met, better; condition not met, not better")
    assert re.findall(r"\d+", said) == ["10"]


def test_an_empty_cell_gives_no_odds_even_if_any_group_may_be_shown() -> None:
    """Separation: everybody who met it is better off."""
    for row in effects(cells([(30, 0, 10, 10), (20, 0, 12, 9)]), smallest=0):
        assert row["odds_ratio"] is None
        assert row["statement"].endswith("fewer than 1 people in: condition met, not better")


def test_one_council_has_no_errors_between_councils() -> None:
    for row in effects(cells([(30, 10, 20, 20)])):
        assert row["odds_ratio"] is None
        assert row["statement"].startswith("no figure: answers of one council only")


def test_councils_that_are_alike_leave_the_other_method_standing() -> None:
    rows = effects(cells([(30, 20, 20, 30), (60, 40, 40, 60)]))
    assert "alike in every council" in only(rows, "logit_cluster")["statement"]
    assert only(rows, "mantel_haenszel")["odds_ratio"] == pytest.approx(2.25)


def test_no_council_with_both_groups_leaves_the_pooled_method_standing() -> None:
    rows = effects(cells([(30, 20, 0, 0), (40, 30, 0, 0), (0, 0, 20, 30), (0, 0, 30, 28)]))
    assert only(rows, "logit_cluster")["odds_ratio"] is not None
    assert "in no council" in only(rows, "mantel_haenszel")["statement"]


def test_q_values_are_benjamini_and_hochbergs_within_wave_instrument_and_method() -> None:
    """q of the i-th smallest of m p-values is the least p_j m / j from i on; recomputed here."""
    tables: list[Table] = [
        GOOD,
        [(30, 10, 27, 13), (25, 5, 25, 9), (28, 12, 24, 16)],
        [(22, 18, 20, 20), (21, 19, 22, 18), (28, 12, 26, 14)],
        [(20, 20, 29, 11), (21, 19, 33, 10), (18, 22, 26, 14)],
        [(9, 40, 30, 30), (0, 30, 30, 20)],
    ]
    frames = [cells(table, domain=f"d{number}") for number, table in enumerate(tables)]
    other = cells(GOOD, wave=2013)
    rows = effects(*frames, other)
    for method in ("logit_cluster", "mantel_haenszel"):
        shown = [row for row in rows if row["method"] == method and row["wave"] == 2014]
        p = sorted(row["p_value"] for row in shown if row["p_value"] is not None)
        assert len(p) == 4  # the thin one is no test
        expected = {
            value: min(p[j] * 4 / (j + 1) for j in range(i, 4)) for i, value in enumerate(p)
        }
        for row in shown:
            if row["p_value"] is not None:
                assert row["q_value"] == pytest.approx(min(expected[row["p_value"]], 1))
        alone = only(rows, method, wave=2013)
        assert alone["q_value"] == alone["p_value"]


def test_every_question_has_a_row_for_each_method_and_the_weakest_evidence() -> None:
    mixed = cells(GOOD, domain="a")
    mixed.loc[0, "weakness"] = 4
    rows = effects(mixed, cells(GOOD, domain="b", instrument="carer"), cells(GOOD, condition="z"))
    assert len(rows) == 6
    assert {row["domain"]: row["weakness"] for row in rows} == {"a": 4, "b": 1, "y": 1}


def test_no_responses_give_no_rows_with_the_same_columns() -> None:
    empty = process_effects(cells(GOOD).iloc[:0], 10)
    assert empty.num_rows == 0
    assert empty.schema == process_effects(cells(GOOD), 10).schema


def test_the_order_of_the_rows_does_not_matter() -> None:
    frame = pd.concat([cells(GOOD), cells(GOOD, domain="z")])
    assert effects(frame.sample(frac=1, random_state=1)) == effects(frame)
