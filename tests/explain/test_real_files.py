"""The publishers' own files: their figures come out again too, alone and over the example."""

from __future__ import annotations

import duckdb
import pytest
from released import Released

from dagster_project import explain
from dagster_project.explain import Explanation

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]


def explained(of: Released) -> list[Explanation]:
    with duckdb.connect(of.warehouse / "indicators.duckdb", read_only=True) as connection:
        return list(explain.explanations(connection))


def test_every_figure_of_the_real_files_comes_out_again(real: Released) -> None:
    figures = explained(real)
    assert [(figure.title, figure.disagreements) for figure in figures if not figure.agrees] == []
    assert len(figures) > 5_000
    assert not any(figure.is_synthetic for figure in figures)


def test_a_year_without_components_has_the_bridge_of_its_published_totals(real: Released) -> None:
    """ADASS 2012 to the official rate, by the contract: numerator 16.74, denominator -26.55."""
    with duckdb.connect(real.warehouse / "indicators.duckdb", read_only=True) as connection:
        (bridge,) = explain.explanations(connection, kinds=["bridge"])
    effects = {step.step: step.effect_pp for step in bridge.steps}
    assert effects == {
        "numerator": pytest.approx(16.74, abs=0.005),
        "denominator": pytest.approx(-26.55, abs=0.005),
    }


def test_every_figure_of_both_together_comes_out_again(overlaid: Released) -> None:
    figures = explained(overlaid)
    assert [(figure.title, figure.disagreements) for figure in figures if not figure.agrees] == []
    assert {figure.is_synthetic for figure in figures} == {True, False}
