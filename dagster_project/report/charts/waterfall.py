"""The bridge from one rate to another, step by step."""

from functools import cache

from dagster_project.report.charts.draw import Specification, specification
from dagster_project.report.charts.theme import BLUE, GREY, ORANGE, TEXT


@cache
def waterfall() -> Specification:
    """Bars from the rate before a step to the rate after it; a line for its least and greatest.

    Rows: `bars` (name, order, kind, start, end, label, words), `ranges` (order, name, lower,
    upper), `joins` (name, order, value).
    """
    import altair as alt

    steps = alt.Y("name:N", sort=alt.EncodingSortField("order"), title=None)
    bars = alt.Chart(alt.NamedData("bars")).encode(y=steps)
    ranges = alt.Chart(alt.NamedData("ranges")).encode(y=steps)
    kinds = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=["rate", "raises it", "lowers it"], range=[GREY, BLUE, ORANGE]),
        legend=None,  # the sign of the effect says it
    )
    return specification(
        alt.layer(
            bars.mark_bar(height=18).encode(
                x=alt.X("start:Q", title="Percent", scale=alt.Scale(zero=True)),
                x2="end:Q",
                color=kinds,
                tooltip=[
                    alt.Tooltip("name:N", title="Step"),
                    alt.Tooltip("words:N", title="Effect"),
                ],
            ),
            ranges.mark_rule(color=TEXT, strokeWidth=1.5).encode(x="lower:Q", x2="upper:Q"),
            ranges.mark_tick(color=TEXT, size=10, thickness=1.5).encode(x="lower:Q"),
            ranges.mark_tick(color=TEXT, size=10, thickness=1.5).encode(x="upper:Q"),
            bars.mark_text(align="left", dx=6, fontWeight="bold").encode(
                x="right:Q", text="label:N"
            ),
        ).properties(width=330, height={"step": 34})
    )
