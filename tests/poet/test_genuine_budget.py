"""Genuine budgets: the limits worked by hand, and whether hidden parts can be worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from math import sqrt
from typing import Any

import duckdb
import pytest
from attack import Figures, Key, Recovered, Sum, attack
from hypothesis import example as case
from hypothesis import given, settings
from hypothesis import strategies as st
from released import Released
from rendered import build, load, load_seeds

SMALLEST = 10
ENGLAND = "England"
PEOPLE = 1_000_000  # more than anybody has asked: the solver wants an end
PARTS = ("direct_payment", "other", "unknown")
SHOWN_TYPES = ("all", "direct_payment", "other")
Council = Mapping[str, Figures]
"""Of each part, how many answered and how many pass."""


@cache
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    load_seeds(connection, "disclosure_rules", "genuine_budget_types")
    return connection


def counted(councils: Mapping[str, Council]) -> dict[Key, Figures]:
    """Every figure there is, by area and kind: the parts, their whole, and England."""
    cells: dict[Key, Figures] = {}
    for area, parts in councils.items():
        for part in PARTS:
            cells[area, part] = parts[part]
    for part in PARTS:
        cells[ENGLAND, part] = add(cells[area, part] for area in councils)
    for area in (*councils, ENGLAND):
        cells[area, "all"] = add(cells[area, part] for part in PARTS)
    return cells


def add(figures: Iterable[Figures]) -> Figures:
    return tuple(sum(each) for each in zip(*figures, strict=True))


def as_shown(cells: Mapping[Key, Figures]) -> dict[Key, Figures | None]:
    """The figures as the model leaves them; who does not say how a budget is managed has no row."""
    columns = {"wave": "int", "financial_year": "varchar", "area_level": "varchar"}
    columns |= {"area_id": "varchar", "budget_type": "varchar"}
    columns |= {"n_valid": "bigint", "n_passing": "bigint", "weakness": "int"}
    rows = [
        {
            "wave": 2013,
            "financial_year": "2012-13",
            "area_level": "england" if area == ENGLAND else "council",
            "area_id": area,
            "budget_type": kind,
            "n_valid": n_valid,
            "n_passing": n_passing,
            "weakness": 1,
        }
        for (area, kind), (n_valid, n_passing) in cells.items()  # type: ignore[misc]
        if kind != "unknown" and n_valid
    ]
    load(database(), "int_poet_test_count", columns, rows)
    build(database(), ["int_poet_test_shown"])
    found = database().execute(
        "select area_id, budget_type, n_valid, n_passing from int_poet_test_shown"
    )
    return published(found.fetchall())


def published(rows: Iterable[tuple[Any, ...]]) -> dict[Key, Figures | None]:
    cells: dict[Key, Figures | None] = {}
    for area, kind, n_valid, n_passing in rows:
        cells[area, kind] = None if n_valid is None else (n_valid, n_passing)
        cells.setdefault((area, "unknown"), None)
    return cells


def sums(cells: Iterable[Key]) -> list[Sum]:
    areas = list(dict.fromkeys(area for area, _ in cells))  # type: ignore[misc]
    councils = [area for area in areas if area != ENGLAND]
    return [
        *(Sum((area, "all"), [(area, part) for part in PARTS]) for area in areas),
        *(Sum((ENGLAND, kind), [(area, kind) for area in councils]) for kind in ("all", *PARTS)),
    ]


def given_away(shown: Mapping[Key, Figures | None]) -> list[Recovered]:
    """What the shown figures say of a hidden one beyond what its own whole and England say."""
    asked = [key for key, figures in shown.items() if figures is None and key[1] != "unknown"]  # type: ignore[index]
    found = solved(shown, asked)
    return [one for one in found if one.value and one not in _known_anyway(shown, one.key)]


def _known_anyway(shown: Mapping[Key, Figures | None], key: Key) -> list[Recovered]:
    """What a council's whole and England's figures say of its part, without any other council."""
    area, _ = key  # type: ignore[misc]
    alone = {
        each: figures if each == (area, "all") or each[0] == ENGLAND else None  # type: ignore[index]
        for each, figures in shown.items()
    }
    return solved(alone, [key])


def solved(shown: Mapping[Key, Figures | None], asked: list[Key]) -> list[Recovered]:
    most = {key: PEOPLE for key, figures in shown.items() if figures is None}
    return attack(shown, sums(shown), parts=1, least=0, most=most, asked=asked)


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


@settings(max_examples=40, deadline=None)
@given(tables())
# one council has a thin part, and the others none of that kind
@case(
    {
        "A": {"direct_payment": (3, 1), "other": (40, 19), "unknown": (0, 0)},
        "B": {"direct_payment": (0, 0), "other": (60, 30), "unknown": (0, 0)},
        "C": {"direct_payment": (30, 15), "other": (50, 25), "unknown": (0, 0)},
    }
)
# the part that has no row is the thin one
@case(
    {
        "A": {"direct_payment": (20, 10), "other": (20, 8), "unknown": (5, 2)},
        "B": {"direct_payment": (25, 12), "other": (25, 13), "unknown": (0, 0)},
    }
)
def test_no_hidden_part_can_be_worked_out(councils: dict[str, Council]) -> None:
    cells = counted(councils)
    shown = as_shown(cells)
    for key, figures in shown.items():
        assert figures is None or (figures == cells[key] and figures[0] >= SMALLEST)
    assert given_away(shown) == []


def test_a_hole_is_found() -> None:
    """With only the thin parts hidden, a council's whole less what is shown is what is left."""
    cells = counted(
        {
            "A": {"direct_payment": (3, 1), "other": (40, 19), "unknown": (0, 0)},
            "B": {"direct_payment": (20, 10), "other": (40, 20), "unknown": (0, 0)},
        }
    )
    leaky = {key: figures for key, figures in cells.items() if key[1] != "unknown"}  # type: ignore[index]
    leaky |= {(area, "unknown"): None for area in ("A", "B", ENGLAND)}
    leaky["A", "direct_payment"] = None
    found = {(one.key, one.figure, one.value) for one in given_away(leaky)}
    # England's 23 less the 20 of B, 11 less 10 that pass
    assert (("A", "direct_payment"), "answers", 3) in found
    assert (("A", "direct_payment"), "part 1", 1) in found
    assert given_away(as_shown(cells)) == []


