"""Pictures: what stands in them, and that it does not matter where they were drawn."""

from __future__ import annotations

import re

import pytest

from dagster_project.report.charts.attainment import side_by_side
from dagster_project.report.charts.draw import chart, draw
from dagster_project.report.charts.studio import Studio
from dagster_project.report.parts import Chart
from dagster_project.report.words import Invented


def one(synthetic: Invented = Invented.NOTHING, *, live: bool = False) -> Chart:
    row = {
        "name": "A basis", "order": 0, "value": 76.0, "lower": 59.9, "upper": 77.6,
        "right": 77.6, "words": "91 of 125",
    }  # fmt: skip
    return chart(
        side_by_side,
        "shares",
        "Share of councils",
        "table",
        rows={"rows": [row], "target": [{"threshold": 70, "name": "target 70%"}]},
        synthetic=synthetic,
        live=live,
    )


@pytest.mark.parametrize(
    ("synthetic", "said"),
    [
        (Invented.ALL, "SYNTHETIC: figures invented for the example"),
        (Invented.PART, "SYNTHETIC in part: some figures are invented"),
    ],
)
def test_a_picture_of_invented_figures_says_so(synthetic: Invented, said: str) -> None:
    assert said in draw(one(synthetic)).svg
    assert "SYNTHETIC" not in draw(one()).svg


def test_a_picture_is_one_image_with_one_name_and_ids_of_its_own() -> None:
    svg = draw(one()).svg
    assert svg.count(" role=") == 1 and svg.count(" aria-label=") == 1
    assert 'role="img" aria-label="Share of councils. The figures are in the table."' in svg
    assert all(found.startswith("shares-") for found in re.findall(r'\bid="([^"]+)"', svg))


def test_only_a_live_chart_carries_what_a_script_needs() -> None:
    assert draw(one()).specification is None
    specification = draw(one(live=True)).specification
    assert specification is not None
    assert specification["datasets"]["rows"][0]["value"] == 76.0


def test_other_processes_draw_the_same() -> None:
    with Studio(many=True) as many, Studio(many=False) as alone:
        assert many.order(one()).result() == alone.order(one()).result()


def test_what_goes_wrong_in_another_process_is_told() -> None:
    broken = chart(_broken, "c", "t", "x", rows={}, synthetic=Invented.NOTHING)
    with Studio(many=True) as many, pytest.raises(ValueError, match="no such chart"):
        many.order(broken).result()


def _broken() -> None:
    raise ValueError("no such chart")
