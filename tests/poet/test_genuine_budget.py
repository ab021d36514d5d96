"""Genuine budgets: the limits worked by hand, and whether hidden parts can be worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
import pytest
from disclosure_attack import Attack, Counts, Key, Sum, narrowest
from hypothesis import example as case
from hypothesis import given, settings
from hypothesis import strategies as st
from released import Released
from rendered import build, load, load_seeds

from dagster_project.paths import Warehouse

BASE, SMALLEST, NARROWEST = 5, 10, 5  # disclosure_rules.csv
ENGLAND = "England"
PARTS = ("direct_payment", "other", "unknown")
SHOWN_TYPES = ("all", "direct_payment", "other")
Council = Mapping[str, tuple[int, int]]
"""Of each part, how many answered and how many pass."""
Shown = Mapping[Key, Counts | None]
"""By area and kind: answers, those who pass, the others, all rounded; None if hidden."""


@cache
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    load_seeds(connection, "disclosure_rules", "genuine_budget_types")
    build(connection, ["int_disclosure_limits"])
    return connection


def counted(councils: Mapping[str, Council]) -> dict[tuple[str, str], tuple[int, int]]:
    """Every figure there is, by area and kind: the parts, their whole, and England."""
    cells = {(area, part): parts[part] for area, parts in councils.items() for part in PARTS}
    for part in PARTS:
        cells[ENGLAND, part] = add(cells[area, part] for area in councils)
    for area in (*councils, ENGLAND):
        cells[area, "all"] = add(cells[area, part] for part in PARTS)
    return cells


def add(figures: Iterable[tuple[int, int]]) -> tuple[int, int]:
    answers, passing = zip(*figures, strict=True)
    return sum(answers), sum(passing)


def as_shown(cells: Mapping[tuple[str, str], tuple[int, int]], key: str) -> Shown:
    """The figures as the models leave them, rounded by a key."""
    connection = database()
    wave = {"wave": 2013, "instrument": "adult_holder", "weakness": 1}
    columns = {"wave": "int", "financial_year": "varchar", "area_level": "varchar"}
    columns |= {"area_id": "varchar", "budget_type": "varchar"}
    columns |= {"n_valid": "bigint", "n_passing": "bigint", "weakness": "int"}
    rows = [
        {
            **wave,
            "financial_year": "2012-13",
            "area_level": "england" if area == ENGLAND else "council",
            "area_id": area,
            "budget_type": kind,
            "n_valid": n_valid,
            "n_passing": n_passing,
        }
        for (area, kind), (n_valid, n_passing) in cells.items()
        if kind != "unknown" and n_valid
    ]
    load(connection, "int_poet_test_count", columns, rows)
    keys = [{"wave": 2013, "rounding_key": key}]
    load(connection, "int_poet_rounding_key", {"wave": "int", "rounding_key": "varchar"}, keys)
    responses = [
        {**wave, "council_id": area, "counted_by": "person", "n_responses": cells[area, "all"][0]}
        for area, kind in cells
        if kind == "all" and area != ENGLAND
    ]
    columns = dict.fromkeys(("instrument", "council_id", "counted_by"), "varchar")
    load(
        connection, "int_poet_tally", columns | {"wave": "int", "n_responses": "bigint"}, responses
    )
    columns = dict.fromkeys(("instrument", "domain", "group_type", "group_value"), "varchar")
    load(connection, "int_poet_count", columns | {"wave": "int", "n_valid": "bigint"}, [])
    build(connection, ["int_poet_council_shown", "int_poet_test_suppressed"])
    return shown_rows(connection, "int_poet_test_suppressed")


def shown_rows(connection: duckdb.DuckDBPyConnection, table: str, wave: int = 2013) -> Shown:
    rows = connection.execute(
        f"select area_id, budget_type, n_valid, n_passing from {table} where wave = ?", [wave]
    ).fetchall()
    return {
        (area, kind): None if n is None else (n, passing, n - passing)
        for area, kind, n, passing in rows
    }


def attacked(shown: Shown) -> Attack:
    """Councils against England, and of each area its parts and those of no known kind."""
    areas = dict.fromkeys(area for area, _ in shown)  # type: ignore[misc]
    councils = [area for area in areas if area != ENGLAND]
    cells = {**shown, **{(area, "unknown"): None for area in areas}}
    sums = [
        Sum((ENGLAND, kind), [(area, kind) for area in councils])
        for kind in (*SHOWN_TYPES, "unknown")
    ]
    sums += [Sum((area, "all"), [(area, part) for part in PARTS]) for area in areas]
    return Attack(cells, sums, parts=2, base=BASE)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Council]:
    """Councils of which many have a thin part, often with everybody or nobody passing."""
    councils = {}
    for name in "ABCDEF"[: draw(st.integers(1, 6))]:
        parts = {}
        for part in PARTS:
            answers = draw(st.one_of(st.integers(0, 12), st.integers(0, 50)))
            passing = draw(st.one_of(st.sampled_from([0, answers]), st.integers(0, answers)))
            parts[part] = (answers, passing)
        if any(answers for answers, _ in parts.values()):
            councils[name] = parts
    return councils or {"A": {"direct_payment": (3, 1), "other": (0, 0), "unknown": (0, 0)}}


@settings(max_examples=12, deadline=None)
@given(tables(), st.text("ab", max_size=3))
# one council has a thin part, and the others none of that kind
@case(
    {
        "A": {"direct_payment": (3, 1), "other": (40, 19), "unknown": (0, 0)},
        "B": {"direct_payment": (0, 0), "other": (60, 30), "unknown": (0, 0)},
        "C": {"direct_payment": (30, 15), "other": (50, 25), "unknown": (0, 0)},
    },
    "",
)
# the part that has no row is the thin one
@case(
    {
        "A": {"direct_payment": (20, 10), "other": (20, 8), "unknown": (5, 2)},
        "B": {"direct_payment": (25, 12), "other": (25, 13), "unknown": (0, 0)},
    },
    "",
)
def test_no_hidden_part_can_be_worked_out(councils: dict[str, Council], key: str) -> None:
    cells = counted(councils)
    shown = as_shown(cells, key)
    attack = attacked(shown)
    for cell, rounded in shown.items():
        assert rounded is None or cells[cell][0] >= SMALLEST
        if rounded is None:
            found = attack.ranges(cell)
            assert narrowest(found) >= NARROWEST, (cell, found)
            answers, passing = cells[cell]
            for (low, high), n in zip(found, (answers, passing, answers - passing), strict=True):
                assert low <= n <= high


def test_the_published_table_gives_nothing_away(example: Released) -> None:
    waves = [row["wave"] for row in example.rows("select distinct wave from marts.genuine_budget")]
    hidden = 0
    for wave in waves:
        with duckdb.connect(Warehouse.at(example.warehouse).build_db, read_only=True) as connection:
            shown = shown_rows(connection, "intermediate.int_poet_test_suppressed", wave)
        attack = attacked(shown)
        # all hidden councils of one kind of budget are alike to who attacks them
        cells = sorted((kind, area) for (area, kind), rounded in shown.items() if rounded is None)
        for kind, areas in groupby(cells, key=itemgetter(0)):
            for _, area in list(areas)[:3]:
                found = attack.ranges((area, kind))
                assert narrowest(found) >= NARROWEST, (wave, area, kind, found)
        hidden += len(cells)
    assert hidden > 20


def test_the_limits_of_an_implied_count_are_worked_by_hand() -> None:
    """50 of 100 pass, and of 1000 holders rounding leaves 998 to 1002.

    Wilson with z = 1.959964: (50 + z2/2 -+ z sqrt(50 x 50/100 + z2/4)) / (100 + z2), z2 = 3.841459:
    (51.920729 -+ 1.959964 x sqrt(25.960365)) / 103.841459 = (51.920729 -+ 9.986371) / 103.841459,
    which is 0.403831 and 0.596169, shown as 40% and 60%: 998 x 0.40 = 399.2, 1002 x 0.60 = 601.2.
    """
    (row,) = implied(n_valid=100, n_passing=50, holders=(1000, 998, 1002))
    assert (row["passing_pct"], row["implied_count"]) == (50, 500)
    assert (row["passing_lower_pct"], row["passing_upper_pct"]) == (40, 60)
    assert row["implied_lower"] == pytest.approx(399.2)
    assert row["implied_upper"] == pytest.approx(601.2)


def test_everybody_passing_still_leaves_a_lower_limit() -> None:
    """15 of 15: Wilson's lower limit is 15 / (15 + z2) = 15 / 18.841459 = 0.796117, its upper 1."""
    (row,) = implied(n_valid=15, n_passing=15, holders=(200, 198, 202))
    assert (row["passing_lower_pct"], row["passing_pct"], row["passing_upper_pct"]) == (
        80,
        100,
        100,
    )
    assert row["implied_lower"] == pytest.approx(198 * 0.80)
    assert row["implied_upper"] == pytest.approx(202)


