"""A council's own words beside the bridge between its two returns."""

from __future__ import annotations

from pathlib import Path

import pytest

QUERY = Path(__file__).parents[2] / "docs" / "queries" / "stated_reason.sql"


def test_the_query_sets_a_reason_beside_the_two_returns_of_its_council(example):
    """Wirral in 2012-13: the two rates from its two raw files, and what its workbook says."""
    [row] = [
        row for row in example.rows(QUERY.read_text("utf-8")) if row["council_name"] == "Wirral"
    ]
    # ADASS: 5,274 of 5,310; community care: 5,515 users and 440 carers of 7,265 and 600
    assert row["adass_pct"] == round(100 * 5_274 / 5_310, 1) == 99.3
    assert row["official_pct"] == round(100 * (5_515 + 440) / (7_265 + 600), 1) == 75.7
    assert "A letter in March told everybody the amount" in row["stated_reason"]
    assert row["stated_reason"].startswith("SYNTHETIC")
    assert row["evidence_class"] == "synthetic"


def test_the_step_beside_it_is_the_greatest_of_the_council(example):
    rows = example.rows(QUERY.read_text("utf-8"))
    steps = example.rows(
        """select council_name, max(abs(effect_pp)) as greatest, count(distinct area_id) as councils
        from marts.reconciliation_bridge join marts.dim_council on area_id = council_id
        where area_level = 'council' and financial_year = '2012-13' group by all"""
    )
    greatest = {step["council_name"]: step["greatest"] for step in steps}
    assert len(rows) == len(greatest) > 100
    for row in rows:
        assert abs(row["effect_pp"]) == pytest.approx(greatest[row["council_name"]], abs=0.05)


def test_every_return_that_stands_is_there_and_no_other(example):
    """A superseded draft and a superseded final are quarantined; 125 sent in 2013 and one more left q1 blank."""
    returns = example.rows("from marts.council_return")
    sent = example.rows(
        "select distinct area_id, financial_year from marts.fct_observation where source = 'adass'"
    )
    assert {(one["council_id"], one["financial_year"]) for one in returns} == {
        (one["area_id"], one["financial_year"]) for one in sent
    }
    assert len(returns) == len(sent)
    assert sum(one["financial_year"] == "2012-13" for one in returns) == 126
    [draft] = [one for one in returns if one["status"] == "draft"]
    assert (draft["council_id"], draft["financial_year"]) == ("711", "2011-12")
    [contradicted] = [
        one for one in returns if (one["council_id"], one["financial_year"]) == ("107", "2012-13")
    ]
    assert contradicted["q9_target_met_self_declared"] == "yes"
