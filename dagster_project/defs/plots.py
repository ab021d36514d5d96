"""Small plots for Dagster's pages: SVG inside Markdown, drawn without a library.

Belongs here: drawing. Does not: the numbers.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _ROW, _LABEL, _VALUE = 460, 18, 70, 60
_HEIGHT, _EDGE = 220, 36
_COLOURS = ("#005eb8", "#ae2573", "#007f3b", "#d5281b", "#768692", "#330072", "#ed8b00")
_DASHES = ("", "6 3", "2 3")  # where there are more lines than colours
_FONT = "font-family='sans-serif' font-size='12'"


def bars(title: str, numbers: Mapping[str, int]) -> str:
    """A bar for each number, with its name and itself, as Markdown."""
    greatest = max(numbers.values(), default=0) or 1
    scale = (_WIDTH - _LABEL - _VALUE) / greatest
    parts = [
        f"<text x='0' y='{_baseline(at)}'>{escape(name)}</text>"
        f"<rect x='{_LABEL}' y='{at * _ROW + 3}' width='{scale * number:.1f}' "
        f"height='{_ROW - 5}' fill='{_COLOURS[0]}'/>"
        f"<text x='{_LABEL + scale * number + 5:.1f}' y='{_baseline(at)}'>{number:,}</text>"
        for at, (name, number) in enumerate(numbers.items())
    ]
    words = "; ".join(f"{name} {number:,}" for name, number in numbers.items())
    return _markdown(f"{title}: {words}", parts, max(len(numbers), 1) * _ROW)


def lines(title: str, series: Mapping[str, Mapping[str, float]], threshold: float | None) -> str:
    """A line for each series of percentages by year, and the threshold across, as Markdown."""
    years = sorted({year for points in series.values() for year in points})
    parts = [_across(share, "#d8dde0") for share in (0.0, 50.0, 100.0)]
    if threshold is not None:
        parts.append(_across(threshold, "#212b32", dashed=True))
    parts += [
        f"<text x='{_at(number, years):.0f}' y='{_HEIGHT - _EDGE + 18}' text-anchor='middle'>"
        f"{escape(year)}</text>"
        for number, year in enumerate(years)
    ]
    for number, (name, points) in enumerate(series.items()):
        parts += _line(name, points, years, number)
    return _markdown(title, parts, _HEIGHT + len(series) * _ROW)


def _line(name: str, points: Mapping[str, float], years: Sequence[str], number: int) -> list[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    stroke = (
        f"stroke='{colour}' stroke-width='2' "
        f"stroke-dasharray='{_DASHES[number // len(_COLOURS) % len(_DASHES)]}'"
    )
    places = [(_at(years.index(year), years), _up(share)) for year, share in sorted(points.items())]
    path = " ".join(f"{across:.1f},{up:.1f}" for across, up in places)
    dots = [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour}'/>" for x, y in places]
    legend = _HEIGHT + number * _ROW
    return [
        f"<polyline points='{path}' fill='none' {stroke}/>",
        *dots,
        f"<polyline points='0,{legend + 9} 24,{legend + 9}' {stroke}/>"
        f"<text x='30' y='{legend + 13}'>{escape(name)}</text>",
    ]


def _across(share: float, colour: str, *, dashed: bool = False) -> str:
    dash = " stroke-dasharray='5 4'" if dashed else ""
    return (
        f"<line x1='{_EDGE}' x2='{_WIDTH}' y1='{_up(share):.1f}' y2='{_up(share):.1f}' "
        f"stroke='{colour}'{dash}/><text x='0' y='{_up(share) + 4:.1f}'>{share:g}%</text>"
    )


def _at(number: int, years: Sequence[str]) -> float:
    return _EDGE * 2 + number * (_WIDTH - 3 * _EDGE) / max(len(years) - 1, 1)


def _up(share: float) -> float:
    return _HEIGHT - _EDGE - share * (_HEIGHT - 2 * _EDGE) / 100


def _baseline(row: int) -> int:
    return row * _ROW + 13


def _markdown(title: str, parts: Sequence[str], height: int) -> str:
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{_WIDTH}' height='{height}' {_FONT}>"
        f"<rect width='100%' height='100%' fill='white'/>{''.join(parts)}</svg>"
    )
    data = b64encode(svg.encode()).decode("ascii")
    return f"![{title}](data:image/svg+xml;base64,{data})"
