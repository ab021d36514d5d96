"""POET's outcomes: shares and limits worked by hand, from counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pytest
from rendered import build, load, load_seeds

COUNTS = {
    **dict.fromkeys(("instrument", "domain", "group_type", "group_value"), "varchar"),
    **dict.fromkeys(("wave", "n_valid", "n_better", "n_worse", "weakness"), "bigint"),
    "groups_overlap": "boolean",
}


def shown(n_valid: int, n_better: int, n_worse: int) -> Mapping[str, Any]:
    """The published row of one group."""
    counts = {"wave": 2014, "instrument": "adult_holder", "domain": "dignity"}
    counts |= {"group_type": "council", "group_value": "102", "groups_overlap": False}
    counts |= {"n_valid": n_valid, "n_better": n_better, "n_worse": n_worse, "weakness": 2}
    with duckdb.connect() as connection:
        load_seeds(connection, "poet_waves", "poet_items", "disclosure_rules", "evidence_classes")
        load(connection, "int_poet_count", COUNTS, [counts])
        build(connection, ["poet_outcome"])
        return connection.table("poet_outcome").fetchdf().to_dict("records")[0]


def test_shares_and_limits_worked_by_hand() -> None:
    # z = 1.959964, z2 = 3.841459; centre (12 + 1.920729) / 23.841459 = 0.583888; half-width
    # 1.959964 * sqrt(12 * 8 / 20 + 0.960365) / 23.841459 = 1.959964 * 2.400076 / 23.841459 = 0.197306
    row = shown(20, 12, 5)
    assert (row["n_valid"], row["n_better"], row["n_worse"]) == (20, 12, 5)
    assert row["better_pct"] == 60
    assert row["worse_pct"] == 25
    assert row["better_lower_pct"] == pytest.approx(38.6582, abs=1e-4)
    assert row["better_upper_pct"] == pytest.approx(78.1194, abs=1e-4)


@pytest.mark.parametrize(
    ("better", "answers", "lower", "upper"),
    [(91, 126, 63.83, 79.30), (12, 12, 75.75, 100.0)],
)
def test_limits_of_the_known_cases(better: int, answers: int, lower: float, upper: float) -> None:
    row = shown(answers, better, 0)
    assert row["better_lower_pct"] == pytest.approx(lower, abs=0.01)
    assert row["better_upper_pct"] == pytest.approx(upper, abs=0.01)


def test_the_smallest_group_shown_is_the_seeds() -> None:
    # ten by default: issue and contract
    assert not shown(10, 4, 2)["suppressed"]
    assert shown(9, 4, 2)["suppressed"]
