"""What people said: outcomes by group, and what goes together with them.

Belongs here: an overview, and a page for each wave and questionnaire.
Does not: a council's own answers (`council`), the three tests (`in_control`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dagster_project.report import words
from dagster_project.report.charts.draw import chart
from dagster_project.report.charts.survey import forest
from dagster_project.report.data import grouped, synthetic
from dagster_project.report.data.surveys import Correlation, Effect, Outcome
from dagster_project.report.pages.answers import favourable, outcome_chart
from dagster_project.report.pages.view import View
from dagster_project.report.parts import (
    Cell,
    Chart,
    Link,
    Page,
    Shelf,
    Table,
    cells,
    figures,
    texts,
)

METHODS = {"logit_cluster": "over all councils", "mantel_haenszel": "within councils"}
GROUPS = ("age_band", "care_group", "management")


def pages(view: View) -> Iterator[Page]:
    """The overview, and each wave's page."""
    waves = grouped(view.data.outcomes, lambda row: (row.wave, row.instrument))
    effects = grouped(view.data.effects, lambda row: (row.wave, row.instrument))
    yield _overview(view, list(waves))
    for (wave, instrument), rows in waves.items():
        found = effects.get((wave, instrument), ())
        yield _wave(view, wave, instrument, rows, with_effects=bool(found))
        if found:
            yield _together(view, wave, instrument, found)


def path(wave: int, instrument: str) -> str:
    """Where a wave's page lies."""
    return f"outcomes/{wave}-{instrument.replace('_', '-')}.html"


def _title(wave: int, instrument: str) -> str:
    return f"POET {wave}, {words.instrument(instrument)}"


def _overview(view: View, waves: Sequence[tuple[int, str]]) -> Page:
    shelf = Shelf()
    england = [row for row in view.data.outcomes if row.group_type == "england"]
    adults = [row for row in england if row.instrument == "adult_holder"]
    for wave, rows in grouped(adults, lambda row: row.wave).items():
        shown = [row for row in rows if row.better_pct is not None]
        if shown:
            shelf.put(
                outcome_chart(
                    view,
                    f"wave-{wave}",
                    _title(wave, "adult_holder"),
                    f"shares-{wave}",
                    shown,
                    live=True,
                ),
                _shares(view, f"shares-{wave}", rows),
            )
    shelf.put(_correlations(view))
    return shelf.page(
        "outcomes.html",
        "What people said",
        "outcomes.html",
        "Outcomes",
        sentences_from=["poet_process_effect"],
        links=[Link(_title(*one), path(*one)) for one in waves],
        said=_said(view),
        waves=[
            (f"wave-{wave}", f"shares-{wave}", _title(wave, "adult_holder"))
            for wave in sorted({row.wave for row in adults})
            if f"wave-{wave}" in shelf.charts
        ],
    )


def _said(view: View) -> list[str]:
    """For each wave, the clearest association of adult holders, and out of how many."""
    found = []
    told = [
        row
        for row in view.data.effects
        if row.instrument == "adult_holder"
        and row.method == "logit_cluster"
        and row.odds_ratio is not None
        and row.or_lower is not None
    ]
    for wave, rows in grouped(told, lambda row: row.wave).items():
        best = max(rows, key=lambda row: row.or_lower or 0.0)
        found.append(
            f"{wave}: the clearest of {words.quantity(len(rows), 'pair')} is "
            f"“{view.names.condition(best.condition)}” with "
            f"“{view.names.domain(best.domain)}”: odds ratio {words.exact(best.odds_ratio)} "
            f"(95% limits {words.exact(best.or_lower)} to {words.exact(best.or_upper)}), "
            f"risk ratio {words.exact(best.risk_ratio)}, "
            f"{words.points(best.risk_difference_pp, 0)} points, n = {words.count(best.n)}."
        )
    return found


def _wave(
    view: View, wave: int, instrument: str, rows: Sequence[Outcome], *, with_effects: bool
) -> Page:
    shelf = Shelf()
    groups = grouped(rows, lambda row: row.group_type)
    england = [row for row in groups.get("england", ()) if row.better_pct is not None]
    if england:
        shelf.put(
            outcome_chart(
                view, "england-chart", _title(wave, instrument), "england", england, live=True
            )
        )
    shelf.put(_shares(view, "england", groups.get("england", ())))
    for group in GROUPS:
        shelf.put(_by_group(view, group, groups.get(group, ())))
    return shelf.page(
        path(wave, instrument),
        _title(wave, instrument),
        "wave.html",
        "Outcomes",
        groups=GROUPS,
        effects=_effects_path(wave, instrument) if with_effects else None,
    )


