"""Councils beside each other, and how to find one.

Belongs here: the list of councils, and for each year and basis a funnel and intervals in groups of
comparators. Does not: a table of who is first: a place is only ever among comparators, as a range.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from dagster_project.report import words
from dagster_project.report.charts.comparison import GROUP, funnel, intervals
from dagster_project.report.charts.draw import chart
from dagster_project.report.data import grouped, synthetic
from dagster_project.report.data.rates import Attainment, Comparison, National
from dagster_project.report.funnel import Funnel, fit
from dagster_project.report.names import Series, of
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


@dataclass(frozen=True)
class Compared:
    """One year on one basis: England, and every council with its place if it has one."""

    year: str
    series: Series
    england: National
    rates: Sequence[Attainment]
    places: dict[str, Comparison]

    @property
    def path(self) -> str:
        """Where its page lies."""
        return f"compare/{self.year}-{self.series.slug}.html"

    @property
    def placed(self) -> list[Attainment]:
        """Councils with a rate that can be set beside others."""
        return [
            row
            for row in self.rates
            if row.rate_pct is not None and row.rate_pct <= 100 and row.denominator
        ]


def pages(view: View) -> Iterator[Page]:
    """The list, and a page for each year and basis."""
    all_compared = list(_compared(view))
    yield _list(view, all_compared)
    for compared in all_compared:
        yield _comparison(view, compared)


def _compared(view: View) -> Iterator[Compared]:
    rates = grouped(
        (row for row in view.data.attainment if row.target_id == view.target.target_id),
        lambda row: (row.financial_year, of(row)),
    )
    places = grouped(view.data.comparisons, lambda row: (row.financial_year, of(row)))
    for row in view.in_front:
        key = (row.financial_year, of(row))
        yield Compared(
            *key, row, rates.get(key, ()), {one.council_id: one for one in places.get(key, ())}
        )


def _list(view: View, all_compared: Sequence[Compared]) -> Page:
    shelf = Shelf()
    return shelf.page(
        "councils.html",
        "Councils",
        "councils.html",
        "Councils",
        councils=list(view.data.councils.values()),
        years=[
            (year, [Link(view.names.series(one.series), one.path) for one in found])
            for year, found in reversed(grouped(all_compared, lambda one: one.year).items())
        ],
        year_in_front=view.year,
    )


def _comparison(view: View, compared: Compared) -> Page:
    shelf = Shelf()
    placed = compared.placed
    fitted = fit(
        [(row.rate_pct or 0.0, row.denominator or 0.0) for row in placed],
        compared.england.pooled_rate_pct or 0.0,
    )
    shelf.put(
        _funnel_chart(view, compared, fitted) if fitted else None,
        _intervals_chart(view, compared) if placed else None,
        _placed(view, compared, fitted),
        _unplaced(view, compared),
    )
    return shelf.page(
        compared.path,
        f"{view.names.series(compared.series)}, {compared.year}",
        "compare.html",
        "Councils",
        series=view.series(compared.series),
        dispersion=fitted.dispersion if fitted else None,
        centre=compared.england.pooled_rate_pct,
        said=_said(view, compared, fitted),
    )


def _said(view: View, compared: Compared, fitted: Funnel | None) -> str:
    placed = compared.placed
    if not placed:
        return "No council has a rate that can be set beside others."
    rates = sorted(row.rate_pct or 0.0 for row in placed)
    said = (
        f"{words.quantity(len(placed), 'council')} of {compared.england.councils_in_scope} have a "
        f"rate, from {words.percent(rates[0])} to {words.percent(rates[-1])}; the median council "
        f"is at {words.percent(median(rates))}."
    )
    if fitted is None:
        return said
    outside = sum(_where(fitted, row) != _WHERE[0] for row in placed)
    return (
        f"{said} {words.sentence(words.quantity(outside, 'council'))} "
        f"{'lies' if outside == 1 else 'lie'} outside the 95% limits of the funnel."
    )


_WHERE = ("inside the limits", "outside the 95% limits", "outside the 99.8% limits")


def _where(fitted: Funnel, row: Attainment) -> str:
    return _WHERE[fitted.outside(row.rate_pct or 0.0, row.denominator or 1.0)]


def _funnel_chart(view: View, compared: Compared, fitted: Funnel) -> Chart:
    placed = compared.placed
    goal = view.target.threshold_pct
    return chart(
        funnel,
        "funnel",
        f"Rates by size of the base, {compared.year}",
        "councils",
        rows={
            "councils": [
                {
                    "name": row.council_name,
                    "base": row.denominator,
                    "rate": row.rate_pct,
                    "where": _where(fitted, row),
                    "words": _rate(row),
                }
                for row in placed
            ],
            "limits": [
                {
                    "base": limit.base,
                    "level": limit.level,
                    "lower": limit.lower_pct,
                    "upper": limit.upper_pct,
                }
                for limit in fitted.limits()
            ],
            "centre": [{"rate": fitted.centre_pct}],
            "target": [{"threshold": goal, "name": f"target {words.exact(goal)}%"}],
        },
        synthetic=synthetic(placed),
        subtitle=f"Percent. Line: England's pooled rate, {words.percent(fitted.centre_pct)}. "
        "Limits are widened for over-dispersion.",
        live=True,
    )


def _intervals_chart(view: View, compared: Compared) -> Chart:
    goal = view.target.threshold_pct
    groups = grouped(
        sorted(compared.placed, key=lambda row: -(row.rate_pct or 0.0)),
        lambda row: view.data.councils[row.council_id].council_type,
    )
    rows: dict[str, list[dict[str, Any]]] = {"councils": [], "groups": [], "medians": []}
    order = 0
    for kind in sorted(groups):
        middle = median(row.rate_pct or 0.0 for row in groups[kind])
        rows["groups"].append({"name": f"{GROUP}{kind}", "order": order})
        for row in groups[kind]:
            order += 1
            rows["medians"].append({"name": row.council_name, "order": order, "rate": middle})
            rows["councils"].append(
                {
                    "name": row.council_name,
                    "order": order,
                    "rate": row.rate_pct,
                    "lower": row.rate_lower_pct,
                    "upper": row.rate_upper_pct,
                    "words": _rate(row),
                }
            )
        order += 1
    return chart(
        intervals,
        "intervals",
        f"Councils of each type, {compared.year}",
        "councils",
        rows=rows | {"target": [{"threshold": goal, "name": f"target {words.exact(goal)}%"}]},
        synthetic=synthetic(compared.placed),
        subtitle="Percent. Bar: what the rounding of counts leaves open. Grey ticks: median of the "
        "type.",
    )


def _rate(row: Attainment) -> str:
    return (
        f"{words.percent(row.rate_pct)} ({words.count(row.numerator)} of "
        f"{words.count(row.denominator)})"
    )


def _placed(view: View, compared: Compared, fitted: Funnel | None) -> Table | None:
    placed = sorted(compared.placed, key=lambda row: row.council_name)
    if not placed:
        return None
    return Table(
        "councils",
        f"{view.names.series(compared.series)}, {compared.year}, in the order of names",
        [
            *texts("Council", "Type"),
            *figures("Numerator", "Denominator", "Rate, %", "Interval, %"),
            *figures("Place among comparators"),
            *texts("Verdict", "Funnel"),
        ],
        [
            cells(
                view.council(row.council_id),
                view.data.councils[row.council_id].council_type,
                words.count(row.numerator),
                words.count(row.denominator),
                view.rate("council", row.council_id, row, words.number(row.rate_pct)),
                words.span(row.rate_lower_pct, row.rate_upper_pct),
                _place(view, compared.places.get(row.council_id)),
                words.verdict(row.verdict),
                _where(fitted, row) if fitted else "",
            )
            for row in placed
        ],
        synthetic(placed),
        "council_comparison",
        "A place is among a council's comparators only, 1 for the highest rate, and a range where "
        "intervals overlap. The verdict is against the target in front.",
    )


def _place(view: View, found: Comparison | None) -> Cell:
    return "not placed" if found is None else view.place(found)


def _unplaced(view: View, compared: Compared) -> Table | None:
    known = {row.council_id for row in compared.placed}
    left = [row for row in compared.rates if row.council_id not in known]
    if not left:
        return None
    return Table(
        "unplaced",
        "Councils that are set beside nobody, and why",
        [*texts("Council"), *figures("Numerator", "Denominator", "Interval, %"), *texts("Why")],
        [
            cells(
                view.council(row.council_id),
                words.count(row.numerator),
                words.count(row.denominator),
                words.span(row.rate_lower_pct, row.rate_upper_pct),
                row.note or "there is no rate",
            )
            for row in sorted(left, key=lambda row: row.council_name)
        ],
        synthetic(left),
        "target_attainment",
    )
