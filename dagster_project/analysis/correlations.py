"""Rank correlation of two figures across councils.

Belongs here: Spearman's coefficient, its limits, and when there is none. Does not: which figures
are set against each other, how few councils are too few (a variable of the dbt project).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dagster_project.analysis.limits import quantile

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def rank_correlations(
    pairs: pd.DataFrame, keys: Sequence[str], x: str, y: str, fewest: int
) -> pa.Table:
    """Spearman's correlation of `x` and `y` for every combination of the text columns `keys`.

    A row of `pairs` is a council with both figures; ties share their mean rank. With fewer councils
    than `fewest`, or where one figure is the same everywhere, coefficient and limits are NULL, and
    `statement` says why. `weakness` is the greatest of the rows.
    """
    import pyarrow as pa

    rows = [
        {
            **dict(zip(keys, _texts(values), strict=True)),
            "councils": len(group),
            "weakness": int(group["weakness"].max()),
            **_correlation(group[x].to_numpy(), group[y].to_numpy(), fewest),
        }
        # in an order of their own: the last digit of a coefficient depends on it
        for values, group in pairs.sort_values([x, y]).groupby(list(keys), dropna=False)
    ]
    schema = pa.schema(
        [
            *((name, pa.string()) for name in keys),
            ("councils", pa.int32()),
            ("rank_correlation", pa.float64()),
            ("lower", pa.float64()),
            ("upper", pa.float64()),
            ("statement", pa.string()),
            ("weakness", pa.int32()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _texts(values: Any) -> list[str | None]:
    import pandas as pd

    return [None if pd.isna(value) else str(value) for value in values]


def _correlation(x: Any, y: Any, fewest: int) -> dict[str, float | str]:
    from scipy.stats import spearmanr

    if len(x) < fewest:
        return {"statement": f"no figure: fewer than {fewest} councils have both figures"}
    if (x == x[0]).all() or (y == y[0]).all():
        return {"statement": "no figure: one of the two is the same in every council"}
    r = float(spearmanr(x, y).statistic)
    if math.isclose(abs(r), 1):
        return {
            "rank_correlation": r,
            "statement": "no limits: both figures put the councils in the same or opposite order",
        }
    lower, upper = spearman_limits(r, len(x))
    return {"rank_correlation": r, "lower": lower, "upper": upper}


def spearman_limits(r: float, n: int) -> tuple[float, float]:
    """Limits by Fisher's z with the variance (1 + r^2 / 2) / (n - 3).

    Bonett and Wright, Sample size requirements for estimating Pearson, Kendall and Spearman
    correlations, Psychometrika 2000, 65, 23-28.
    """
    width = quantile() * math.sqrt((1 + r * r / 2) / (n - 3))
    z = math.atanh(r)
    return math.tanh(z - width), math.tanh(z + width)
