"""What each condition of the process goes with, for every wave, instrument and domain.

Belongs here: which table is too thin to be shown, the two methods side by side, the adjustment for
their number. Does not: the estimators (`fourfold`), the threshold (a seed).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dagster_project.analysis.fourfold import (
    Effect,
    NoEstimateError,
    logit_cluster,
    mantel_haenszel,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

METHODS: Mapping[str, Callable[[Any], Effect]] = {
    "logit_cluster": logit_cluster,
    "mantel_haenszel": mantel_haenszel,
}
KEY = ["wave", "instrument", "condition", "domain"]
CELLS = {
    "met_better": "condition met, better",
    "met_other": "condition met, not better",
    "rest_better": "condition not met, better",
    "rest_other": "condition not met, not better",
}
"""The cells of a fourfold table, and how a statement names them."""

FIGURES = (
    *("odds_ratio", "or_lower", "or_upper"),
    *("risk_ratio", "rr_lower", "rr_upper"),
    *("risk_difference_pp", "rd_lower_pp", "rd_upper_pp"),
    *("p_value", "q_value"),
)


def process_effects(cells: pd.DataFrame, smallest_group: int) -> pa.Table:
    """Both methods for every wave, instrument, condition and domain.

    `cells` counts, by council and by whether the condition was met, the people with a valid answer
    to both questions: KEY, council_id, condition_met, n_valid, n_better, weakness. Where a cell of
    the table over all councils has fewer people than `smallest_group`, or nothing can be estimated,
    every figure is NULL, and `statement` says why. `q_value` is Benjamini and Hochberg's, over the
    effects that are shown of a wave and an instrument by one method.
    """
    import pyarrow as pa

    rows = [
        {
            **key,
            "method": method,
            "weakness": weakness,
            **_figures(counts, estimate, smallest_group),
        }
        for key, weakness, counts in _tables(cells)
        for method, estimate in METHODS.items()
    ]
    _adjust(rows)
    return pa.Table.from_pylist(rows, schema=_schema())


def _schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("wave", pa.int32()),
            *((name, pa.string()) for name in [*KEY[1:], "method"]),
            ("n", pa.int64()),
            ("councils", pa.int32()),
            *((name, pa.float64()) for name in FIGURES),
            ("statement", pa.string()),
            ("weakness", pa.int32()),
        ]
    )


def _tables(cells: pd.DataFrame) -> Iterator[tuple[dict[str, Any], int, Any]]:
    """Key, weakness and counts of every effect; a row of counts is a council with an answer."""
    import numpy as np

    met = cells["condition_met"].astype(bool)
    better = cells["n_better"].astype("int64")
    other = cells["n_valid"].astype("int64") - better
    split = cells[[*KEY, "council_id", "weakness"]].assign(
        met_better=better.where(met, 0),
        met_other=other.where(met, 0),
        rest_better=better.mask(met, 0),
        rest_other=other.mask(met, 0),
    )
    columns = list(CELLS)
    councils = split.groupby([*KEY, "council_id"], as_index=False).agg(
        {**dict.fromkeys(columns, "sum"), "weakness": "max"}
    )
    councils = councils[councils[columns].sum(axis=1) > 0]
    if councils.empty:
        return
    # cut in one go: a table is a few rows, and pandas takes longer to hand one out than to sum it
    first = np.flatnonzero(~councils.duplicated(KEY))
    counts = np.split(councils[columns].to_numpy(), first[1:])
    weakness = np.split(councils["weakness"].to_numpy(), first[1:])
    keys = councils[KEY].iloc[first].to_dict("records")
    for key, weak, table in zip(keys, weakness, counts, strict=True):
        yield {str(name): value for name, value in key.items()}, int(weak.max()), table


def _figures(
    counts: Any, estimate: Callable[[Any], Effect], smallest_group: int
) -> dict[str, float | str | None]:
    refused = _refused(counts, smallest_group)
    if refused is not None:
        return {"statement": f"no figure: {refused}"}
    try:
        effect = estimate(counts)
    except NoEstimateError as error:
        return {"statement": f"no figure: {error}"}
    difference = effect.risk_difference
    return {
        "n": int(counts.sum()),
        "councils": len(counts),
        "odds_ratio": effect.odds_ratio.value,
        "or_lower": effect.odds_ratio.lower,
        "or_upper": effect.odds_ratio.upper,
        "risk_ratio": effect.risk_ratio.value,
        "rr_lower": effect.risk_ratio.lower,
        "rr_upper": effect.risk_ratio.upper,
        "risk_difference_pp": 100 * difference.value,
        "rd_lower_pp": 100 * difference.lower,
        "rd_upper_pp": 100 * difference.upper,
        "p_value": effect.p_value,
    }


def _refused(counts: Any, smallest_group: int) -> str | None:
    """Why the table is not worked on at all; an empty cell has no odds, whatever may be shown."""
    fewest = max(smallest_group, 1)
    totals = zip(CELLS.values(), counts.sum(axis=0), strict=True)
    thin = "; ".join(cell for cell, people in totals if people < fewest)
    if thin:
        return f"too thin, fewer than {fewest} people in: {thin}"
    if len(counts) < 2:
        return "answers of one council only, and the error is taken between councils"
    return None


def _adjust(rows: list[dict[str, Any]]) -> None:
    """Benjamini and Hochberg's q-value of each effect, within wave, instrument and method."""
    from statsmodels.stats.multitest import multipletests

    families: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        if "p_value" in row:
            family = (row["wave"], row["instrument"], row["method"])
            families.setdefault(family, []).append(row)
    for members in families.values():
        adjusted = multipletests([row["p_value"] for row in members], method="fdr_bh")[1]
        for row, q_value in zip(members, adjusted, strict=True):
            row["q_value"] = float(q_value)
