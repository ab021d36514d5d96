"""Councils beside each other: the funnel, and intervals in the order of their rates."""

from functools import cache

from dagster_project.report.charts.draw import Specification, specification
from dagster_project.report.charts.theme import BLUE, GREY, ORANGE, PINK

GROUP = "\N{BULLET} "


@cache
def funnel() -> Specification:
    """Rates against the size of their base, with limits that widen as the base shrinks.

    Rows: `councils` (name, base, rate, where, words), `limits` (base, level, lower, upper),
    `centre` (rate), `target` (threshold, name).
    """
    import altair as alt

    base = alt.X(
        "base:Q",
        title="People in the denominator (log scale)",
        scale=alt.Scale(type="log", nice=False, padding=12),
        axis=alt.Axis(labelOverlap="greedy"),
    )
    percent = alt.Y("rate:Q", title="Percent", scale=alt.Scale(domain=[0, 100], clamp=True))
    limits = alt.Chart(alt.NamedData("limits")).encode(
        x=base,
        strokeDash=alt.StrokeDash(
            "level:N",
            scale=alt.Scale(domain=["95% limits", "99.8% limits"], range=[[5, 3], [1, 0]]),
            legend=alt.Legend(title=None),
        ),
    )
    where = ["inside the limits", "outside the 95% limits", "outside the 99.8% limits"]
    return specification(
        alt.layer(
            limits.mark_line(color=GREY).encode(y="lower:Q"),
            limits.mark_line(color=GREY).encode(y="upper:Q"),
            alt.Chart(alt.NamedData("centre")).mark_rule(color=GREY).encode(y="rate:Q"),
            alt.Chart(alt.NamedData("target"))
            .mark_rule(color=PINK, strokeDash=[6, 3], strokeWidth=2)
            .encode(y="threshold:Q"),
            alt.Chart(alt.NamedData("target"))
            .mark_text(align="left", x=4, dy=-7, color=PINK, fontWeight="bold")
            .encode(y="threshold:Q", text="name:N"),
            alt.Chart(alt.NamedData("councils"))
            .mark_point(filled=True, size=48, opacity=1, stroke="white", strokeWidth=0.5)
            .encode(
                x=base,
                y=percent,
                color=alt.Color(
                    "where:N",
                    scale=alt.Scale(domain=where, range=[BLUE, ORANGE, PINK]),
                    legend=alt.Legend(title=None),
                ),
                shape=alt.Shape(
                    "where:N",
                    scale=alt.Scale(domain=where, range=["circle", "square", "diamond"]),
                    legend=alt.Legend(title=None),
                ),
                tooltip=[
                    alt.Tooltip("name:N", title="Council"),
                    alt.Tooltip("words:N", title="Rate"),
                ],
            ),
        ).properties(width=560, height=340)
    )


@cache
def intervals() -> Specification:
    """A council a line in its group, its interval as a bar, the group's median as ticks.

    Rows: `councils` (name, order, rate, lower, upper, words), `groups` (name, order), `medians`
    (name, order, rate), `target` (threshold, name). Names of groups begin with a bullet, which
    makes them bold.
    """
    import altair as alt

    name = alt.Y(
        "name:N",
        sort=alt.EncodingSortField("order"),
        title=None,
        axis=alt.Axis(
            labelFontSize=12,
            labelFontWeight=alt.expr(f"indexof(datum.value, '{GROUP}') == 0 ? 'bold' : 'normal'"),
        ),
    )
    councils = alt.Chart(alt.NamedData("councils")).encode(y=name)
    medians = alt.Chart(alt.NamedData("medians")).encode(y=name)
    target = alt.Chart(alt.NamedData("target")).encode(x="threshold:Q")
    percent = alt.X(
        "rate:Q",
        title=None,
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(orient="top"),
    )
    return specification(
        alt.layer(
            alt.Chart(alt.NamedData("groups")).mark_point(opacity=0).encode(y=name),
            medians.mark_tick(color=GREY, size=16, thickness=1.5).encode(x=percent),
            target.mark_rule(color=PINK, strokeDash=[6, 3], strokeWidth=2),
            target.mark_text(y=-24, color=PINK, fontWeight="bold", fontSize=12).encode(
                text="name:N"
            ),
            councils.mark_rule(strokeWidth=5, color="#6BACE6").encode(x="lower:Q", x2="upper:Q"),
            councils.mark_point(filled=True, size=42, color=BLUE, opacity=1).encode(
                x=percent,
                tooltip=[
                    alt.Tooltip("name:N", title="Council"),
                    alt.Tooltip("words:N", title="Rate"),
                ],
            ),
        ).properties(width=400, height={"step": 16})
    )
