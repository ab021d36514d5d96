"""The table of process effects: what is shown, what is not and why, and the adjustment."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pandas as pd
import pytest

from dagster_project.analysis import DisclosureRules, process_effects

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


EXACT = DisclosureRules(10, 1, 2, 12, 1e-9, 1e-12)
"""Figures nearly as they are computed: what is tested is which there are, and their arithmetic."""
PUBLISHED = DisclosureRules(10, 5, 5, 2, 1, 0.01)
"""As disclosure_rules.csv has it."""


def effects(
    *frames: pd.DataFrame,
    rules: DisclosureRules = EXACT,
    hidden: tuple[str, ...] = (),
    key: str = "key",
) -> list[dict[str, Any]]:
    counts = pd.concat(frames)
    councils = counts[["wave", "instrument", "council_id"]].drop_duplicates()
    councils = councils.assign(is_shown=~councils["council_id"].isin(hidden))
    keys = pd.DataFrame({"wave": [2013, 2014], "rounding_key": [key, key]})
    return process_effects(counts, councils, keys, rules).to_pylist()


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
        assert row["statement"].startswith("no figure: too thin, fewer than 10 people")
        assert row["statement"].endswith(f" in: {said}")
    enough = [tuple(n + (n < 10) for n in row) for row in table]
    assert all(row["statement"] is None and row["n"] for row in effects(cells(enough)))


def test_the_threshold_is_the_rules_and_not_the_programs() -> None:
    assert effects(cells(GOOD), rules=replace(EXACT, smallest_group=27))[0]["statement"] is None
    thin = effects(cells(GOOD), rules=replace(EXACT, smallest_group=28))[0]
    assert thin["odds_ratio"] is None
    assert "fewer than 28 people" in thin["statement"]


def test_several_thin_cells_are_all_named_and_no_count_is() -> None:
    said = effects(cells([(3, 40, 40, 7), (2, 40, 41, 1)]))[0]["statement"]
    assert said.endswith("in: condition met, better; condition not met, not better")
    assert re.findall(r"\d+", said) == ["10"]


def test_an_empty_cell_gives_no_odds_even_if_any_group_may_be_shown() -> None:
    """Separation: everybody who met it is better off."""
    for row in effects(
        cells([(30, 0, 10, 10), (20, 0, 12, 9)]), rules=replace(EXACT, smallest_group=0)
    ):
        assert row["odds_ratio"] is None
        assert row["statement"].endswith(" in: condition met, not better")


def test_one_council_has_no_errors_between_councils() -> None:
    for row in effects(cells([(30, 10, 20, 20)])):
        assert row["odds_ratio"] is None
        assert row["statement"].startswith("no figure: in fewer than 2 of the councils shown")


def test_councils_that_are_alike_leave_the_other_method_standing() -> None:
    rows = effects(cells([(30, 20, 20, 30), (60, 40, 40, 60)]))
    assert "alike in every council" in only(rows, "logit_cluster")["statement"]
    assert only(rows, "mantel_haenszel")["odds_ratio"] == pytest.approx(2.25)


def test_councils_without_both_groups_compare_nothing() -> None:
    for row in effects(cells([(30, 20, 0, 0), (40, 30, 0, 0), (0, 0, 20, 30), (0, 0, 30, 28)])):
        assert row["odds_ratio"] is None
        assert "did some people meet the condition and others not" in row["statement"]


MANY: Table = [
    (12, 4, 8, 9),
    (10, 5, 7, 7),
    (14, 3, 9, 6),
    (11, 6, 6, 8),
    (9, 4, 8, 5),
    (13, 2, 5, 7),
]


def test_a_hidden_council_is_in_no_figure() -> None:
    """Whatever its four people said, every figure is the same: they are in none."""
    rows = [
        effects(cells([*MANY, small]), rules=PUBLISHED, hidden=("c6",))
        for small in [(4, 0, 0, 0), (0, 4, 0, 0), (1, 1, 1, 1), (0, 0, 1, 3)]
    ]
    assert rows[0][0]["councils"] == 6
    assert all(each == rows[0] for each in rows)
    assert rows[0] == effects(cells(MANY), rules=PUBLISHED)


def test_fewer_councils_than_the_rule_asks_give_no_figure_by_either_method() -> None:
    assert all(row["odds_ratio"] is not None for row in effects(cells(MANY[:5]), rules=PUBLISHED))
    for row in effects(cells(MANY), rules=PUBLISHED, hidden=("c4", "c5")):
        assert row["odds_ratio"] is None
        assert "in fewer than 5 of the councils shown" in row["statement"]


def test_both_methods_are_over_the_same_people() -> None:
    """Also where everybody met the condition in one council, which says nothing within councils."""
    clustered, stratified = effects(cells([*MANY, (20, 9, 0, 0)]), rules=PUBLISHED)
    assert (clustered["n"], clustered["councils"]) == (stratified["n"], stratified["councils"])
    assert clustered["councils"] == 7


def test_figures_are_rounded_and_limits_no_finer() -> None:
    """Two significant digits of the ratio, whole points; each to the one below or above by the key."""
    exact = effects(cells(MANY))
    seen = set()
    for key in "abcdefgh":
        for row, true in zip(effects(cells(MANY), rules=PUBLISHED, key=key), exact, strict=True):
            seen.add(row["odds_ratio"])
            assert row["n"] % 5 == 0
            assert abs(row["n"] - true["n"]) < 5
            for names, unit in (
                (("odds_ratio", "or_lower", "or_upper"), 0.1),
                (("risk_ratio", "rr_lower", "rr_upper"), 0.1),
                (("risk_difference_pp", "rd_lower_pp", "rd_upper_pp"), 1),
                (("q_value",), 0.01),
            ):
                for name in names:
                    assert row[name] == pytest.approx(round(row[name] / unit) * unit)
                    assert abs(row[name] - true[name]) < unit + 1e-6, name
    assert len(seen) > 1


def test_the_pooled_table_cannot_be_solved_for() -> None:
    """Every table of whole numbers that the printed figures of a small wave allow, counted.

    The wave has six councils of some 30 people. Over all tables whose total, odds ratio, risk ratio
    and difference round to what is printed, each cell takes more values than a hidden one must.
    """
    (row, _) = effects(cells(MANY), rules=PUBLISHED)
    spread: list[set[int]] = [set(), set(), set(), set()]
    for a, b, c in product(range(45, 95), range(10, 45), range(25, 65)):
        for n in range(row["n"] - 4, row["n"] + 5):
            d = n - a - b - c
            if d <= 0:
                continue
            share, other = a / (a + b), c / (c + d)
            if (
                abs(a * d / (b * c) - row["odds_ratio"]) < 0.1
                and abs(share / other - row["risk_ratio"]) < 0.1
                and abs(100 * (share - other) - row["risk_difference_pp"]) < 1
            ):
                for values, cell in zip(spread, (a, b, c, d), strict=True):
                    values.add(cell)
    truth = [sum(column) for column in zip(*MANY, strict=True)]
    for values, cell in zip(spread, truth, strict=True):
        assert cell in values
        assert max(values) - min(values) + 1 >= 10


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
        assert alone["q_value"] == pytest.approx(alone["p_value"])


def test_every_question_has_a_row_for_each_method_and_the_weakest_evidence() -> None:
    mixed = cells(GOOD, domain="a")
    mixed.loc[0, "weakness"] = 4
    rows = effects(mixed, cells(GOOD, domain="b", instrument="carer"), cells(GOOD, condition="z"))
    assert len(rows) == 6
    assert {row["domain"]: row["weakness"] for row in rows} == {"a": 4, "b": 1, "y": 1}


def test_no_responses_give_no_rows_with_the_same_columns() -> None:
    councils = pd.DataFrame({"wave": [2014], "instrument": ["x"], "council_id": ["c"]})
    councils = councils.assign(is_shown=True)
    keys = pd.DataFrame({"wave": [2014], "rounding_key": ["key"]})
    empty = process_effects(cells(GOOD).iloc[:0], councils, keys, EXACT)
    assert empty.num_rows == 0
    assert empty.schema == process_effects(cells(GOOD), councils, keys, EXACT).schema


def test_the_order_of_the_rows_does_not_matter() -> None:
    frame = pd.concat([cells(GOOD), cells(GOOD, domain="z")])
    assert effects(frame.sample(frac=1, random_state=1)) == effects(frame)
