"""What goes together with good outcomes, by both methods, held to what can be known of it.

Belongs here: what follows from the published estimates and limits: the odds ratio of two shares,
symmetric limits, p-values and what they come to among their family.
Does not: the fourfold tables by council. They are not published, because a table of few people
could give one of them away, so the estimates themselves cannot be computed anew.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from math import log
from typing import Any

from dagster_project.explain import arithmetic
from dagster_project.explain.anchors import joined
from dagster_project.explain.checking import Checks
from dagster_project.explain.facts import Facts
from dagster_project.explain.poet import Waves
from dagster_project.explain.tree import Explanation, Figure, Input

_EFFECTS = """
    select
        effects.*,
        years.financial_year
    from marts.poet_process_effect as effects
    inner join (select distinct wave, financial_year from marts.poet_outcome) as years
        on effects.wave = years.wave
    where $years is null or list_contains($years, years.financial_year)
    order by
        effects.wave, effects.instrument, effects.condition, effects.domain, effects.method
"""
_OUTCOMES = """
    select
        wave, instrument, domain, n_valid, better_pct, better_lower_pct, better_upper_pct
    from marts.poet_outcome
    where group_type = 'england' and ($years is null or list_contains($years, financial_year))
"""
CLUSTERED, STRATIFIED = "logit_cluster", "mantel_haenszel"
MEASURES = (
    ("odds_ratio", "or_lower", "or_upper", "ratio"),
    ("risk_ratio", "rr_lower", "rr_upper", "ratio"),
    ("risk_difference_pp", "rd_lower_pp", "rd_upper_pp", "points"),
)
PUBLISHED = ("n", "councils", *(name for measure in MEASURES for name in measure[:3]), "q_value")
NOT_RECOMPUTED = (
    "n, councils, the risk ratio and the risk difference, and the lower limits, from which the "
    "standard errors are taken: they come of fourfold tables by council, which are not published, "
    "because a table of few people could give one of them away",
    f"the odds ratio of {STRATIFIED}: it is pooled over those tables",
)
Row = dict[str, Any]
Key = tuple[int, str, str, str]


def process_effects(
    facts: Facts, waves: Waves, areas: Sequence[str] | None = None
) -> Iterator[Explanation]:
    """Every effect of some years, both methods in one; all are of England."""
    if areas is not None and "England" not in areas:
        return
    rows = facts.rows(_EFFECTS)
    q_values = _q_values(rows)
    outcomes = {
        (row["wave"], row["instrument"], row["domain"]): row for row in facts.rows(_OUTCOMES)
    }
    for key, group in groupby(rows, key=_key_of):
        wave, instrument, _, domain = key
        methods = {row["method"]: row for row in group}
        yield _explained(waves, key, methods, outcomes.get((wave, instrument, domain)), q_values)


def _key_of(row: Row) -> Key:
    return row["wave"], row["instrument"], row["condition"], row["domain"]


def _q_values(rows: Sequence[Row]) -> dict[tuple[Key, str], float]:
    """The q-value of each effect that is shown, among those of its wave, instrument and method."""
    families: dict[tuple[int, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["odds_ratio"] is not None:
            families[row["wave"], row["instrument"], row["method"]].append(row)
    return {
        (_key_of(row), row["method"]): q_value
        for family in families.values()
        for row, q_value in zip(
            family, arithmetic.q_values([_p_value(row) for row in family]), strict=True
        )
    }


def _p_value(row: Row) -> float:
    """From how far the odds ratio lies above its lower limit."""
    degrees = row["councils"] - 1 if row["method"] == CLUSTERED else None
    error = log(row["odds_ratio"] / row["or_lower"]) / arithmetic.t_95(degrees)
    return arithmetic.p_value(log(row["odds_ratio"]), error, degrees)


def _explained(
    waves: Waves,
    key: Key,
    methods: dict[str, Row],
    outcome: Row | None,
    q_values: dict[tuple[Key, str], float],
) -> Explanation:
    wave, instrument, condition, domain = key
    first = next(iter(methods.values()))
    checks = Checks()
    for method, row in methods.items():
        _check(checks, row, q_values.get((key, method)))
    _check_both(checks, methods, outcome)
    files = waves.files(wave)
    classes = {file.evidence_class for file in files}
    if len(classes) == 1:
        checks.step("evidence_class", first["evidence_class"], classes.pop())
    notes = dict.fromkeys(row["statement"] for row in methods.values() if row["statement"])
    return Explanation(
        anchor=joined(wave, "process_effect", instrument, condition, domain),
        kind="process_effect",
        title=f"England, POET {wave}: {domain} better where {condition}, {instrument}",
        table="marts.poet_process_effect",
        area_level="england",
        area_id="England",
        area_name="England",
        financial_year=first["financial_year"],
        evidence_class=first["evidence_class"],
        note="; ".join(notes) or None,
        formula=_formula(methods.get(CLUSTERED)),
        figures=tuple(_figures(methods)),
        inputs=(_input(outcome, first["financial_year"]),) if outcome else (),
        notices=waves.notices(wave),
        files=files,
        checked=checks.made,
        not_recomputed=NOT_RECOMPUTED,
        disagreements=tuple(checks.disagreements),
    )


def _check(checks: Checks, row: Row, q_value: float | None) -> None:
    """What the row says against what the rest of it implies."""

    def step(column: str, expected: object) -> None:
        checks.step(f"{column} of {row['method']}", row[column], expected)

    if row["odds_ratio"] is None:
        for column in PUBLISHED:
            step(column, None)
        return
    step("or_upper", row["odds_ratio"] ** 2 / row["or_lower"])
    step("rr_upper", row["risk_ratio"] ** 2 / row["rr_lower"])
    step("rd_upper_pp", 2 * row["risk_difference_pp"] - row["rd_lower_pp"])
    step("q_value", q_value)
    if row["method"] == CLUSTERED:
        # one table over all councils: its three measures follow from two shares
        expected = arithmetic.odds_ratio_of(row["risk_ratio"], row["risk_difference_pp"] / 100)
        if expected is not None:
            step("odds_ratio", expected)


def _check_both(checks: Checks, methods: dict[str, Row], outcome: Row | None) -> None:
    """Both methods count the same people, who all answered the question on the outcome."""
    shown = [row for row in methods.values() if row["odds_ratio"] is not None]
    for row in shown[1:]:
        for column in ("n", "councils"):
            checks.step(f"{column} of {row['method']}", row[column], shown[0][column])
    if shown and outcome is not None and outcome["n_valid"] is not None:
        all_valid = outcome["n_valid"]
        checks.step(
            f"n among the {all_valid} valid answers to the outcome",
            shown[0]["n"],
            min(shown[0]["n"], all_valid),
        )


def _figures(methods: dict[str, Row]) -> Iterator[Figure]:
    first = next(iter(methods.values()))
    yield Figure("n", "people", first["n"], None, None)
    yield Figure("councils", "councils", first["councils"], None, None)
    for method, row in methods.items():
        for name, lower, upper, unit in MEASURES:
            yield Figure(f"{name} of {method}", unit, row[name], row[lower], row[upper])
        yield Figure(f"q_value of {method}", "probability", row["q_value"], None, None)


def _formula(row: Row | None) -> str | None:
    """The two shares that ratio and difference stand for, and their odds."""
    if row is None or row["odds_ratio"] is None:
        return None
    shares = arithmetic.shares_of(row["risk_ratio"], row["risk_difference_pp"] / 100)
    if shares is None:
        return None
    met, rest = (100 * share for share in shares)
    return (
        f"{met:.2f}% better where the condition is met, {rest:.2f}% where not: ratio "
        f"{met / rest:.2f}, difference {met - rest:+.2f} points, odds ratio "
        f"({met:.2f} / {100 - met:.2f}) / ({rest:.2f} / {100 - rest:.2f}) = "
        f"{row['odds_ratio']:.2f}"
    )


def _input(outcome: Row, year: str) -> Input:
    return Input(
        "the outcome over everybody with a valid answer",
        "poet",
        "england",
        "England",
        year,
        joined(outcome["wave"], "poet", outcome["instrument"], outcome["domain"]),
        "percent",
        outcome["better_pct"],
        outcome["better_lower_pct"],
        outcome["better_upper_pct"],
    )
