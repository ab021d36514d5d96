"""Why the sources disagree: the bridge from ADASS's rate to the official one.

Belongs here: England's steps as waterfalls, regions beside each other.
Does not: a council's own bridge as a page (`council`), how steps are computed (`methods`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dagster_project.report import words
from dagster_project.report.charts.draw import chart
from dagster_project.report.charts.waterfall import waterfall
from dagster_project.report.data import grouped, synthetic
from dagster_project.report.data.rates import Step
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Cell, Page, Shelf, Table, cells, figures, texts, tight


def pages(view: View) -> Iterator[Page]:
    """The page."""
    shelf = Shelf()
    england = grouped(
        (row for row in view.data.steps if row.area_level == "england"),
        lambda row: (row.financial_year, row.from_definition_id, row.to_definition_id),
    )
    told = []
    for (year, start, end), rows in reversed(england.items()):
        name = f"{year}-{start}-{end}".lower().replace("_", "-")
        said = f"{view.names.definition(start)} to {view.names.definition(end)}, {year}"
        shelf.put(
            chart(
                waterfall,
                f"waterfall-{name}",
                f"From {said}",
                f"steps-{name}",
                rows=bars(view, rows),
                synthetic=synthetic(rows),
                subtitle="Percent. Thin lines: least and greatest effect over all orders of the "
                "steps.",
                live=True,
            ),
            steps_table(view, f"steps-{name}", f"Steps from {said}, England", rows),
        )
        told.append((name, year, sentence(view, rows)))
    shelf.put(*_regions(view))
    yield shelf.page(
        "bridge.html",
        "Why the sources disagree",
        "bridge.html",
        "The bridge",
        told=told,
        regions=[name for name in shelf.tables if name.startswith("regions-")],
    )


def sentence(view: View, rows: Sequence[Step]) -> str:
    """The whole way and the greatest step on it, from the figures."""
    first, last = rows[0], rows[-1]
    greatest = max(rows, key=lambda row: abs(row.effect_pp or 0.0))
    return (
        f"In {first.financial_year} {view.names.definition(first.from_definition_id)} gives "
        f"{words.percent(first.rate_before_pct)} and "
        f"{view.names.definition(first.to_definition_id)} {words.percent(last.rate_after_pct)}. "
        f"The greatest step is {words.points(greatest.effect_pp)} points: "
        f"{greatest.label[:1].lower()}{greatest.label[1:]}."
    )


def bars(view: View, rows: Sequence[Step]) -> dict[str, list[dict[str, Any]]]:
    """Rows of the waterfall: the first rate, each step, the last rate."""
    first, last = rows[0], rows[-1]
    drawn = [
        _rate(0, view.names.definition(first.from_definition_id), first.rate_before_pct),
        *(_bar(order, row) for order, row in enumerate(rows, start=1)),
        _rate(len(rows) + 1, view.names.definition(first.to_definition_id), last.rate_after_pct),
    ]
    ranges = [
        {
            "name": _name(row),
            "order": order,
            "lower": (row.rate_before_pct or 0.0) + (row.effect_min_pp or 0.0),
            "upper": (row.rate_before_pct or 0.0) + (row.effect_max_pp or 0.0),
        }
        for order, row in enumerate(rows, start=1)
        if row.effect_min_pp is not None and row.rate_before_pct is not None
    ]
    return {"bars": drawn, "ranges": ranges}


def _rate(order: int, name: str, rate: float | None) -> dict[str, Any]:
    return {
        "name": name,
        "order": order,
        "kind": "rate",
        "start": 0,
        "end": rate,
        "right": rate,
        "label": words.percent(rate),
        "words": words.percent(rate),
    }


def _bar(order: int, row: Step) -> dict[str, Any]:
    ends = [value for value in (row.rate_before_pct, row.rate_after_pct) if value is not None]
    reach = [
        (row.rate_before_pct or 0.0) + effect
        for effect in (row.effect_min_pp, row.effect_max_pp)
        if effect is not None
    ]
    return {
        "name": _name(row),
        "order": order,
        "kind": "lowers it" if (row.effect_pp or 0.0) < 0 else "raises it",
        "start": row.rate_before_pct,
        "end": row.rate_after_pct,
        "right": max([*ends, *reach], default=0.0),
        "label": words.points(row.effect_pp),
        "words": f"{words.points(row.effect_pp)} points, from "
        f"{words.span(row.effect_min_pp, row.effect_max_pp)} over the orders",
    }


def _name(row: Step) -> str:
    return words.sentence(words.plain(row.step))


def steps_table(view: View, name: str, caption: str, rows: Sequence[Step]) -> Table:
    """The steps with their ranges."""
    return Table(
        name,
        caption,
        [
            *tight("Step", "Year"),
            *texts("What changes"),
            *figures("Effect, points", "Least to greatest", "Rate before, %", "Rate after, %"),
            *figures("Councils"),
        ],
        [
            cells(
                _name(row),
                row.financial_year,
                row.label,
                view.figure(
                    row.area_level,
                    row.area_id,
                    words.points(row.effect_pp),
                    row.financial_year,
                    "bridge",
                    row.from_definition_id,
                ),
                words.span(row.effect_min_pp, row.effect_max_pp)
                if row.effect_min_pp is not None
                else "not a switch",
                words.number(row.rate_before_pct),
                words.number(row.rate_after_pct),
                words.count(row.councils),
            )
            for row in rows
        ],
        synthetic(rows),
        "reconciliation_bridge",
    )


def _regions(view: View) -> Iterator[Table]:
    """For each year, regions in lines and steps in columns."""
    years = grouped(
        (row for row in view.data.steps if row.area_level == "region"),
        lambda row: row.financial_year,
    )
    for year, rows in reversed(years.items()):
        steps = list(dict.fromkeys(row.step for row in rows))
        areas = grouped(rows, lambda row: row.area_id)
        yield Table(
            f"regions-{year}",
            f"The bridge of each region, {year}, in points",
            [
                *texts("Region"),
                *figures(
                    f"{view.names.definition(rows[0].from_definition_id)}, %",
                    *(words.sentence(words.plain(step)) for step in steps),
                    f"{view.names.definition(rows[0].to_definition_id)}, %",
                    "Councils",
                ),
            ],
            [_region(view, found, steps) for found in areas.values()],
            synthetic(rows),
            "reconciliation_bridge",
            "Over the councils of the region that have all components.",
        )


def _region(view: View, rows: Sequence[Step], steps: Sequence[str]) -> tuple[Cell, ...]:
    effects = {row.step: row.effect_pp for row in rows}
    first, last = rows[0], rows[-1]
    return cells(
        view.figure(
            first.area_level,
            first.area_id,
            view.names.area(first.area_id),
            first.financial_year,
            "bridge",
            first.from_definition_id,
        ),
        words.number(first.rate_before_pct),
        *(words.points(effects.get(step)) for step in steps),
        words.number(last.rate_after_pct),
        words.count(last.councils),
    )