def test_the_published_table_gives_nothing_away(example: Released) -> None:
    rows = example.rows("select * from marts.genuine_budget")
    hiding = 0
    for wave in sorted({row["wave"] for row in rows}):
        shown = published(
            (row["area_id"], row["budget_type"], row["n_valid"], row["n_passing"])
            for row in rows
            if row["wave"] == wave
        )
        hiding += sum(figures is None for key, figures in shown.items() if key[1] != "unknown")  # type: ignore[index]
        assert given_away(shown) == [], wave
    assert hiding > 20


def test_the_limits_of_an_implied_count_are_worked_by_hand() -> None:
    """50 of 100 pass, and of 1000 holders rounding leaves 998 to 1002.

    Wilson with z = 1.959964: (50 + z2/2 -+ z sqrt(50 x 50/100 + z2/4)) / (100 + z2), z2 = 3.841459:
    (51.920729 -+ 1.959964 x sqrt(25.960365)) / 103.841459 = (51.920729 -+ 9.986371) / 103.841459,
    which is 0.403831 and 0.596169. So 998 x 0.403831 = 403.02 and 1002 x 0.596169 = 597.36.
    """
    (row,) = implied(n_valid=100, n_passing=50, holders=(1000, 998, 1002))
    assert (row["passing_pct"], row["implied_count"]) == (50, 500)
    assert row["passing_lower_pct"] == pytest.approx(40.3831, abs=1e-4)
    assert row["passing_upper_pct"] == pytest.approx(59.6169, abs=1e-4)
    assert row["implied_lower"] == pytest.approx(403.02, abs=0.01)
    assert row["implied_upper"] == pytest.approx(597.36, abs=0.01)


def test_everybody_passing_still_leaves_a_lower_limit() -> None:
    """12 of 12: Wilson's lower limit is 12 / (12 + z2) = 12 / 15.841459 = 0.757506, its upper 1."""
    (row,) = implied(n_valid=12, n_passing=12, holders=(200, 198, 202))
    z2 = 1.959963984540054**2
    assert row["passing_lower_pct"] == pytest.approx(100 * 12 / (12 + z2), abs=1e-9)
    assert row["passing_lower_pct"] == pytest.approx(75.75, abs=0.005)
    assert row["implied_lower"] == pytest.approx(198 * 0.757506, abs=0.001)
    assert row["implied_upper"] == pytest.approx(202)


@settings(max_examples=60, deadline=None)
@given(st.integers(10, 3000), st.floats(0, 1), st.integers(0, 200_000))
def test_limits_enclose_the_count_and_are_wilsons(n: int, share: float, holders: int) -> None:
    passing = round(n * share)
    (row,) = implied(n, passing, (holders, max(holders - 2, 0), holders + 2))
    assert row["implied_lower"] - 1e-6 <= row["implied_count"] <= row["implied_upper"] + 1e-6
    # Wilson's limits are the shares p at which (passing/n - p)^2 = z^2 p (1 - p) / n
    for name in ("passing_lower_pct", "passing_upper_pct"):
        p = row[name] / 100
        distance = abs(passing / n - p)
        assert distance == pytest.approx(1.959963984540054 * sqrt(p * (1 - p) / n), abs=1e-7)


def implied(n_valid: int, n_passing: int, holders: tuple[int, int, int]) -> list[dict[str, Any]]:
    """The mart over one council with these figures, and nothing else."""
    area = {"financial_year": "2012-13", "area_level": "council", "area_id": "A"}
    texts = dict.fromkeys(area, "varchar")
    count, lower, upper = holders
    connection = database()
    load_seeds(connection, "evidence_classes")
    load(
        connection,
        "int_poet_test_shown",
        texts
        | {"wave": "int", "budget_type": "varchar", "n_valid": "bigint", "n_passing": "bigint"}
        | {"suppressed": "boolean", "weakness": "int"},
        [
            area
            | {"wave": 2013, "budget_type": "all", "n_valid": n_valid, "n_passing": n_passing}
            | {"suppressed": False, "weakness": 1}
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
