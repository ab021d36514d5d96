"""Rates against a target: over the years, and side by side in one year."""

from functools import cache

from dagster_project.report.charts.draw import Specification, specification
from dagster_project.report.charts.theme import (
    BLUE,
    GREY,
    PEOPLE,
    PEOPLE_COLOURS,
    PEOPLE_SHAPES,
    PINK,
    WIDTH,
)


@cache
def over_time(width: int = WIDTH) -> Specification:
    """Rates by year. A line joins two years only where they may be compared.

    Points of invented figures are hollow.

    Rows: `points` (year, rate, people, name, detail, invented), `joins` (year, rate, previous_year,
    previous_rate, people), `labels` (year, rate, at, name), `targets` (year, threshold, name),
    `breaks` (year, name), `years` (year).
    """
    import altair as alt

    colour = alt.Color(
        "people:N",
        scale=alt.Scale(domain=list(PEOPLE), range=list(PEOPLE_COLOURS)),
        legend=None,  # the name at the end of a line says it
    )
    filled = alt.condition(
        "datum.invented",
        alt.value("white"),
        alt.Fill(
            "people:N",
            scale=alt.Scale(domain=list(PEOPLE), range=list(PEOPLE_COLOURS)),
            legend=None,
        ),
    )
    shape = alt.Shape(
        "people:N",
        scale=alt.Scale(domain=list(PEOPLE), range=list(PEOPLE_SHAPES)),
        legend=None,  # the name at the end of a line says it
    )
    year = alt.X(
        "year:O",
        title=None,
        sort="ascending",
        scale=alt.Scale(padding=0.6),
        # of many years every other one is named
        axis=alt.Axis(
            labelExpr="length(domain('x')) > 9 && indexof(domain('x'), datum.value) % 2 "
            "? '' : datum.label"
        ),
    )
    percent = alt.Y("rate:Q", title=None, scale=alt.Scale(domain=[0, 100]))
    frame = alt.Chart(alt.NamedData("years")).mark_point(opacity=0).encode(x=year)
    breaks = alt.Chart(alt.NamedData("breaks")).encode(x=year)
    targets = alt.Chart(alt.NamedData("targets")).encode(x=year, y=alt.Y("threshold:Q"))
    labels = alt.Chart(alt.NamedData("labels")).encode(x=year, y="at:Q", text="name:N")
    return specification(
        alt.layer(
            frame,
            breaks.mark_rule(strokeDash=[2, 3], color=GREY, strokeWidth=1.5, xOffset=0),
            breaks.mark_text(align="left", dx=4, y=292, color=GREY, fontSize=12).encode(
                text="name:N"
            ),
            targets.mark_tick(thickness=3, color=PINK, size=38, orient="horizontal"),
            targets.mark_text(dy=12, color=PINK, fontWeight="bold", fontSize=12).encode(
                text="name:N"
            ),
            alt.Chart(alt.NamedData("joins"))
            .mark_rule(strokeWidth=2)
            .encode(
                x="previous_year:O",
                x2="year:O",
                y="previous_rate:Q",
                y2="rate:Q",
                color=colour,
            ),
            alt.Chart(alt.NamedData("points"))
            .mark_point(size=60, opacity=1, strokeWidth=2)
            .encode(
                x=year,
                y=percent,
                color=colour,
                fill=filled,
                shape=shape,
                tooltip=[
                    alt.Tooltip("name:N", title="Basis"),
                    alt.Tooltip("year:N", title="Year"),
                    alt.Tooltip("rate:Q", title="Percent", format=".1f"),
                    alt.Tooltip("detail:N", title="Councils"),
                ],
            ),
            labels.mark_text(align="left", dx=8, stroke="white", strokeWidth=4),
            labels.mark_text(align="left", dx=8),
        )
        .resolve_scale(color="shared")
        .properties(width=width, height=300)
    )


@cache
def side_by_side() -> Specification:
    """One year on each basis: rate or share as a point, its bounds as a bar, the target as a line.

    Rows: `rows` (name, order, value, lower, upper, words), `target` (threshold, name).
    """
    import altair as alt

    percent = alt.X(
        "value:Q", title="Percent", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5)
    )
    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("name:N", sort=alt.EncodingSortField("order"), title=None)
    )
    tooltip = [alt.Tooltip("name:N", title="Basis"), alt.Tooltip("words:N", title="Figures")]
    target = alt.Chart(alt.NamedData("target")).encode(x=alt.X("threshold:Q"))
    return specification(
        alt.layer(
            target.mark_rule(color=PINK, strokeWidth=2, strokeDash=[6, 3]),
            target.mark_text(y=-8, color=PINK, fontWeight="bold").encode(text="name:N"),
            base.mark_bar(height=12, color="#6BACE6").encode(x="lower:Q", x2="upper:Q"),
            base.mark_point(filled=True, size=110, color=BLUE, opacity=1).encode(
                x=percent, tooltip=tooltip
            ),
            base.mark_text(align="left", dx=9).encode(
                x=alt.X("right:Q"), text=alt.Text("value:Q", format=".1f")
            ),
        ).properties(width=360, height={"step": 30})
    )