@settings(max_examples=60, deadline=None)
@given(st.integers(10, 3000), st.floats(0, 1), st.integers(0, 200_000))
def test_limits_enclose_the_count_and_are_in_whole_points(
    n: int, share: float, holders: int
) -> None:
    (row,) = implied(n, round(n * share), (holders, max(holders - 2, 0), holders + 2))
    assert row["implied_lower"] - 1e-6 <= row["implied_count"] <= row["implied_upper"] + 1e-6
    for name in ("passing_lower_pct", "passing_pct", "passing_upper_pct"):
        assert row[name] == round(row[name])


def implied(n_valid: int, n_passing: int, holders: tuple[int, int, int]) -> list[dict[str, Any]]:
    """The mart over one council with these figures, and nothing else."""
    area = {"financial_year": "2012-13", "area_level": "council", "area_id": "A"}
    texts = dict.fromkeys(area, "varchar")
    count, lower, upper = holders
    connection = database()
    load_seeds(connection, "evidence_classes")
    load(
        connection,
        "int_poet_test_suppressed",
        texts
        | {"wave": "int", "budget_type": "varchar", "n_valid": "bigint", "n_passing": "bigint"}
        | {"suppressed": "boolean", "parts_printed": "boolean", "weakness": "int"},
        [
            area
            | {"wave": 2013, "budget_type": "all", "n_valid": n_valid, "n_passing": n_passing}
            | {"suppressed": False, "parts_printed": True, "weakness": 1}
        ],
    )
    load(
        connection,
        "int_budget_holders",
        texts
        | {"budget_type": "varchar", "holders": "double", "holders_lower": "double"}
        | {"holders_upper": "double", "contradicts": "boolean", "weakness": "int"},
        [
            area
            | {"budget_type": "all", "holders": count, "holders_lower": lower}
            | {"holders_upper": upper, "contradicts": False, "weakness": 1}
        ],
    )
    in_control = {"pb_holders": "double", "as_of": "date", "councils": "int", "weakness": "int"}
    load(connection, "int_in_control_latest", texts | in_control, [])
    adass = {"estimate": "double", "figure_id": "varchar", "councils": "int", "weakness": "int"}
    load(connection, "int_adass_budget_holders", texts | adass, [])
    build(connection, ["genuine_budget"])
    found = connection.execute("from genuine_budget")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
