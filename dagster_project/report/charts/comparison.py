"""Councils beside each other: the funnel, and intervals in the order of their rates."""

from functools import cache

from dagster_project.report.charts.draw import Specification, specification
from dagster_project.report.charts.theme import BLUE, GREY, ORANGE, PINK, TEXT


@cache
def funnel() -> Specification:
    """Rates against the size of their base, with limits that widen as the base shrinks.

    Rows: `councils` (name, base, rate, where, words), `limits` (base, level, lower, upper),
    `centre` (rate), `target` (threshold, name).
    """
    import altair as alt

    base = alt.X(
        "base:Q", title="People in the denominator (log scale)", scale=alt.Scale(type="log")
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
    """A council a line, its interval as a bar; the group's median as a line.

    Rows: `councils` (name, order, rate, lower, upper, words), `median` (rate, name), `target`.
    """
    import altair as alt

    name = alt.Y("name:N", sort=alt.EncodingSortField("order"), title=None)
    councils = alt.Chart(alt.NamedData("councils")).encode(y=name)
    median = alt.Chart(alt.NamedData("median")).encode(x="rate:Q")
    target = alt.Chart(alt.NamedData("target")).encode(x="threshold:Q")
    return specification(
        alt.layer(
            median.mark_rule(color=GREY, strokeDash=[2, 3], strokeWidth=1.5),
            median.mark_text(y=-7, color=TEXT, fontSize=12).encode(text="name:N"),
            target.mark_rule(color=PINK, strokeDash=[6, 3], strokeWidth=2),
            target.mark_text(y=-21, color=PINK, fontWeight="bold", fontSize=12).encode(
                text="name:N"
            ),
            councils.mark_rule(strokeWidth=5, color="#6BACE6").encode(x="lower:Q", x2="upper:Q"),
            councils.mark_point(filled=True, size=45, color=BLUE, opacity=1).encode(
                x=alt.X("rate:Q", title="Percent", scale=alt.Scale(domain=[0, 100]))
            ),
        ).properties(width=380, height={"step": 16})
    )
