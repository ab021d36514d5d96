"""Where two sources of the example give one component of a council unlike each other."""

from __future__ import annotations


def test_the_one_conflict_of_the_example_is_the_one_planted(example):
    """Wakefield in 2013-14: its users lost their last digit in the community care statistics.

    They print 800 users and 655 carers, each to the nearest 5: 1,455, at least 798 + 653 = 1,451 and
    at most 802 + 657 = 1,459. ASCOF's own base of 1C(1) and 1C(2) is 8,658: 7,203 more.
    """
    [row] = example.rows("from quality.source_conflict where component is not null")
    assert (row["rule"], row["area_id"], row["financial_year"]) == (
        "same_component",
        "213",
        "2013-14",
    )
    assert (row["component"], row["person_scope"]) == ("community", "users_and_carers")
    assert (row["source_a"], row["value_a"]) == ("ascof ASCOF_1C1_RAP", 8_658)
    assert (row["source_b"], row["value_b"]) == ("ccs", 1_455)
    assert (row["lower_b"], row["upper_b"]) == (1_451, 1_459)
    assert row["gap"] == 1_455 - 8_658 == -7_203
    assert row["source_used"] == row["source_a"]
    assert row["citation"] == (
        "ascof/2013-14/final/synthetic-ascof-2013-14-final.csv line 66; "
        "ccs/2013-14/final/synthetic-ccs-2013-14-final.csv line 26"
    )
    assert row["evidence_class"] == "synthetic"


def test_every_offer_of_a_component_that_is_apart_from_the_one_used_is_a_conflict(example):
    """Asked another way: of the counts behind each fact, which share no value with it."""
    facts = example.rows("from marts.fct_component where offers > 1")
    assert len(facts) > 1_000
    apart = {
        (fact["council_id"], fact["financial_year"], fact["component"], fact["breakdown"])
        for fact in facts
        for lower, upper in map(interval, fact["offered"].split("; "))
        if upper < fact["value_lower"] or fact["value_upper"] < lower
    }
    assert apart == {
        (row["area_id"], row["financial_year"], row["component"], row["breakdown"])
        for row in example.rows("from quality.source_conflict where component is not null")
    }


def interval(offered: str) -> tuple[float, float]:
    """The bounds in "ccs: 105 (101 to 109)", "ccs: 2 to 10" or "ascof ASCOF_1C1_RAP: 103"."""
    said = offered.split(": ")[1]
    if said == "not given":
        return float("-inf"), float("inf")
    lower, _, upper = said.split("(")[-1].rstrip(")").partition(" to ")
    return float(lower), float(upper or lower)
