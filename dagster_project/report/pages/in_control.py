"""In Control's question: of the budgets that are counted, how many are genuine?

Belongs here: official counts beside what POET's answers to the three tests imply.
Does not: outcomes (`outcomes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dagster_project.report import words
from dagster_project.report.charts.draw import chart
from dagster_project.report.charts.survey import counts
from dagster_project.report.data import synthetic
from dagster_project.report.data.surveys import Genuine
from dagster_project.report.pages.answers import implied, passing
from dagster_project.report.pages.rates import evidence
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Chart, Page, Shelf, Table, cells, figures, texts, tight


def pages(view: View) -> Iterator[Page]:
    """The page."""
    shelf = Shelf()
    england = [row for row in view.data.genuine if row.area_level == "england"]
    whole = [row for row in england if row.budget_type == "all"]
    for row in whole:
        shelf.put(_chart(row))
    shelf.put(
        _table(view, "england", "England", england, {}),
        _table(
            view,
            "councils",
            "Councils whose answers may be shown",
            [
                row
                for row in view.data.genuine
                if row.area_level == "council" and not row.suppressed
            ],
            {council.council_id: council.council_name for council in view.data.councils.values()},
        ),
    )
    yield shelf.page(
        "in-control.html",
        "Counted, and genuine?",
        "in_control.html",
        "In Control",
        said=[_said(row) for row in whole],
        assumption=whole[0].assumption if whole else None,
        hidden=sum(
            row.suppressed
            for row in view.data.genuine
            if row.area_level == "council" and row.budget_type == "all"
        ),
    )


def _said(row: Genuine) -> str:
    """A wave in a sentence."""
    said = (
        f"{row.financial_year} (POET {row.wave}): {words.percent(row.passing_pct, 0)} of "
        f"{words.count(row.n_valid)} holders who answered all three tests pass them "
        f"(95% limits {words.span(row.passing_lower_pct, row.passing_upper_pct, 0)}%)."
    )
    if row.implied_count is None:
        return f"{said} Official holders are not known for that year, so no count follows."
    return (
        f"{said} If they stood for all {words.count(row.official_holders)} official holders, "
        f"about {words.about(row.implied_count)} budgets would be genuine "
        f"({words.about(row.implied_lower)} to {words.about(row.implied_upper)})."
    )


def _chart(row: Genuine) -> Chart | None:
    """The counts there are for a wave, beside each other."""
    named = [
        ("Official holders", row.official_holders, None, None),
        ("As ADASS counts", row.adass_estimate, None, None),
        ("Pass all three tests", row.implied_count, row.implied_lower, row.implied_upper),
        (
            f"In Control's count, {words.day(row.in_control_as_of)}",
            row.in_control_count,
            None,
            None,
        ),
    ]
    shown = [one for one in named if one[1] is not None]
    if row.implied_count is None:
        return None
    return chart(
        counts,
        f"counts-{row.wave}",
        f"People counted and implied, {row.financial_year}",
        "england",
        rows={
            "rows": [
                {
                    "name": name,
                    "order": order,
                    "value": value,
                    "lower": lower,
                    "upper": upper,
                    "right": max(value or 0.0, upper or 0.0),
                    "label": words.count(value),
                }
                for order, (name, value, lower, upper) in enumerate(shown)
            ]
        },
        synthetic=synthetic([row]),
        subtitle="Black line: 95% limits of the share that passes.",
        live=True,
    )


def _table(
    view: View, name: str, whose: str, rows: Sequence[Genuine], names: dict[str, str]
) -> Table | None:
    if not rows:
        return None
    return Table(
        name,
        f"Counted officially, and passing all three tests: {whose}",
        [
            *texts("Area"),
            *tight("Year", "Survey"),
            *texts("Budgets"),
            *figures(
                "Official holders",
                "Answered all three (n)",
                "Passing, % (95% limits)",
                "Implied count (limits)",
            ),
            *texts("Evidence"),
        ],
        [
            cells(
                names.get(row.area_id, row.area_id),
                row.financial_year,
                str(row.wave),
                words.sentence(words.plain(row.budget_type)),
                words.count(row.official_holders),
                words.count(row.n_valid),
                passing(view, row),
                implied(row),
                evidence(row.evidence_class),
            )
            for row in rows
        ],
        synthetic(rows),
        "genuine_budget",
    )
