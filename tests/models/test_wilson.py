"""The limits of a share of none and of all are 0 and 100 exactly, whatever the number."""

from __future__ import annotations

import duckdb
import pytest
from jinja2 import Environment

from dagster_project.paths import PROJECT

MACROS = (PROJECT / "dbt" / "macros" / "wilson.sql").read_text("utf-8")
Z = "1.959963984540054"


def limits(successes: str) -> str:
    """The macros' SQL for shares of 1 to 500 trials, by the number of trials `n`."""
    call = "{{{{ wilson_{end}_pct('{successes}', 'n', {z}) }}}} as {end}"
    ends = ", ".join(call.format(end=end, successes=successes, z=Z) for end in ("lower", "upper"))
    sql: str = (
        Environment(autoescape=False)
        .from_string(MACROS + f"select n, {ends} from range(1, 501) as trials(n)")
        .render()
    )
    return sql


@pytest.mark.parametrize(("successes", "end", "exact"), [("n", 2, 100.0), ("0", 1, 0.0)])
def test_a_share_of_none_or_all_lies_on_its_limit(successes: str, end: int, exact: float) -> None:
    """The formula alone gives 99.99999999999999 for 7 of 7, below the share itself."""
    rows = duckdb.sql(limits(successes)).fetchall()
    assert len(rows) == 500
    assert {row[end] for row in rows} == {exact}


def test_other_shares_have_the_limits_of_the_formula() -> None:
    """1 of 2 with z = 1.96: (1 + z2/2 -+ z * sqrt(1/2 + z2/4)) / (2 + z2) = 9.45 and 90.55%."""
    [row] = duckdb.sql(f"from ({limits('1')}) where n = 2").fetchall()
    assert row[1] == pytest.approx(9.4531, abs=1e-4)
    assert row[2] == pytest.approx(90.5469, abs=1e-4)
