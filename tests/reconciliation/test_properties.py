"""What holds of every interval and verdict, whatever the counts.

The macros of the project and the models themselves, rendered and run on counts that hypothesis
invents.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from typing import Any

import duckdb
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rendered import build, load, load_seeds, macro

Counts = tuple[int, int, int, int]
VERDICTS = {"met", "missed", "undetermined", "no_data"}
ROUNDINGS = ("exact", "nearest_5", "nearest_5_dash")
quickly = settings(max_examples=150, deadline=None)


@cache
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    load_seeds(connection, "rounding_kinds", "evidence_classes")
    lower = macro("rate_lower_pct", "n_lower", "d_upper")
    upper = macro("rate_upper_pct", "n_upper", "d_lower")
    connection.execute(
        f"""prepare judged as
        with counts as (
            select $1::double as n_lower, $2::double as n_upper, $3::double as d_lower,
                $4::double as d_upper, $5::double as threshold
        ),
        rates as (select *, {lower} as lower_pct, {upper} as upper_pct from counts)
        select {macro("verdict", "lower_pct", "upper_pct", "threshold")}, lower_pct, upper_pct from rates"""
    )
    connection.execute(
        f"""prepare counted as
        select {macro("count_lower", "$1::double", "kind")}, {macro("count_upper", "$1::double", "kind")}
        from rounding_kinds as kind where kind.rounding = $2"""
    )
    return connection


def judged(counts: Counts, threshold: float) -> tuple[str, float | None, float | None]:
    values = ", ".join(str(value) for value in (*counts, threshold))
    found = database().execute(f"execute judged({values})").fetchone()
    assert found is not None
    return found


def counted(value: int, rounding: str) -> tuple[float, float]:
    found = database().execute(f"execute counted({value}, '{rounding}')").fetchone()
    assert found is not None
    return found


@st.composite
def intervals(draw: st.DrawFn) -> Counts:
    """Numerator and denominator, each with its ends, neither of them backwards."""
    whole = st.integers(0, 200)
    n_lower, n_upper = sorted((draw(whole), draw(whole)))
    d_lower, d_upper = sorted((draw(whole), draw(whole)))
    return n_lower, n_upper, d_lower, d_upper


# the targets, and what lies on a rate of small counts exactly
thresholds = st.sampled_from([30.0, 70.0, 100.0, 0.0, 50.0, 100 / 3, 75.0])


@quickly
@given(intervals(), thresholds, st.tuples(*[st.integers(0, 20)] * 4))
def test_widening_never_turns_undetermined_into_a_verdict(
    counts: Counts, threshold: float, by: Counts
) -> None:
    n_lower, n_upper, d_lower, d_upper = counts
    wider = (max(n_lower - by[0], 0), n_upper + by[1], max(d_lower - by[2], 0), d_upper + by[3])
    before, after = judged(counts, threshold)[0], judged(wider, threshold)[0]
    if before == "undetermined":
        assert after == "undetermined"
    if before in ("met", "missed"):
        assert after in (before, "undetermined")


@quickly
@given(intervals(), thresholds)
def test_what_is_inside_an_interval_never_contradicts_its_verdict(
    counts: Counts, threshold: float
) -> None:
    """A verdict of the interval is the verdict of every count that it stands for."""
    n_lower, n_upper, d_lower, d_upper = counts
    verdict = judged(counts, threshold)[0]
    for n in (n_lower, n_upper):
        for d in (d_lower, d_upper):
            if d > 0 and n <= d and verdict in ("met", "missed"):
                assert judged((n, n, d, d), threshold)[0] == verdict


@quickly
@given(st.integers(1, 200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 4), thresholds)
def test_raising_a_numerator_within_its_denominator_never_turns_met_into_missed(
    denominator: int, numerator: int, more: int, slack: int, threshold: float
) -> None:
    assume(numerator + more <= denominator)
    low, high = max(denominator - slack, 0), denominator + slack

    def verdict(value: int) -> str:
        counts = (max(value - slack, 0), value + slack, low, high)
        return judged(counts, threshold)[0]

    order = {"missed": 0, "undetermined": 1, "met": 2}
    assert order[verdict(numerator + more)] >= order[verdict(numerator)]


@quickly
@given(intervals(), thresholds)
def test_a_rate_has_its_limits_in_order_and_within_0_to_100(
    counts: Counts, threshold: float
) -> None:
    verdict, lower, upper = judged(counts, threshold)
    assert verdict in VERDICTS
    if lower is not None and upper is not None:
        assert 0 <= lower <= upper <= 100
    # an exact rate is decided either way
    n, _, d, _ = counts
    if d:
        assert judged((n, n, d, d), threshold)[0] in ("met", "missed")


@quickly
@given(st.integers(0, 100_000), st.sampled_from(ROUNDINGS))
def test_a_count_that_is_printed_rounded_stands_for_itself(true: int, rounding: str) -> None:
    """Round any count as its publisher would: the interval of what is printed holds it."""
    printed = true if rounding == "exact" else 5 * round(true / 5)
    # up to 5 is printed as a dash, and the dash is no count
    assume(rounding != "nearest_5_dash" or true == 0 or true > 5)
    lower, upper = counted(printed, rounding)
    assert 0 <= lower <= true <= upper


# --------------------------------------------------------------------- order of the input rows

RATE = {
    "vintage_kind": "varchar",
    "breakdown": "varchar",
    "basis_id": "varchar",
    "definition_id": "varchar",
    "person_scope": "varchar",
    "financial_year": "varchar",
    "vintage_no": "int",
    "known_from": "date",
    "known_until": "date",
    "is_current": "boolean",
    "council_id": "varchar",
    "council_name": "varchar",
    "region_code": "varchar",
    "region_name": "varchar",
    "numerator": "double",
    "numerator_upper": "double",
    "denominator": "double",
    "denominator_upper": "double",
    "rate_pct": "double",
    "rate_lower_pct": "double",
    "rate_upper_pct": "double",
    "rate_status": "varchar",
    "basis_note": "varchar",
    "weakness": "bigint",
}
TIMING = {
    "financial_year": "varchar",
    "target_id": "varchar",
    "threshold_pct": "double",
    "timing": "varchar",
}
SIZE = {
    "quantity_id": "varchar",
    "financial_year": "varchar",
    "vintage_kind": "varchar",
    "vintage_no": "int",
    "area_level": "varchar",
    "area_id": "varchar",
    "breakdown": "varchar",
    "value": "double",
}
VINTAGE = {
    "financial_year": "varchar",
    "vintage_no": "int",
    "known_from": "date",
    "known_until": "date",
    "is_current": "boolean",
}
MODELS = ("int_national_estimates", "target_attainment_vintages", "national_attainment_vintages")
Row = dict[str, Any]


@st.composite
def councils(draw: st.DrawFn) -> list[Row]:
    """Up to a dozen councils in two regions, some silent, some above 100, with their sizes."""
    rows: list[Row] = []
    for number in range(draw(st.integers(1, 12))):
        denominator = draw(st.integers(1, 50))
        numerator = draw(st.none() | st.integers(0, 60))
        status = (
            "no_data" if numerator is None else "rate" if numerator <= denominator else "above_100"
        )
        rate = None if numerator is None else 100 * numerator / denominator
        row: Row = {
            "vintage_kind": "known",
            "breakdown": "total",
            "basis_id": "ongoing_per_eligible",
            "person_scope": "users",
            "financial_year": "2012-13",
            "vintage_no": 1,
            "is_current": True,
            "council_id": f"c{number}",
            "council_name": f"c{number}",
            "region_code": draw(st.sampled_from(["N", "S"])),
            "numerator": numerator,
            "numerator_upper": numerator,
            "denominator": denominator,
            "denominator_upper": denominator,
            "rate_pct": rate,
            "rate_lower_pct": rate if status == "rate" else None,
            "rate_upper_pct": rate if status == "rate" else None,
            "rate_status": status,
            "weakness": draw(st.integers(1, 4)),
            # the size: users of community services
            "quantity_id": "users",
            "area_level": "council",
            "area_id": f"c{number}",
            "value": draw(st.integers(1, 100)),
        }
        rows.append(row | {"region_name": row["region_code"]})
    return rows


def read(table: str) -> list[Row]:
    """A table as numbers to the ninth digit: a sum depends on its order in the last ones."""
    found = database().execute(f"from {table} order by all")
    names = [column[0] for column in found.description]
    return [
        {
            name: round(value, 9) if isinstance(value, float) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in found.fetchall()
    ]


def attained(rows: Sequence[Row]) -> tuple[list[Row], Row]:
    """The two marts over these councils."""
    connection = database()
    load(connection, "int_rates", RATE, rows)
    load(connection, "int_vintages", VINTAGE, rows[:1])
    load(connection, "int_quantities", SIZE, rows)
    load_seeds(connection, "quantities")
    target = {
        "financial_year": "2012-13",
        "target_id": "T",
        "threshold_pct": 70,
        "timing": "due",
    }
    load(connection, "int_targets_by_year", TIMING, [target])
    build(connection, MODELS)
    (national,) = read("national_attainment_vintages")
    return read("target_attainment_vintages"), national


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(councils(), st.randoms(use_true_random=False))
def test_the_order_of_input_rows_changes_nothing(rows: list[Row], shuffle: random.Random) -> None:
    mixed = list(rows)
    shuffle.shuffle(mixed)
    assert attained(mixed) == attained(rows)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(councils())
def test_the_bounds_hold_whatever_the_silent_councils_did(rows: list[Row]) -> None:
    """All silent councils at 100, or all at 0: the share of all councils stays inside the bounds."""
    national = attained(rows)[1]
    for answer in (0, 1):
        filled = [
            row
            if row["rate_status"] == "rate"
            else row
            | {
                "numerator": answer * row["denominator"],
                "numerator_upper": answer * row["denominator"],
                "rate_pct": 100 * answer,
                "rate_lower_pct": 100 * answer,
                "rate_upper_pct": 100 * answer,
                "rate_status": "rate",
            }
            for row in rows
        ]
        share = attained(filled)[1]["share_met_pct"]
        assert national["share_met_lower_pct"] - 1e-9 <= share
        assert share <= national["share_met_upper_pct"] + 1e-9
