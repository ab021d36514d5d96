"""Changes from year to year in the example: shown within a series, refused across, flagged if large."""

from __future__ import annotations

import pytest

ADASS_2013 = "definition_id = 'ADASS_2013' and basis_id = 'published'"


def test_england_within_a_series(example):
    """1C(1): 43.0 in 2011-12 and 56.2 in 2012-13, all 152 councils in both."""
    [row] = example.rows(
        """from marts.rate_change where area_level = 'england' and definition_id = 'ASCOF_1C1_RAP'
        and financial_year = '2012-13'"""
    )
    assert (row["previous_year"], row["previous_definition_id"]) == ("2011-12", "ASCOF_1C1_RAP")
    assert 13.1 < row["change_pp"] < 13.3
    assert row["change_pp"] == row["rate_pct"] - row["previous_rate_pct"]
    assert (row["refused_reason"], row["note"], row["councils_in_both"]) == (None, None, 152)


def test_a_survey_changes_with_those_who_answer_and_says_so(example):
    """ADASS: 52.8 of 131 councils, then 76 of 125; a council's own change needs no such note."""
    rows = example.rows(f"from marts.rate_change where {ADASS_2013}")
    [england] = [row for row in rows if row["area_level"] == "england"]
    assert england["change_pp"] == pytest.approx(23.2, abs=0.05)
    assert england["note"].startswith(
        f"not the same councils: 125 gave a rate, 131 the year before, {england['councils_in_both']}"
    )
    own = [row for row in rows if row["area_level"] == "council" and row["change_pp"] is not None]
    assert len(own) == england["councils_in_both"]
    assert {row["note"] for row in own} == {None}


def test_pooled_rates_are_those_of_national_attainment(example):
    unlike = example.rows(
        """from marts.rate_change as change inner join marts.national_attainment as england
        on change.financial_year = england.financial_year and change.basis_id = england.basis_id
        and change.definition_id is not distinct from england.definition_id
        and change.person_scope = england.person_scope
        where change.area_level = 'england' and abs(change.rate_pct - england.pooled_rate_pct) > 1e-9"""
    )
    assert unlike == []


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("definition_id = 'NI130_V2' and financial_year = '2009-10'", "break in the series"),
        ("definition_id = 'ASCOF_1C2_RAP' and financial_year = '2010-11'", "definition begins"),
        ("definition_id = 'ASCOF_1C1A' and financial_year = '2015-16'", "no rate for 2014-15"),
    ],
)
def test_a_refused_change_says_why(example, condition, reason):
    rows = example.rows(f"from marts.rate_change where {condition}")
    assert {row["area_level"] for row in rows} == {"council", "region", "england"}
    assert all(row["change_pp"] is None and row["previous_rate_pct"] is None for row in rows)
    assert all(reason in row["refused_reason"] for row in rows if row["rate_pct"] is not None)


def test_a_new_council_has_no_year_before(example):
    rows = example.rows(
        """select distinct area_id, refused_reason from marts.rate_change
        where financial_year = '2009-10' and refused_reason like 'the council is new%' order by 1"""
    )
    assert {row["area_id"]: row["refused_reason"] for row in rows} == {
        "326": "the council is new since 2009-04-01: it came from Cheshire",
        "327": "the council is new since 2009-04-01: it came from Cheshire",
        "625": "the council is new since 2009-04-01: it came from Bedfordshire",
        "626": "the council is new since 2009-04-01: it came from Bedfordshire",
    }


def test_every_jump_and_nothing_else_is_flagged_once_a_council_and_year(example):
    moved: dict[tuple[str, str], set[str]] = {}
    for row in example.rows(
        """select area_id, financial_year, concat_ws(' ', basis_id, definition_id, person_scope) as rate
        from marts.rate_change where area_level = 'council' and abs(change_pp) > 20"""
    ):
        moved.setdefault((row["area_id"], row["financial_year"]), set()).add(row["rate"])
    flagged = {
        (row["area_code"], row["financial_year"]): row
        for row in example.rows("from quality.flagged_value where rule_id = 'rate-jump'")
    }
    [counted] = example.rows(
        "select count(*) as n from quality.flagged_value where rule_id = 'rate-jump'"
    )
    assert counted["n"] == len(flagged)
    assert flagged.keys() == moved.keys()
    for place, flag in flagged.items():
        named = {flag["field"]} | {
            rate for rate in moved[place] if f"{rate} by " in flag["message"]
        }
        assert named == moved[place], flag


def test_a_published_rate_tells_the_jump_where_one_moved(example):
    """The rates that others are made of here are named beside it."""
    without = example.rows(
        """select flags.area_code, flags.field from quality.flagged_value as flags
        where flags.rule_id = 'rate-jump' and not starts_with(flags.field, 'published')
        and exists (select 1 from marts.rate_change as change where change.area_level = 'council'
        and change.area_id = flags.area_code and change.financial_year = flags.financial_year
        and change.basis_id = 'published' and abs(change.change_pp) > 20)"""
    )
    assert without == []


def test_a_jump_stands_at_the_newer_numerator_with_what_the_return_says(example):
    """Three returns of the example give an invented reason; this is the one of 319 in 2013."""
    [flag] = example.rows(
        """from quality.flagged_value where rule_id = 'rate-jump' and area_code = '319'
        and financial_year = '2012-13'"""
    )
    [change] = example.rows(
        f"from marts.rate_change where {ADASS_2013} and area_id = '319' and area_level = 'council'"
    )
    assert flag["field"] == "published ADASS_2013 users"
    assert flag["token"] == f"from {change['previous_rate_pct']:.1f} to {change['rate_pct']:.1f}"
    assert flag["message"].startswith(
        f"the rate moved by {change['change_pp']:.1f} points in a year, beside "
    )
    assert "SYNTHETIC" in flag["message"]
    assert "A letter in March told everybody the amount" in flag["message"]
    assert flag["found_by"] == "model"
    [place] = example.rows(
        """select source_file, source_locator from marts.fct_observation where area_id = '319'
        and definition_id = 'ADASS_2013' and statistic = 'q2_ongoing_pb' and breakdown = 'total'"""
    )
    assert (flag["source_file"], flag["source_locator"]) == tuple(place.values())


def test_a_council_without_a_return_said_nothing(example):
    rows = example.rows(
        """select message from quality.flagged_value as flags where rule_id = 'rate-jump'
        and not exists (select 1 from marts.fct_observation as sent where sent.source = 'adass'
        and sent.area_id = flags.area_code and sent.financial_year = flags.financial_year)"""
    )
    assert rows
    assert all("there is no ADASS return of" in row["message"] for row in rows)