def _effects_path(wave: int, instrument: str) -> str:
    return path(wave, f"{instrument}-effects")


def _together(view: View, wave: int, instrument: str, effects: Sequence[Effect]) -> Page:
    """The page of what goes together with favourable answers."""
    shelf = Shelf()
    conditions = grouped(effects, lambda row: row.condition)
    for condition, found in conditions.items():
        shelf.put(_forest(view, condition, found), _effects(view, condition, found))
    return shelf.page(
        _effects_path(wave, instrument),
        f"{_title(wave, instrument)}: what goes together",
        "effects.html",
        "Outcomes",
        shares=path(wave, instrument),
        conditions=[(one, view.names.condition(one)) for one in conditions],
    )


def _shares(view: View, name: str, rows: Sequence[Outcome]) -> Table | None:
    """England's shares of one wave and questionnaire."""
    if not rows:
        return None
    first = rows[0]
    return Table(
        name,
        f"{_title(first.wave, first.instrument)}, England: favourable "
        f"({words.favourable(first.scale)})",
        [
            *texts("Outcome"),
            *figures("Valid answers (n)", "Favourable, %", "95% limits, %", "Adverse, %"),
        ],
        [
            cells(
                view.names.domain(row.domain),
                *_figures(view, row),
                words.SUPPRESSED if row.suppressed else words.number(row.worse_pct),
            )
            for row in rows
        ],
        synthetic(rows),
        "poet_outcome",
        "Limits are Wilson's: what chance alone allows. Respondents chose to answer.",
    )


def _figures(view: View, row: Outcome) -> list[Cell]:
    if row.suppressed:
        return [words.SUPPRESSED] * 3
    return favourable(view, "england", "England", row)


def _by_group(view: View, group: str, rows: Sequence[Outcome]) -> Table | None:
    """Outcomes in lines, the members of the group in columns."""
    if not rows:
        return None
    members = list(dict.fromkeys(row.group_value for row in rows))
    domains = grouped(rows, lambda row: row.domain)
    return Table(
        group,
        f"By {words.plain(group)}: favourable, % (95% limits; n)",
        [*texts("Outcome"), *figures(*(words.sentence(words.plain(one)) for one in members))],
        [
            cells(view.names.domain(domain), *(_member(view, found, one) for one in members))
            for domain, found in domains.items()
        ],
        synthetic(rows),
        "poet_outcome",
    )


def _member(view: View, rows: Sequence[Outcome], member: str) -> Cell:
    found = [row for row in rows if row.group_value == member]
    if not found:
        return words.NOT_AVAILABLE
    row = found[0]
    if row.suppressed:
        return words.SUPPRESSED
    return view.figure(
        "england",
        "England",
        f"{words.number(row.better_pct, 0)} "
        f"({words.span(row.better_lower_pct, row.better_upper_pct, 0)}; "
        f"{words.count(row.n_valid)})",
        *(row.wave, "poet", row.instrument, row.domain, row.group_type, row.group_value),
    )


def _forest(view: View, condition: str, rows: Sequence[Effect]) -> Chart | None:
    shown = [row for row in rows if row.odds_ratio is not None and row.or_lower]
    if not shown:
        return None
    ranks = {
        row.domain: order
        for order, row in enumerate(
            sorted(shown, key=lambda row: (row.method, -(row.odds_ratio or 0.0)))
        )
    }
    return chart(
        forest,
        f"forest-{condition.replace('_', '-')}",
        view.names.condition(condition),
        _table_of(condition),
        rows={
            "rows": [
                {
                    "name": view.names.domain(row.domain),
                    "order": ranks[row.domain],
                    "method": METHODS.get(row.method, words.plain(row.method)),
                    "value": row.odds_ratio,
                    "lower": row.or_lower,
                    "upper": row.or_upper,
                }
                for row in shown
            ],
            "none": [{"value": 1}],
        },
        synthetic=synthetic(shown),
        subtitle="Odds ratios with 95% limits.",
    )


