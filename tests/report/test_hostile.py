"""Text from a file can be anything; on a page it is only ever text."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar, cast

from dagster_project.report import site
from dagster_project.report.charts.attainment import side_by_side
from dagster_project.report.charts.draw import chart, draw
from dagster_project.report.parts import Link, Shelf, Table, cells, figures, texts
from dagster_project.report.words import Invented

NAME = """</script><script>alert("1")</script> & 'Sons' <b onclick=x>"""


def test_a_name_cannot_become_markup() -> None:
    shelf = Shelf()
    shelf.put(
        Table(
            "councils",
            NAME,
            [*texts("Council", NAME), *figures("Rate")],
            [cells(Link(NAME, "councils/1.html"), NAME, "1.0")],
            Invented.NOTHING,
            "target_attainment",
            NAME,
        ),
        chart(
            side_by_side,
            "funnel",
            NAME,
            "councils",
            rows={
                "rows": [
                    {
                        "name": NAME, "order": 0, "value": 50, "lower": 40, "upper": 60,
                        "right": 60, "words": NAME,
                    }
                ],
                "target": [{"threshold": 70, "name": NAME}],
            },
            synthetic=Invented.NOTHING,
            subtitle=NAME,
            live=True,
        ),
    )  # fmt: skip
    page = shelf.page(
        "compare/x.html", NAME, "compare.html", "Councils", series=NAME, dispersion=4.0, said=NAME
    )
    shown = site._Renderer(cast(Any, Unwarned()))(
        page, {one.name: draw(one) for one in page.charts}
    )
    assert "alert(" in shown  # it is there, as text
    assert "<script>alert" not in shown
    assert "<b onclick" not in shown
    assert shown.count("<script") == 3  # the library, the page's own, and the chart's data
    assert shown.count("</script>") == 3


class Unwarned:
    """Data of which a page asks nothing but its release."""

    warned: ClassVar[dict[str, tuple[str, ...]]] = {}
    release = SimpleNamespace(
        release_id=NAME,
        code_version="1",
    )
