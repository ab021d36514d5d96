"""What goes together with good outcomes, by both methods, held to what can be known of it.

Belongs here: what can be said of rounded estimates and limits: their order, and that both methods
count the same people.
Does not: the fourfold tables by council. They are not published, because a table of few people
could give one of them away, and what is published is rounded so that they cannot be solved for
(docs/disclosure.md): the estimates cannot be computed anew.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

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
    "n, councils, ratios, difference, limits and q-values: they come of fourfold tables by "
    "council, which are not published, and are rounded so that these cannot be solved for",
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
    outcomes = {
        (row["wave"], row["instrument"], row["domain"]): row for row in facts.rows(_OUTCOMES)
    }
    for key, group in groupby(rows, key=_key_of):
        wave, instrument, _, domain = key
        methods = {row["method"]: row for row in group}
        yield _explained(waves, key, methods, outcomes.get((wave, instrument, domain)))


def _key_of(row: Row) -> Key:
    return row["wave"], row["instrument"], row["condition"], row["domain"]


def _explained(
    waves: Waves,
    key: Key,
    methods: dict[str, Row],
    outcome: Row | None,
) -> Explanation:
    wave, instrument, condition, domain = key
    first = next(iter(methods.values()))
    checks = Checks()
    for row in methods.values():
        _check(checks, row)
    _check_both(checks, methods)
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


def _check(checks: Checks, row: Row) -> None:
    """What the row says against what the rest of it implies."""

    def step(column: str, expected: object) -> None:
        checks.step(f"{column} of {row['method']}", row[column], expected)

    if row["odds_ratio"] is None:
        for column in PUBLISHED:
            step(column, None)
        return
    for value, lower, upper, _ in MEASURES:
        step(lower, min(row[lower], row[value]))
        step(upper, max(row[upper], row[value]))
    step("q_value", min(max(row["q_value"], 0.0), 1.0))


def _check_both(checks: Checks, methods: dict[str, Row]) -> None:
    """Both methods count the same people of the same councils."""
    shown = [row for row in methods.values() if row["odds_ratio"] is not None]
    for row in shown[1:]:
        for column in ("n", "councils"):
            checks.step(f"{column} of {row['method']}", row[column], shown[0][column])


def _figures(methods: dict[str, Row]) -> Iterator[Figure]:
    first = next(iter(methods.values()))
    yield Figure("n", "people", first["n"], None, None)
    yield Figure("councils", "councils", first["councils"], None, None)
    for method, row in methods.items():
        for name, lower, upper, unit in MEASURES:
            yield Figure(f"{name} of {method}", unit, row[name], row[lower], row[upper])
        yield Figure(f"q_value of {method}", "probability", row["q_value"], None, None)


def _formula(row: Row | None) -> str | None:
    """What the figures say together, with the digits that they are published with."""
    if row is None or row["odds_ratio"] is None:
        return None
    return (
        f"better where the condition is met against where not: ratio {row['risk_ratio']:g}, "
        f"difference {row['risk_difference_pp']:+.0f} points, odds ratio {row['odds_ratio']:g}"
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
