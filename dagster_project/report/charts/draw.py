"""From a specification and rows to a picture.

Belongs here: filling in rows and titles, drawing without a network, names inside the picture.
Does not: what a chart looks like (the modules beside this one).
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dagster_project.report.charts.theme import CONFIG, FONT, HEADING, PINK
from dagster_project.report.parts import Chart
from dagster_project.report.words import SYNTHETIC, Invented

VEGA_LITE = "6.4"
_MARKED = {
    Invented.ALL: f"{SYNTHETIC}: figures invented for the example, not those of any council",
    Invented.PART: f"{Invented.PART.mark}: some figures are invented for the example; the table "
    "says which",
}
_BUNDLED = "window.vegaEmbed = vegaEmbed;"
_PARTS = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Specification:
    """A kind of chart without its rows and words: what Vega-Lite reads, and what Vega makes of it.

    Turning the one into the other takes a third of the time of a picture, and is the same for all.
    """

    vega_lite: Mapping[str, Any]
    vega: Mapping[str, Any]


def specification(chart: Any) -> Specification:
    """An Altair chart in our looks."""
    import vl_convert

    vega_lite: dict[str, Any] = {**chart.to_dict(), "config": CONFIG}
    vega: dict[str, Any] = vl_convert.vegalite_to_vega(vega_lite, vl_version=VEGA_LITE)
    return Specification(vega_lite, vega)


@dataclass(frozen=True)
class Picture:
    """A drawn chart, and what a script needs to draw it again."""

    svg: str
    width: int
    specification: Mapping[str, Any] | None


def chart(
    kind: Callable[[], Specification],
    name: str,
    title: str,
    table: str,
    *,
    rows: Mapping[str, Rows],
    synthetic: Invented,
    subtitle: str = "",
    live: bool = False,
) -> Chart:
    """A chart of a kind, to be drawn when its page is written."""
    return Chart(name, title, subtitle, synthetic, table, kind, rows, live)


def draw(chart: Chart) -> Picture:
    """Draw it. A chart of invented figures says so in the picture itself."""
    import vl_convert

    specification = chart.kind()
    heading = _heading(chart.title, chart.subtitle, chart.synthetic)
    svg = vl_convert.vega_to_svg(
        {
            **specification.vega,
            "data": [_filled(data, chart.rows) for data in specification.vega["data"]],
            "title": heading,
        }
    )
    again = {
        **specification.vega_lite,
        "datasets": {key: list(members) for key, members in chart.rows.items()},
        "title": heading,
    }
    return Picture(_named(svg, chart.name, chart.title), _width(svg), again if chart.live else None)


def library() -> str:
    """The JavaScript of Vega, Vega-Lite and their embedding, in one file without a network."""
    import vl_convert

    bundled: str = vl_convert.javascript_bundle(_BUNDLED, vl_version=VEGA_LITE)
    return bundled


def _filled(data: Mapping[str, Any], rows: Mapping[str, Rows]) -> Mapping[str, Any]:
    return {**data, "values": list(rows[data["name"]])} if data["name"] in rows else data


def _heading(title: str, subtitle: str, synthetic: Invented) -> dict[str, Any]:
    under = textwrap.wrap(subtitle, 80)
    heading = HEADING | {"text": textwrap.wrap(title, 60)}
    if synthetic:
        return heading | {"subtitle": [_MARKED[synthetic], *under], "subtitleColor": PINK}
    return heading | ({"subtitle": under} if under else {})


def _named(svg: str, name: str, title: str) -> str:
    """The picture with one name for those who do not see it, and with ids of its own.

    It is one image: the roles and labels that Vega gives to its parts would be read out one by one.
    """
    from html import escape

    svg = _PARTS.sub("", svg).replace(' stroke-miterlimit="10"', "")
    svg = svg.replace(f' font-family="{FONT}"', "")  # said once, at the top
    own = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    own = re.sub(r"\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}", own)  # pixels
    said = escape(f"{title}. The figures are in the table.")
    return own.replace("<svg ", f'<svg font-family="{FONT}" role="img" aria-label="{said}" ', 1)


def _width(svg: str) -> int:
    found = re.search(r'<svg[^>]*\swidth="([\d.]+)"', svg)
    assert found is not None, "a picture without a width"
    return round(float(found.group(1)))
