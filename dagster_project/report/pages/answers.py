"""What respondents said, as a chart and a table that several pages show.

Belongs here: shares of POET's answers, genuine budgets of a council. Does not: a page.
"""

from __future__ import annotations

from collections.abc import Sequence

from dagster_project.report import words
from dagster_project.report.charts.draw import chart
from dagster_project.report.charts.survey import shares
from dagster_project.report.data import grouped, synthetic
from dagster_project.report.data.surveys import Genuine, Outcome
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Cell, Chart, Table, cells, figures, ordered, texts, tight


def outcome_chart(
    view: View,
    name: str,
    title: str,
    table: str,
    rows: Sequence[Outcome],
    *,
    live: bool = False,
) -> Chart:
    """Shares of one group over the outcomes, the greatest first."""
    ranked = sorted(rows, key=lambda row: (-(row.better_pct or 0.0), row.domain))
    return chart(
        shares,
        name,
        title,
        table,
        rows={
            "rows": [
                {
                    "name": view.names.domain(row.domain),
                    "order": order,
                    "value": row.better_pct,
                    "lower": row.better_lower_pct,
                    "upper": row.better_upper_pct,
                    "label": f"{words.percent(row.better_pct, 0)} (n = {words.count(row.n_valid)})",
                    "words": f"{words.percent(row.better_pct, 0)}, 95% limits "
                    f"{words.span(row.better_lower_pct, row.better_upper_pct, 0)}, "
                    f"n = {words.count(row.n_valid)}",
                }
                for order, row in enumerate(ranked)
            ]
        },
        synthetic=synthetic(ranked),
        subtitle="Percent of valid answers, with 95% limits.",
        live=live,
    )


def favourable_chart(view: View, table: str, rows: Sequence[Outcome]) -> Chart | None:
    """Favourable answers to one questionnaire, where they may be shown, beside their table."""
    shown = [row for row in rows if not row.suppressed and row.better_pct is not None]
    if not shown:
        return None
    first = shown[0]
    title = (
        f"Favourable ({words.favourable(first.scale)}), POET {first.wave}, "
        f"{words.instrument(first.instrument)}"
    )
    return outcome_chart(view, f"chart-{table}", title, table, shown)


def outcomes(view: View, name: str, rows: Sequence[Outcome]) -> Table | None:
    """Shares of a council's respondents, of as many waves and questionnaires as are given."""
    if not rows:
        return None
    asked = list(grouped(rows, lambda row: (row.wave, row.instrument)))
    several = len(asked) > 1
    return Table(
        name,
        "What people who answered POET said"
        if several
        else f"POET {asked[0][0]}, {words.instrument(asked[0][1])} who answered",
        [
            *([*tight("Survey"), *texts("Who answered")] if several else []),
            *texts("Outcome"),
            *figures("Valid answers (n)", "Favourable, %", "95% limits, %", "Adverse, %"),
        ],
        [
            cells(
                *(_asked(row) if several else ()),
                view.names.domain(row.domain),
                *(_hidden(4) if row.suppressed else _shares(view, row)),
            )
            for row in rows
        ],
        synthetic(rows),
        "poet_outcome",
        f"Favourable: {_meanings(rows)}. Respondents chose to answer. Limits are Wilson's and tell "
        "chance alone. Counts are rounded, shares to whole points, so that nobody is recognised.",
    )


def _asked(row: Outcome) -> tuple[Cell, ...]:
    return cells(str(row.wave), words.sentence(words.instrument(row.instrument)))


def favourable(view: View, area_level: str, area_id: str, row: Outcome) -> list[Cell]:
    """How many answered, the favourable share, which leads to where it comes from, its limits."""
    share = words.number(row.better_pct, 0)
    return [
        words.count(row.n_valid),
        view.figure(area_level, area_id, share, row.wave, "poet", row.instrument, row.domain),
        words.span(row.better_lower_pct, row.better_upper_pct, 0),
    ]


def _shares(view: View, row: Outcome) -> list[Cell]:
    return [*favourable(view, "council", row.group_value, row), words.number(row.worse_pct, 0)]


def _meanings(rows: Sequence[Outcome]) -> str:
    """What favourable means, with the waves where it is not the same in all."""
    scales = grouped(rows, lambda row: row.scale)
    if len(scales) == 1:
        return words.favourable(rows[0].scale)
    return "; ".join(
        f"{words.favourable(scale)} ({', '.join(ordered(str(row.wave) for row in found))})"
        for scale, found in scales.items()
    )


def _hidden(columns: int) -> list[Cell]:
    return [words.SUPPRESSED] * columns


def genuine(view: View, rows: Sequence[Genuine]) -> Table | None:
    """Budgets of a council that pass, by the answers of its respondents."""
    if not rows:
        return None
    return Table(
        "genuine",
        "Budgets that pass In Control's three tests, by the answers to POET",
        [
            *tight("Survey", "Year"),
            *texts("Budgets"),
            *figures("Official holders", "Answered all three (n)", "Passing, %", "Implied count"),
        ],
        [
            cells(
                str(row.wave),
                row.financial_year,
                words.sentence(words.plain(row.budget_type)),
                words.count(row.official_holders),
                *(
                    _hidden(3)
                    if row.suppressed
                    else [
                        words.count(row.n_valid),
                        passing(view, row),
                        implied(row),
                    ]
                ),
            )
            for row in rows
        ],
        synthetic(rows),
        "genuine_budget",
        rows[0].assumption,
    )


def passing(view: View, row: Genuine) -> Cell:
    """The share that passes, with its limits; it leads to where it comes from."""
    limits = words.span(row.passing_lower_pct, row.passing_upper_pct, 0)
    share = f"{words.number(row.passing_pct, 0)} ({limits})"
    named = (row.wave, "genuine_budget", row.budget_type)
    return view.figure(row.area_level, row.area_id, share, *named)


def implied(row: Genuine) -> str:
    """How many official holders that would be, with limits."""
    if row.implied_count is None:
        return words.NOT_AVAILABLE
    span = words.span(row.implied_lower, row.implied_upper, 0)
    return f"{words.count(row.implied_count)} ({span})"
