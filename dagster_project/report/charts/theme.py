"""How every chart looks: the Government Analysis Function's colours and guidance.

Belongs here: colours, fonts, grid. Does not: any chart.
Colours: Analysis Function, Data visualisation: colours in charts (policy store, 23 November 2021).
Never by colour alone: shapes, dashes and words say the same.
"""

from typing import Any

BLUE, TURQUOISE, PINK, ORANGE, GREY, PURPLE = (
    "#12436D",
    "#28A197",
    "#801650",
    "#F46A25",
    "#3D3D3D",
    "#A285D1",
)
TEXT, GRID = "#0B0C0C", "#D9D9D9"
WIDTH = 520

# Who is counted has the same colour and shape on every page.
PEOPLE = ("users", "carers", "users and carers")
PEOPLE_COLOURS = (BLUE, PINK, TURQUOISE)
PEOPLE_SHAPES = ("circle", "square", "triangle-up")

FONT = "Arial, Helvetica, sans-serif"
CONFIG: dict[str, Any] = {
    "aria": False,  # the picture is one image with one name; its table has the figures
    "background": "white",
    "font": FONT,
    # Browsers have wider fonts than the one widths are measured with: room for what is wider.
    "padding": {"left": 40, "right": 50, "top": 5, "bottom": 5},
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelColor": TEXT,
        "titleColor": TEXT,
        "gridColor": GRID,
        "domainColor": GREY,
        "tickColor": GREY,
        "labelLimit": 0,
        "labelOverlap": False,  # looking for overlaps takes half of a picture's time
    },
    "axisX": {"labelAngle": 0},
    "legend": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "orient": "top",
        "labelLimit": 0,
        "symbolSize": 90,
    },
    "header": {"labelFontSize": 14, "titleFontSize": 13, "labelFontWeight": "bold"},
    "text": {"fontSize": 13, "color": TEXT},
}

# Stands in each chart and not in the configuration, which is read before there is a title.
HEADING: dict[str, Any] = {
    "anchor": "start",
    "frame": "bounds",
    "offset": 14,
    "font": FONT,
    "fontSize": 16,
    "color": TEXT,
    "subtitleFont": FONT,
    "subtitleFontSize": 13,
    "subtitleColor": GREY,
}
