"""Figures as a reader sees them."""

from __future__ import annotations

import pytest

from dagster_project.report import words


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (words.count(12345.0), "12,345"),
        (words.count(None), "[x]"),
        (words.count(0), "0"),
        (words.number(-18.04), "\N{MINUS SIGN}18.0"),
        (words.percent(None), "[x]"),
        (words.points(0.57), "+0.6"),
        (words.points(-0.04), "0.0"),
        (words.points(None), "[x]"),
        (words.span(59.93, 59.94), "59.9"),
        (words.span(59.87, 77.63), "59.9 to 77.6"),
        (words.span(None, 5.0), "[x]"),
        (words.place(4, 6, 26), "4 to 6 of 27"),
        (words.place(4, 4, 26), "4 of 27"),
        (words.place(None, None, 26), "not placed"),
        (words.exact(70.0), "70"),
        (words.exact(72.8), "72.8"),
        (words.about(86846.3), "87,000"),
        (words.about(97.0), "97"),
        (words.pounds(1_502_000_000), "£1,502.0 million"),
        (words.verdict(None), "No verdict"),
        (words.verdict("undetermined"), "Cannot tell"),
        (words.years("2010-11", "2010-11"), "2010-11"),
        (words.years("2024-25", None), "2024-25 on"),
        (words.quantity(1, "council"), "1 council"),
        (words.plain("18_64"), "18 to 64"),
        (words.plain("65_over"), "65 and over"),
        (words.plain("LAMB_2013_70"), "LAMB 2013 70"),
        (words.quantity(2, "basis", "bases"), "2 bases"),
    ],
)
def test_a_figure_is_written(said: str, text: str) -> None:
    assert said == text
