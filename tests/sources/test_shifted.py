"""Answers that are beside another question than theirs: see also `answers-shifted` in test_rules."""

from __future__ import annotations

from typing import Any

import given as g
import pytest
from given import Given

from dagster_project.example.layouts import ADASS_QUESTIONS


def rows_of_a_form(wording: str = "form") -> list[list[Any]]:
    """A return with the questions as a form words them, or with none."""
    rows = g.return_rows(g.adass_return())
    for row in rows:
        if row and row[0] in ADASS_QUESTIONS:
            row[1] = ADASS_QUESTIONS[row[0]] if wording == "form" else ""
    return rows


def land(given: Given, rows: list[list[Any]]) -> g.Landed:
    given.put("adass/2012-13/final", "102.xlsx", g.workbook({"Return": rows}))
    return given.land()


@pytest.mark.parametrize("wording", ["form", ""])
def test_a_form_is_beside_its_references(given: Given, wording: str) -> None:
    assert land(given, rows_of_a_form(wording)).rules() == {}


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize("first", [8, 12])
def test_references_a_line_off_their_questions(given: Given, by: int, first: int) -> None:
    rows = rows_of_a_form()
    questions = [row[1:] for row in rows[first:]]
    moved = questions[-by:] + questions[:-by]
    for row, rest in zip(rows[first:], moved, strict=True):
        row[1:] = rest
    landed = land(given, rows)
    assert set(landed.rules()) & {"answers-shifted", "count-unreadable", "amount-unreadable"}
    assert landed.table("adass") == []


@pytest.mark.parametrize("first", [8, 9, 15, 20])
def test_answers_a_line_below_their_questions(given: Given, first: int) -> None:
    rows = rows_of_a_form()
    answers = [row[2] for row in rows[first:]]
    for row, answer in zip(rows[first:], ["", *answers], strict=False):
        row[2] = answer
    landed = land(given, rows)
    assert landed.rules().get("answers-shifted") == 1
    record = landed.table("adass", "quarantine")[0]
    assert record["source_locator"] == "sheet 'Return' row 28"
    assert landed.table("adass") == []
