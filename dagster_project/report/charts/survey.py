"""What people said: shares with their limits, and odds ratios."""

from functools import cache

from dagster_project.report.charts.draw import Specification, specification
from dagster_project.report.charts.theme import BLUE, GREY, ORANGE, TEXT


@cache
def shares() -> Specification:
    """A share a line, with its limits. Rows: `rows` (name, order, value, lower, upper, words)."""
    import altair as alt

    rows = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("name:N", sort=alt.EncodingSortField("order"), title=None)
    )
    return specification(
        alt.layer(
            rows.mark_rule(strokeWidth=5, color="#6BACE6").encode(x="lower:Q", x2="upper:Q"),
            rows.mark_point(filled=True, size=60, color=BLUE, opacity=1).encode(
                x=alt.X(
                    "value:Q",
                    title="Percent",
                    scale=alt.Scale(domain=[0, 100]),
                    axis=alt.Axis(tickCount=5),
                ),
                tooltip=[
                    alt.Tooltip("name:N", title="Outcome"),
                    alt.Tooltip("words:N", title="Share"),
                ],
            ),
            rows.mark_text(align="left", dx=8, fontSize=12).encode(x="upper:Q", text="label:N"),
        ).properties(width=330, height={"step": 22})
    )


@cache
def forest() -> Specification:
    """An odds ratio a line, by two methods, on a log scale; 1 is no association.

    Rows: `rows` (name, order, method, value, lower, upper), `none` (value).
    """
    import altair as alt

    methods = ["over all councils", "within councils"]
    rows = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("name:N", sort=alt.EncodingSortField("order"), title=None),
        yOffset=alt.YOffset("method:N", sort=methods),
        color=alt.Color(
            "method:N",
            scale=alt.Scale(domain=methods, range=[BLUE, ORANGE]),
            legend=alt.Legend(title="Compared", columnPadding=24),
        ),
    )
    ratio = alt.X(
        "value:Q",
        title="Odds ratio, log scale (1: no association)",
        scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(values=[0.1, 0.2, 0.5, 1, 2, 5, 10, 20], format="~g"),
    )
    return specification(
        alt.layer(
            alt.Chart(alt.NamedData("none")).mark_rule(color=GREY, strokeWidth=1.5).encode(x=ratio),
            rows.mark_rule(strokeWidth=2).encode(x=alt.X("lower:Q"), x2="upper:Q"),
            rows.mark_point(filled=True, size=55, opacity=1).encode(
                x=ratio,
                shape=alt.Shape(
                    "method:N",
                    scale=alt.Scale(domain=methods, range=["circle", "diamond"]),
                    legend=alt.Legend(title="Compared", columnPadding=24),
                ),
                tooltip=[
                    alt.Tooltip("name:N", title="Outcome"),
                    alt.Tooltip("method:N", title="Compared"),
                    alt.Tooltip("words:N", title="Odds ratio"),
                ],
            ),
        ).properties(width=380, height={"step": 26})
    )


@cache
def counts() -> Specification:
    """Counts of people beside each other, with intervals where there are any.

    Rows: `rows` (name, order, value, lower, upper, label).
    """
    import altair as alt

    rows = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("name:N", sort=alt.EncodingSortField("order"), title=None)
    )
    return specification(
        alt.layer(
            rows.mark_bar(height=16, color=BLUE).encode(
                x=alt.X(
                    "value:Q",
                    title="People",
                    stack=False,  # or bars are sorted by sums, and what lies on them is not
                    axis=alt.Axis(format=",d", tickCount=3, labelOverlap="greedy"),
                ),
                tooltip=[
                    alt.Tooltip("name:N", title="Counted"),
                    alt.Tooltip("label:N", title="People"),
                ],
            ),
            rows.mark_rule(strokeWidth=8, color="white").encode(x="lower:Q", x2="upper:Q"),
            rows.mark_rule(strokeWidth=2, color=TEXT).encode(x="lower:Q", x2="upper:Q"),
            rows.mark_text(align="left", dx=6).encode(x="right:Q", text="label:N"),
        ).properties(width=300, height={"step": 32})
    )
