"""Rates over the years as charts draw them: points, joins where years compare, labels, breaks.

Belongs here: rows for `charts.attainment.over_time`, of England and of one council, and both charts
of such rows on a page. Does not: drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dagster_project.report import words
from dagster_project.report.charts.attainment import over_time
from dagster_project.report.charts.draw import chart
from dagster_project.report.data.places import Break
from dagster_project.report.data.rates import Change
from dagster_project.report.names import of
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Shelf

_REACH = 8  # years a label reaches over
_TOP = 103.0  # percent, above which a label would leave the picture
_APART = 5.0  # percent between labels at the end of lines, so that they can be read


def tracks(
    view: View, changes: Iterable[Change], years: Sequence[str], *, published: bool
) -> dict[str, list[dict[str, Any]]]:
    """The rows of the chart, of sources' own definitions or of the common bases."""
    known = [one for one in _of_kind(view, changes, years, published) if (one.rate_pct or 0) <= 100]
    return {
        "years": [{"year": year} for year in years],
        "points": [_point(view, change) for change in known],
        "joins": [
            _point(view, change)
            | {"previous_year": change.previous_year, "previous_rate": change.previous_rate_pct}
            for change in known
            if change.change_pp is not None
        ],
        "labels": _labels(view, known),
        "targets": [
            {
                "year": year,
                "threshold": target.threshold_pct,
                "name": f"{words.exact(target.threshold_pct)}%",
            }
            for target in view.data.targets.values()
            if not target.withdrawn
            for year in [_year_of(target.reference_date.year, target.reference_date.month)]
            if year in years
        ],
        "breaks": [
            {"year": broken.first_year_after, "name": f"break {number}", "reason": broken.reason}
            for number, broken in enumerate(_crossed(view, known), start=1)
        ],
    }


def over_the_years(
    view: View,
    shelf: Shelf,
    changes: Sequence[Change],
    of_whom: str,
    table: str,
    *,
    live: bool = False,
) -> dict[str, list[tuple[str, str, str]]]:
    """Put two charts on the page, and give the breaks each of them shows.

    `of_whom` ends their titles, `table` is the one that has their figures.
    """
    found = {}
    for name, title, published in (
        ("over-time-published", "As each source counts", True),
        ("over-time-common", "On the common bases", False),
    ):
        rows = tracks(view, changes, view.years, published=published)
        if rows["points"]:
            beyond = len(_of_kind(view, changes, view.years, published)) - len(rows["points"])
            shelf.put(
                chart(
                    over_time,
                    name,
                    title + of_whom,
                    table,
                    rows=rows,
                    synthetic=invented(rows),
                    subtitle=subtitle(rows, beyond),
                    live=live,
                )
            )
            found[name] = breaks(rows)
    return found


def breaks(rows: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str, str]]:
    """The breaks a chart shows: number, year, reason."""
    return [(row["name"], row["year"], row["reason"]) for row in rows["breaks"]]


def invented(rows: dict[str, list[dict[str, Any]]]) -> words.Invented:
    """How many of the points a chart shows are invented."""
    found = {row["invented"] for row in rows["points"]}
    if found == {True}:
        return words.Invented.ALL
    return words.Invented.PART if True in found else words.Invented.NOTHING


def subtitle(rows: dict[str, list[dict[str, Any]]], beyond: int = 0) -> str:
    """How to read the chart, of which so many rates are left out since they are above 100."""
    hollow = f" Hollow points are {words.SYNTHETIC}." if invented(rows) else ""
    left = (
        f" {words.quantity(beyond, 'rate')} above 100 not drawn: see the table." if beyond else ""
    )
    return f"Percent. A line joins two years only where they may be compared.{left}{hollow}"


def _of_kind(
    view: View, changes: Iterable[Change], years: Sequence[str], published: bool
) -> list[Change]:
    """Rates of personal budgets, of sources' own definitions or of the common bases."""
    return [
        change
        for change in changes
        if change.rate_pct is not None
        and change.financial_year in years
        and of(change).published == published
        and not view.names.measures_direct_payments(of(change))
    ]


def _crossed(view: View, known: Sequence[Change]) -> list[Break]:
    """Breaks of what is shown, with a figure of it on or before them."""
    if not known:
        return []
    shown = {change.definition_id for change in known}
    first, last = min(_years(known)), max(_years(known))
    return [
        broken
        for broken in view.data.breaks
        if first < broken.first_year_after <= last and shown & set(broken.definition_ids.split(";"))
    ]


def _years(known: Sequence[Change]) -> list[str]:
    return [change.financial_year for change in known]


def _point(view: View, change: Change) -> dict[str, Any]:
    return {
        "year": change.financial_year,
        "rate": change.rate_pct,
        "people": words.people(change.person_scope),
        "name": view.names.series(of(change)),
        "detail": change.note or "",
        "invented": change.evidence_class == "synthetic",
    }


def _labels(view: View, known: Sequence[Change]) -> list[dict[str, Any]]:
    """A name at the end of each line."""
    went_on = {
        (change.basis_id, change.previous_definition_id, change.person_scope, change.previous_year)
        for change in known
        if change.change_pp is not None
    }
    ends: dict[str, list[Change]] = {}
    for change in known:
        place = (change.basis_id, change.definition_id, change.person_scope, change.financial_year)
        if place not in went_on:
            ends.setdefault(change.financial_year, []).append(change)
    ranked = sorted(
        (change for group in ends.values() for change in group),
        key=lambda change: (change.rate_pct or 0.0, change.financial_year, of(change).slug),
    )
    starts = [int(change.financial_year[:4]) for change in ranked]
    places = _apart([change.rate_pct or 0.0 for change in ranked], starts)
    return [
        {
            "year": change.financial_year,
            "rate": change.rate_pct,
            "at": at,
            "name": view.names.series(of(change)),
        }
        for change, at in zip(ranked, places, strict=True)
    ]


def _apart(rates: Sequence[float], years: Sequence[int]) -> list[float]:
    """Places of labels at rising rates: moved up, then down from the top, until all stand clear.

    A label reaches over the years after its own, so only those far apart may share a height.
    """
    places: list[float] = []
    for number, rate in enumerate(rates):
        near = [
            place
            for place, year in zip(places, years, strict=False)
            if abs(year - years[number]) <= _REACH
        ]
        places.append(max([rate, *(place + _APART for place in near)]))
    for number in reversed(range(len(places))):
        above = [
            places[other]
            for other in range(number + 1, len(places))
            if abs(years[other] - years[number]) <= _REACH
        ]
        places[number] = min([places[number], _TOP, *(place - _APART for place in above)])
    return places


def _year_of(year: int, month: int) -> str:
    start = year if month >= 4 else year - 1
    return f"{start}-{(start + 1) % 100:02d}"
