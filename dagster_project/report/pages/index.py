"""The first page: was the target met, by whom, and on which definition?

Belongs here: the answer in a sentence, the year in front on each basis, England over the years.
Does not: councils one by one (`council`), why the bases differ (`bridge`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dagster_project.report import words
from dagster_project.report.charts.attainment import side_by_side
from dagster_project.report.charts.draw import chart
from dagster_project.report.data import grouped, synthetic
from dagster_project.report.data.rates import National
from dagster_project.report.names import of
from dagster_project.report.pages.rates import evidence, national, share_of_payments
from dagster_project.report.pages.tracks import over_the_years
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Chart, Page, Shelf, Table, figures, texts, tight


def pages(view: View) -> Iterator[Page]:
    """The page."""
    shelf = Shelf()
    front = [row for row in view.in_front if row.financial_year == view.year]
    shelf.put(
        national(
            view,
            "year-in-front",
            f"England against the {words.exact(view.target.threshold_pct)}% target in {view.year}",
            front,
            view.target,
        ),
        _shares_chart(view, front),
        _rates_chart(view, front),
        national(
            view,
            "all-years",
            f"England against the {words.exact(view.target.threshold_pct)}% target, every year",
            view.in_front,
            view.target,
        ),
        _direct_payments(view),
    )
    england = [change for change in view.data.changes if change.area_level == "england"]
    broken = over_the_years(view, shelf, england, ", England", "all-years", live=True)
    yield shelf.page(
        "index.html",
        "Was the personal budgets target met?",
        "index.html",
        "The answer",
        target=view.target,
        targets=list(view.data.targets.values()),
        year=view.year,
        answer=answer(view, front),
        verdicts=[_verdict(view, row) for row in front],
        councils=_councils(view),
        broken=broken,
    )


def answer(view: View, front: Sequence[National]) -> str:
    """The answer in one sentence, from the figures."""
    if not front:
        return "No council has data for a rate yet, so nothing can be said."
    goal = words.exact(view.target.threshold_pct)
    rated = [row.pooled_rate_pct for row in front if row.pooled_rate_pct is not None]
    above = sum(rate >= view.target.threshold_pct for rate in rated)
    ways = words.quantity(len(rated), "way", "ways")
    if front[0].timing != "due":
        return (
            f"This release cannot tell: it has no rate for the year in which the {goal}% target "
            f"was due. In {front[0].financial_year} England was at {goal}% or above on {above} of "
            f"{ways} to count people."
        )
    if above == len(rated):
        return f"Yes, however people are counted: England was at {goal}% or above on all {ways}."
    if not above:
        return f"No, however people are counted: England was below {goal}% on all {ways}."
    return (
        f"It depends on who is counted: of {ways} to count them, England was at {goal}% or above "
        f"on {above} and below on {len(rated) - above}, from {words.percent(min(rated))} to "
        f"{words.percent(max(rated))}."
    )


def _verdict(view: View, row: National) -> dict[str, object]:
    rate = row.pooled_rate_pct
    stands = (
        "no pooled rate"
        if rate is None
        else f"{words.percent(rate)}, "
        + ("at or above" if rate >= view.target.threshold_pct else "below")
        + " the target"
    )
    silent = row.councils_in_scope - row.councils_with_data
    councils = (
        f"{words.count(row.councils_met)} of the {words.count(row.councils_with_data)} councils "
        f"with data met it ({words.percent(row.share_met_pct)})"
    )
    if silent or row.councils_undetermined:
        councils += (
            f"; of all {words.count(row.councils_in_scope)}, between "
            f"{words.percent(row.share_met_lower_pct)} and "
            f"{words.percent(row.share_met_upper_pct)} did"
        )
    return {
        "name": view.series(of(row)),
        "stands": words.sentence(stands),
        "councils": councils + ".",
        "synthetic": row.evidence_class == "synthetic",
    }


def _councils(view: View) -> str:
    """Who met it on all bases, on none, on some: in a sentence."""
    rows = [
        row
        for row in view.data.attainment
        if row.financial_year == view.year
        and row.target_id == view.target.target_id
        and row.verdict in ("met", "missed")
        and not view.names.measures_direct_payments(of(row))
    ]
    verdicts = [
        {row.verdict for row in members}
        for members in grouped(rows, lambda row: row.council_id).values()
    ]
    if not verdicts:
        return ""
    met = sum(found == {"met"} for found in verdicts)
    missed = sum(found == {"missed"} for found in verdicts)
    return (
        f"Of {words.quantity(len(verdicts), 'council')} with a verdict in {view.year}, "
        f"{words.count(met)} met the target on every basis that has their figures, "
        f"{words.count(missed)} on none, and for {words.count(len(verdicts) - met - missed)} it "
        "depends on the basis."
    )


def _shares_chart(view: View, front: Sequence[National]) -> Chart | None:
    goal = words.exact(view.target.threshold_pct)
    return _front_chart(
        view,
        "shares-that-met",
        f"Share of councils at {goal}% or more in {view.year}, on each basis",
        "Point and figure: share of the councils with data. Bar: the least and the greatest share "
        "of all councils, whatever those without data did.",
        {row: _share(row) for row in front if row.share_met_pct is not None},
        target=[],
    )


def _share(row: National) -> dict[str, Any]:
    return {
        "value": row.share_met_pct,
        "lower": row.share_met_lower_pct,
        "upper": row.share_met_upper_pct,
        "right": max(row.share_met_pct or 0.0, row.share_met_upper_pct or 0.0),
        "words": f"{words.count(row.councils_met)} of "
        f"{words.count(row.councils_with_data)} with data",
    }


def _rates_chart(view: View, front: Sequence[National]) -> Chart | None:
    goal = view.target.threshold_pct
    return _front_chart(
        view,
        "rates-in-front",
        f"England's rate in {view.year}, on each basis",
        "Point and figure: all people counted over all people in the base, of the councils with "
        "both counts.",
        {row: _rate(row) for row in front if row.pooled_rate_pct is not None},
        target=[{"threshold": goal, "name": f"target {words.exact(goal)}%"}],
    )


def _rate(row: National) -> dict[str, Any]:
    rate = row.pooled_rate_pct
    return {
        "value": rate,
        "lower": rate,
        "upper": rate,
        "right": rate,
        "words": f"{words.percent(rate)} over {words.quantity(row.councils_with_data, 'council')}",
    }


def _front_chart(
    view: View,
    name: str,
    title: str,
    subtitle: str,
    shown: Mapping[National, Mapping[str, Any]],
    target: Sequence[Mapping[str, Any]],
) -> Chart | None:
    """The year in front on each basis, a line each."""
    if not shown:
        return None
    return chart(
        side_by_side,
        name,
        title,
        "year-in-front",
        rows={
            "rows": [
                {"name": view.names.series(of(row)), "order": order, **known}
                for order, (row, known) in enumerate(shown.items())
            ],
            "target": target,
        },
        synthetic=synthetic(shown),
        subtitle=subtitle,
        live=True,
    )


def _direct_payments(view: View) -> Table | None:
    rows = [
        row
        for row in view.data.direct_payments
        if row.area_level == "england" and row.direct_payment_share_pct is not None
    ]
    if not rows:
        return None
    return Table(
        "direct-payments",
        "How much of it was direct payments, England",
        [
            *tight("Year"),
            *texts("Source", "Share of"),
            *figures("Direct payments", "All", "Share, %", "Councils"),
            *texts("Evidence"),
        ],
        [
            (
                *share_of_payments(view, row),
                words.count(row.councils),
                evidence(row.evidence_class),
            )
            for row in rows
        ],
        synthetic(rows),
        "direct_payment_share",
    )
