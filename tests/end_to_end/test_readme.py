"""What the README prints is what its query gives."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("query", ["target_2012_13.sql", "process_2014.sql"])
def test_a_table_of_the_readme_is_the_answer_of_its_query(example, query):
    rows = example.rows((PROJECT / "docs" / "queries" / query).read_text(encoding="utf-8"))
    block = (PROJECT / "README.md").read_text(encoding="utf-8").split(query)[1].split("```")[1]
    printed = [line for line in block.splitlines() if line.strip()][1:]
    assert len(printed) == len(rows)
    for line, row in zip(printed, rows, strict=True):
        what, *values = row.values()
        assert line.startswith(what)
        numbers = [float(word) for word in line[len(what) :].split()]
        assert numbers == [float(value) for value in values if value is not None], line


def test_the_bridge_closes(example):
    steps = example.rows(
        """from marts.reconciliation_bridge where financial_year = '2012-13' and area_level = 'england'
        order by step_no"""
    )
    total = sum(step["effect_pp"] for step in steps)
    assert abs(total - (steps[-1]["rate_after_pct"] - steps[0]["rate_before_pct"])) < 1e-9


def test_the_readme_shows_what_a_refresh_prints(example):
    def words(text: str) -> set[str]:
        return {" ".join(line.split()) for line in text.splitlines()}

    readme = words((PROJECT / "README.md").read_text(encoding="utf-8"))
    year = {line for line in words(example.printed) if line.startswith("2012-13 ")}
    assert len(year) == 9
    assert year <= readme
