"""Tables of rates that several kinds of page show.

Belongs here: England's rows as a table, the cells of a direct payment share. Does not: a page.
"""

from __future__ import annotations

from collections.abc import Sequence

from dagster_project.report import words
from dagster_project.report.data import synthetic
from dagster_project.report.data.places import Target
from dagster_project.report.data.rates import DirectPayments, National
from dagster_project.report.names import of
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Cell, Table, cells, figures, texts, tight


def national(
    view: View, name: str, caption: str, rows: Sequence[National], target: Target
) -> Table:
    """England on each basis against one target."""
    return Table(
        name,
        caption,
        [
            *texts("Basis or definition"),
            *tight("Year"),
            *figures(
                "Pooled rate, %",
                f"Councils at {words.exact(target.threshold_pct)}% or more",
                "Councils with data",
                "Share that met, %",
                "At least to at most, %",
                "Estimate with silent councils, %",
            ),
            *texts("Evidence"),
        ],
        [_row(view, row) for row in rows],
        synthetic(rows),
        "national_attainment",
        "The share that met is over councils with data. At least to at most is over all councils "
        "in scope: silent ones and those that cannot be told may all have missed or all have met. "
        "The estimate fills silent councils in from their region and is given with its 95% "
        "interval; it holds only if silence has nothing to do with the rate.",
    )


def _row(view: View, row: National) -> tuple[Cell, ...]:
    return cells(
        view.series(of(row)),
        row.financial_year,
        view.rate("england", "England", row, words.number(row.pooled_rate_pct)),
        words.count(row.councils_met),
        f"{words.count(row.councils_with_data)} of {words.count(row.councils_in_scope)}",
        words.number(row.share_met_pct),
        words.span(row.share_met_lower_pct, row.share_met_upper_pct),
        _estimate(row),
        evidence(row.evidence_class),
    )


def _estimate(row: National) -> str:
    if row.estimated_rate_pct is None or row.estimated_rate_se_pp is None:
        return words.NOT_AVAILABLE
    half = 1.96 * row.estimated_rate_se_pp
    rate = row.estimated_rate_pct
    if half == 0:
        return words.number(rate)
    return f"{words.number(rate)} ({words.span(rate - half, rate + half)})"


def evidence(evidence_class: str | None) -> str:
    """The class of evidence, invented figures in capitals."""
    if evidence_class == "synthetic":
        return words.SYNTHETIC
    return evidence_class or words.NOT_AVAILABLE


def share_of_payments(view: View, row: DirectPayments) -> tuple[Cell, ...]:
    """Year, source, of what, direct payments, all, share: money in pounds, people as a count."""
    amount = words.pounds if row.measure == "spend" else words.count
    return cells(
        row.financial_year,
        row.source.upper(),
        f"{row.measure}, {words.people(row.person_scope)}",
        amount(row.direct_payment),
        amount(row.total),
        view.figure(
            row.area_level,
            row.area_id,
            words.number(row.direct_payment_share_pct),
            row.financial_year,
            "direct_payment_share",
            row.source,
            row.measure,
            row.person_scope,
        ),
    )
