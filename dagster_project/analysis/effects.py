"""What each condition of the process goes with, for every wave, instrument and domain.

Belongs here: which table is too thin to be shown, the two methods on the same councils, the
adjustment for their number, and the rounding of what is shown (docs/disclosure.md). Does not: the
estimators (`fourfold`), which councils are shown (the dbt project), the rules (a seed).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagster_project.analysis.fourfold import (
    Effect,
    NoEstimateError,
    logit_cluster,
    mantel_haenszel,
)
from dagster_project.analysis.rounding import (
    DisclosureRules,
    draw,
    least_count,
    round_count,
    round_figure,
    unit_of,
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

MEASURES = (
    ("odds_ratio", "or_lower", "or_upper"),
    ("risk_ratio", "rr_lower", "rr_upper"),
    ("risk_difference_pp", "rd_lower_pp", "rd_upper_pp"),
)
"""Each figure with its limits."""

FIGURES = (*(name for measure in MEASURES for name in measure), "p_value", "q_value")


def process_effects(
    cells: pd.DataFrame, councils: pd.DataFrame, keys: pd.DataFrame, rules: DisclosureRules
) -> pa.Table:
    """Both methods for every wave, instrument, condition and domain, over the councils shown.

    `cells` counts, by council and by whether the condition was met, the people with a valid answer
    to both questions: KEY, council_id, condition_met, n_valid, n_better, weakness. `councils` has
    wave, instrument, council_id and is_shown, `keys` the rounding_key of each wave. Where a cell of
    the table over the councils may have fewer people than the smallest group, where fewer councils
    than the fewest can be compared within, or where nothing can be estimated, every figure is NULL,
    and `statement` says why. `q_value` is Benjamini and Hochberg's, over the effects that are shown
    of a wave and an instrument by one method. `p_value` is not rounded, and not published.
    """
    import pyarrow as pa

    rounding_keys = dict(zip(keys["wave"].astype(int), keys["rounding_key"], strict=True))
    rows = [
        {
            **key,
            "method": method,
            "weakness": weakness,
            **_figures(counts, estimate, rules, (rounding_keys[int(key["wave"])], *key.values())),
        }
        for key, weakness, counts in _tables(_marked(cells, councils))
        for method, estimate in METHODS.items()
    ]
    _adjust(rows)
    for row in rows:
        _round(row, rules, rounding_keys[int(row["wave"])])
    return pa.Table.from_pylist(rows, schema=_schema())


def _marked(cells: pd.DataFrame, councils: pd.DataFrame) -> pd.DataFrame:
    """The cells with `is_shown` of their council; a council that is not listed is not shown."""
    shown = ["wave", "instrument", "council_id"]
    marked = cells.merge(councils[[*shown, "is_shown"]], on=shown, how="left", validate="m:1")
    return marked.assign(is_shown=marked["is_shown"].eq(True))


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
    """Key, weakness and counts of every effect; a row of counts is a council that is shown."""
    import numpy as np

    met = cells["condition_met"].astype(bool)
    better = cells["n_better"].astype("int64")
    other = cells["n_valid"].astype("int64") - better
    split = cells[[*KEY, "council_id", "is_shown", "weakness"]].assign(
        met_better=better.where(met, 0),
        met_other=other.where(met, 0),
        rest_better=better.mask(met, 0),
        rest_other=other.mask(met, 0),
    )
    columns = list(CELLS)
    councils = split.groupby([*KEY, "council_id"], as_index=False).agg(
        {**dict.fromkeys(columns, "sum"), "is_shown": "first", "weakness": "max"}
    )
    councils = councils[councils[columns].sum(axis=1) > 0]
    if councils.empty:
        return
    # cut in one go: a table is a few rows, and pandas takes longer to hand one out than to sum it
    first = np.flatnonzero(~councils.duplicated(KEY))
    counts = np.split(councils[columns].to_numpy(), first[1:])
    shown = np.split(councils["is_shown"].to_numpy(dtype=bool), first[1:])
    weakness = np.split(councils["weakness"].to_numpy(), first[1:])
    keys = councils[KEY].iloc[first].to_dict("records")
    for key, weak, table, rows in zip(keys, weakness, counts, shown, strict=True):
        yield {str(name): value for name, value in key.items()}, int(weak.max()), table[rows]


def _figures(
    counts: Any, estimate: Callable[[Any], Effect], rules: DisclosureRules, names: Sequence[object]
) -> dict[str, float | str | None]:
    refused = _refused(counts, rules, names)
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


def _refused(counts: Any, rules: DisclosureRules, names: Sequence[object]) -> str | None:
    """Why the table is not worked on at all; an empty cell has no odds, whatever may be shown."""
    fewest = max(rules.smallest_group, 1)
    totals = zip(CELLS.items(), counts.sum(axis=0), strict=True)
    thin = "; ".join(
        described
        for (cell, described), people in totals
        if people < 1 or _least(int(people), rules, *names, cell) < rules.smallest_group
    )
    if thin:
        return f"too thin, fewer than {fewest} people, or hardly more, in: {thin}"
    compared = (counts[:, :2].sum(axis=1) > 0) & (counts[:, 2:].sum(axis=1) > 0)
    if compared.sum() < rules.fewest_councils:
        return (
            f"in fewer than {rules.fewest_councils} of the councils shown did some people meet the "
            "condition and others not"
        )
    return None


def _least(people: int, rules: DisclosureRules, *names: object) -> int:
    """The least number that the rounded count of a cell would stand for, were it printed."""
    base = rules.rounding_base
    return least_count(round_count(people, base, draw(*map(str, names))), base)


def _round(row: dict[str, Any], rules: DisclosureRules, key: str) -> None:
    """What is shown of an effect: limits no finer than their figure, and on its sides."""
    if "odds_ratio" not in row:
        return
    named = (key, *(row[name] for name in KEY))
    row["n"] = round_count(row["n"], rules.rounding_base, draw(*named, "n"))
    for measure in MEASURES:
        unit = (
            rules.percent_unit
            if measure[0] == "risk_difference_pp"
            else unit_of(row[measure[0]], rules.significant_digits)
        )
        drawn = draw(*named, row["method"], measure[0])
        for figure in measure:
            row[figure] = round_figure(row[figure], unit, drawn)
    drawn = draw(*named, row["method"], "q_value")
    row["q_value"] = min(round_figure(row["q_value"], rules.q_value_unit, drawn), 1.0)


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
