"""POET's outcomes: shares and limits worked by hand, from rounded counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pytest
from rendered import build, load, load_seeds

COUNTS = {
    **dict.fromkeys(("instrument", "domain", "group_type", "group_value"), "varchar"),
    **dict.fromkeys(("wave", "n_valid", "n_better", "n_worse", "weakness"), "bigint"),
    **dict.fromkeys(("suppressed", "parts_printed"), "boolean"),
}


def shown(n_valid: int, n_better: int, n_worse: int) -> Mapping[str, Any]:
    """The published row of a group that has these rounded counts."""
    counts = {"wave": 2014, "instrument": "adult_holder", "domain": "dignity"}
    counts |= {"group_type": "council", "group_value": "102", "weakness": 2}
    counts |= {"n_valid": n_valid, "n_better": n_better, "n_worse": n_worse}
    counts |= {"suppressed": False, "parts_printed": True}
    with duckdb.connect() as connection:
        load_seeds(connection, "poet_waves", "poet_items", "disclosure_rules", "evidence_classes")
        load(connection, "int_poet_outcome_shown", COUNTS, [counts])
        build(connection, ["int_disclosure_limits", "poet_outcome"])
        return connection.table("poet_outcome").fetchdf().to_dict("records")[0]


@pytest.mark.parametrize(
    ("better", "answers", "lower", "upper"),
    [
        # z = 1.959964, z2 = 3.841459; centre (12 + 1.920729) / 23.841459 = 58.39%; half-width
        # 1.959964 * sqrt(12 * 8 / 20 + 0.960365) / 23.841459 = 19.73%
        (12, 20, 39, 78),
        (91, 126, 64, 79),  # 63.83 and 79.30
        (12, 12, 76, 100),  # 75.75
    ],
)
def test_limits_of_the_known_cases(better: int, answers: int, lower: int, upper: int) -> None:
    row = shown(answers, better, 0)
    assert (row["better_lower_pct"], row["better_upper_pct"]) == (lower, upper)


def test_shares_are_in_whole_points() -> None:
    """85 of 125 is exactly 68%; 85 of 130 is 65.4%, and 15 of 200, 7.5%, goes up."""
    assert shown(125, 85, 5)["better_pct"] == 68
    assert shown(130, 85, 5)["better_pct"] == 65
    assert shown(200, 85, 15)["worse_pct"] == 8