def _effects(view: View, condition: str, rows: Sequence[Effect]) -> Table:
    """A line for each outcome, with the odds ratios of both methods beside each other."""
    clustered, stratified = METHODS
    lines = grouped(rows, lambda row: row.domain)
    return Table(
        _table_of(condition),
        f"{view.names.condition(condition)}: what goes together with it",
        [
            *texts("Outcome"),
            *figures(
                "n",
                "Councils",
                f"Odds ratio, {METHODS[clustered]}",
                f"Odds ratio, {METHODS[stratified]}",
                "Risk ratio",
                "Difference, points",
                "q-value",
            ),
        ],
        [
            _effect(view, {row.method: row for row in found}, clustered, stratified)
            for found in lines.values()
        ],
        synthetic(rows),
        "poet_process_effect",
        "With 95% limits, over the councils that may be shown, rounded so that nobody is to be "
        "recognised. Risk ratio, difference and q-value are those over all councils together; the "
        "database has those within councils too.",
    )


def _effect(
    view: View, methods: dict[str, Effect], clustered: str, stratified: str
) -> tuple[Cell, ...]:
    row = methods.get(clustered) or next(iter(methods.values()))
    if row.odds_ratio is None:
        none: list[Cell] = [words.NOT_AVAILABLE] * 6
        return cells(
            f"{view.names.domain(row.domain)}. {words.sentence(row.statement or '')}",
            words.NOT_AVAILABLE,
            *none,
        )
    within = methods.get(stratified)
    return cells(
        view.names.domain(row.domain),
        words.count(row.n),
        words.count(row.councils),
        view.figure(
            "england",
            "England",
            _interval(row.odds_ratio, row.or_lower, row.or_upper),
            row.wave,
            "process_effect",
            row.instrument,
            row.condition,
            row.domain,
        ),
        words.NOT_AVAILABLE
        if within is None or within.odds_ratio is None
        else _interval(within.odds_ratio, within.or_lower, within.or_upper),
        _interval(row.risk_ratio, row.rr_lower, row.rr_upper),
        _interval(row.risk_difference_pp, row.rd_lower_pp, row.rd_upper_pp),
        _q(row.q_value),
    )


def _table_of(condition: str) -> str:
    return f"effects-{condition.replace('_', '-')}"


def _interval(value: float | None, lower: float | None, upper: float | None) -> str:
    """With the digits that rounding leaves."""
    return f"{words.exact(value)} ({words.exact(lower)} to {words.exact(upper)})"


def _q(value: float | None) -> str:
    if value is None:
        return words.NOT_AVAILABLE
    return "below 0.01" if value == 0 else f"{value:.2f}"


def _correlations(view: View) -> Table | None:
    """Rates in front and outcomes of adult holders across councils."""
    rows = [
        row
        for row in view.data.correlations
        if row.instrument == "adult_holder" and row.rank_correlation is not None
    ]
    if not rows:
        return None
    last = max(row.wave for row in rows)
    rows = [row for row in rows if row.wave == last]
    return Table(
        "correlations",
        f"Do councils with a higher rate have better outcomes? POET {last}, rank correlation",
        [
            *texts("Outcome", "With"),
            *figures("Councils", "Rank correlation", "95% limits"),
        ],
        [
            cells(
                view.names.domain(row.domain),
                _activity(view, row),
                words.count(row.councils),
                _coefficient(view, row),
                words.span(row.lower, row.upper, 2),
            )
            for row in rows
        ],
        synthetic(rows),
        "activity_vs_outcome",
        "Limits that hold 0 leave open that there is nothing. Councils chose to take part, and a "
        "correlation over councils says nothing about persons.",
    )


def _coefficient(view: View, row: Correlation) -> Cell:
    names = (row.activity, row.definition_id, row.person_scope, row.source, row.measure)
    return view.figure(
        "england",
        "England",
        words.number(row.rank_correlation, 2),
        *(row.wave, "activity_outcome", row.instrument, row.domain),
        *names,
    )


def _activity(view: View, row: Correlation) -> str:
    if row.definition_id is not None:
        return f"{view.names.definition(row.definition_id)}, {words.people(row.person_scope)}"
    if row.source is not None:
        return (
            f"direct payment share, {row.source.upper()} {row.measure}, "
            f"{words.people(row.person_scope)}"
        )
    basis = view.data.bases.get((row.activity, row.person_scope))
    return basis.title if basis else words.plain(row.activity)
