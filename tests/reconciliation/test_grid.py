"""One target, four bases, three councils: every rate and verdict worked by hand.

Cumbria is plain, Northumberland has counts so small that rounding straddles the threshold and a dash
for 1 to 5, Gateshead has a suppressed count and an unanswered question. Their rows are in `few`,
which takes them through a whole refresh. Every figure is synthetic.
"""

from __future__ import annotations

from typing import Any

import pytest
from few import CUMBRIA, GATESHEAD, NORTHUMBERLAND, Few
from released import Released


@pytest.fixture(scope="module")
def three(few: Few) -> Released:
    return few.released


USERS, CARERS, BOTH = "users", "carers", "users_and_carers"
MET, MISSED, OPEN, NONE = "met", "missed", "undetermined", "no_data"
Key = tuple[str, str, str | None, str]
Part = float | None

# basis, definition, whose; numerator and denominator; least and greatest rate as fractions; and the
# verdicts against 30, 70 and 100 per cent
GRID: dict[Key, tuple[Part, Part, Part, Part, tuple[str, str, str]]] = {
    # Cumbria: ADASS counts are exact, and 2100 of 3000 is the 70 itself, so it is met.
    (CUMBRIA, "published", "ADASS_2013", USERS): (2100, 3000, 2100 / 3000, 2100 / 3000, (MET, MET, MISSED)),
    (CUMBRIA, "ongoing_per_eligible", None, USERS): (2100, 3000, 2100 / 3000, 2100 / 3000, (MET, MET, MISSED)),
    # one-offs of users: 300 - 250 = 50
    (CUMBRIA, "any_per_eligible", None, USERS): (2150, 3000, 2150 / 3000, 2150 / 3000, (MET, MET, MISSED)),
    # the same 2100 over 9500, which stands for 9498 to 9502: 22.1
    (CUMBRIA, "ongoing_per_community", None, USERS): (2100, 9500, 2100 / 9502, 2100 / 9498, (MISSED,) * 3),
    (CUMBRIA, "any_per_community", None, USERS): (5005, 9500, 5003 / 9502, 5007 / 9498, (MET, MISSED, MISSED)),
    (CUMBRIA, "any_per_community", None, CARERS): (1100, 2000, 1098 / 2002, 1102 / 1998, (MET, MISSED, MISSED)),
    # 5005 + 1100 of 9500 + 2000, each of the four rounded by itself
    (CUMBRIA, "any_per_community", None, BOTH): (6105, 11500, 6101 / 11504, 6109 / 11496, (MET, MISSED, MISSED)),
    (CUMBRIA, "published", "ASCOF_1C1_RAP", BOTH): (6105, 11500, 6101 / 11504, 6109 / 11496, (MET, MISSED, MISSED)),
    # direct payments: 800 + 900
    (CUMBRIA, "published", "ASCOF_1C2_RAP", BOTH): (1700, 11500, 1696 / 11504, 1704 / 11496, (MISSED,) * 3),
    # Northumberland: 60 of 80 is 75
    (NORTHUMBERLAND, "published", "ADASS_2013", USERS): (60, 80, 60 / 80, 60 / 80, (MET, MET, MISSED)),
    (NORTHUMBERLAND, "ongoing_per_eligible", None, USERS): (60, 80, 60 / 80, 60 / 80, (MET, MET, MISSED)),
    # 60 + (12 - 2)
    (NORTHUMBERLAND, "any_per_eligible", None, USERS): (70, 80, 70 / 80, 70 / 80, (MET, MET, MISSED)),
    (NORTHUMBERLAND, "ongoing_per_community", None, USERS): (60, 100, 60 / 102, 60 / 98, (MET, MISSED, MISSED)),
    # 70 of 100 is printed, 66.7 to 73.5 is known: the 70 lies inside
    (NORTHUMBERLAND, "any_per_community", None, USERS): (70, 100, 68 / 102, 72 / 98, (MET, OPEN, MISSED)),
    # a dash of 20: 1 of 22 to 5 of 18 = 27.8, below 30 wherever it lies, and no rate
    (NORTHUMBERLAND, "any_per_community", None, CARERS): (None, 20, 1 / 22, 5 / 18, (MISSED,) * 3),
    # 68 + 1 of 102 + 22 to 72 + 5 of 98 + 18: 55.6 to 66.4
    (NORTHUMBERLAND, "any_per_community", None, BOTH): (None, 120, 69 / 124, 77 / 116, (MET, MISSED, MISSED)),
    (NORTHUMBERLAND, "published", "ASCOF_1C1_RAP", BOTH): (None, 120, 69 / 124, 77 / 116, (MET, MISSED, MISSED)),
    # 8 + 1 of 124 to 12 + 5 of 116: 7.3 to 14.7
    (NORTHUMBERLAND, "published", "ASCOF_1C2_RAP", BOTH): (None, 120, 9 / 124, 17 / 116, (MISSED,) * 3),
    # Gateshead: 29.9 is not 30
    (GATESHEAD, "published", "ADASS_2013", USERS): (299, 1000, 299 / 1000, 299 / 1000, (MISSED,) * 3),
    (GATESHEAD, "ongoing_per_eligible", None, USERS): (299, 1000, 299 / 1000, 299 / 1000, (MISSED,) * 3),
    # how many one-offs went to carers is not answered: no numerator, never 299 + 40
    (GATESHEAD, "any_per_eligible", None, USERS): (None, 1000, None, None, (NONE,) * 3),
    (GATESHEAD, "ongoing_per_community", None, USERS): (299, 5000, 299 / 5002, 299 / 4998, (MISSED,) * 3),
    # suppressed: the count of users stands, the rate does not
    (GATESHEAD, "any_per_community", None, USERS): (None, 5000, None, None, (NONE,) * 3),
    (GATESHEAD, "any_per_community", None, CARERS): (700, 1000, 698 / 1002, 702 / 998, (MET, OPEN, MISSED)),
    (GATESHEAD, "any_per_community", None, BOTH): (None, 6000, None, None, (NONE,) * 3),
    (GATESHEAD, "published", "ASCOF_1C1_RAP", BOTH): (None, 6000, None, None, (NONE,) * 3),
    # 400 + 300 of 5000 + 1000
    (GATESHEAD, "published", "ASCOF_1C2_RAP", BOTH): (700, 6000, 696 / 6004, 704 / 5996, (MISSED,) * 3),
}  # fmt: skip
TARGETS = {
    "PPF_2011_30": (30, "after"),
    "LAMB_2013_70": (70, "due"),
    "VISION_2013_100": (100, "due"),
}
ORDER = ("PPF_2011_30", "LAMB_2013_70", "VISION_2013_100")


def close(value: float | None) -> Any:
    return None if value is None else pytest.approx(value, abs=1e-9)


def test_the_grid_is_the_one_worked_by_hand(three: Released) -> None:
    rows = three.rows(
        "from marts.target_attainment where financial_year = '2012-13' and council_id in (?, ?, ?)",
        *(CUMBRIA, NORTHUMBERLAND, GATESHEAD),
    )
    found = {
        (
            *(row[name] for name in ("council_id", "basis_id", "definition_id", "person_scope")),
            row["target_id"],
        ): row
        for row in rows
    }
    assert found.keys() == {(*key, target) for key in GRID for target in TARGETS}
    for key, (numerator, denominator, lower, upper, verdicts) in GRID.items():
        known = numerator is not None and denominator is not None
        rate = 100 * numerator / denominator if known else None  # type: ignore[operator]
        for target, verdict in zip(ORDER, verdicts, strict=True):
            row, (threshold, timing) = found[*key, target], TARGETS[target]
            assert (row["numerator"], row["denominator"]) == (numerator, denominator), key
            assert row["rate_pct"] == close(rate), key
            assert row["margin_pp"] == close(None if rate is None else rate - threshold), key
            assert row["rate_lower_pct"] == close(None if lower is None else 100 * lower), key
            assert row["rate_upper_pct"] == close(None if upper is None else 100 * upper), key
            assert (row["verdict"], row["timing"]) == (verdict, timing), (key, target)
            assert row["threshold_pct"] == threshold
            assert row["evidence_class"] == "synthetic"


def test_every_other_council_has_its_row_and_no_figure(three: Released) -> None:
    """152 councils: 149 silent on each of the nine rates."""
    rows = three.rows(
        """select count(*) as rows, count(distinct council_id) as councils, count(rate_pct) as rates,
            count(case when verdict = 'no_data' then 1 end) as undecided
        from marts.target_attainment where financial_year = '2012-13'
        and council_id not in (?, ?, ?)""",
        *(CUMBRIA, NORTHUMBERLAND, GATESHEAD),
    )
    each = 149 * 9 * len(TARGETS)
    assert rows == [{"rows": each, "councils": 149, "rates": 0, "undecided": each}]


NATIONAL = [
    # basis, definition, whose: with data, met, missed, undetermined, pooled, at 70
    # (2100 + 60 + 299) / (3000 + 80 + 1000)
    ("ongoing_per_eligible", None, USERS, 3, 2, 1, 0, 2459 / 4080),
    # Gateshead has no numerator: (2150 + 70) / (3000 + 80)
    ("any_per_eligible", None, USERS, 2, 2, 0, 0, 2220 / 3080),
    ("ongoing_per_community", None, USERS, 3, 0, 3, 0, 2459 / 14600),
    ("any_per_community", None, USERS, 2, 0, 1, 1, 5075 / 9600),
    # Northumberland has a range: a verdict, and no part in the pooled rate, (1100 + 700) / 3000
    ("any_per_community", None, CARERS, 3, 0, 2, 1, 1800 / 3000),
    ("any_per_community", None, BOTH, 2, 0, 2, 0, 6105 / 11500),
]


@pytest.mark.parametrize(
    ("basis", "definition", "scope", "data", "met", "missed", "undecided", "pooled"), NATIONAL
)
def test_england_on_each_basis(
    three: Released,
    basis: str,
    definition: str | None,
    scope: str,
    data: int,
    met: int,
    missed: int,
    undecided: int,
    pooled: float,
) -> None:
    (row,) = three.rows(
        """from marts.national_attainment where financial_year = '2012-13' and basis_id = ? and person_scope = ?
        and definition_id is not distinct from ? and target_id = 'LAMB_2013_70'""",
        *(basis, scope, definition),
    )
    assert (row["councils_in_scope"], row["councils_with_data"]) == (152, data)
    assert (row["councils_met"], row["councils_missed"]) == (met, missed)
    assert row["councils_undetermined"] == undecided
    assert row["share_met_pct"] == pytest.approx(100 * met / data)
    assert row["share_met_lower_pct"] == pytest.approx(100 * met / 152)
    assert row["share_met_upper_pct"] == pytest.approx(100 * (152 - missed) / 152)
    assert row["pooled_rate_pct"] == pytest.approx(100 * pooled)
    # sizes of the 149 others are not known
    assert row["estimated_rate_pct"] is None
    assert row["estimate_note"].startswith("no estimate: community care counts are missing for 149")
