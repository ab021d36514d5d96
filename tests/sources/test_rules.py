"""Every rule of every source: one value is spoiled, and exactly that rule fires."""

from __future__ import annotations

from collections.abc import Callable

import given as g
import pytest
from given import Given, Table

from dagster_project.sources import SOURCES
from dagster_project.sources.source import Severity

Spoil = Callable[[Given], object]


def ccs(row: int, column: int, value: str, england: str | None = None) -> Spoil:
    """One cell, and England's in the same column where the sum must still be right."""

    def spoil(given: Given) -> None:
        rows = g.ccs()
        rows[row][column] = value
        rows[6][column] = england or rows[6][column]
        given.ccs(rows)

    return spoil


def ccs_without(row: int) -> Spoil:
    def spoil(given: Given) -> None:
        rows = g.ccs()
        del rows[row]
        given.ccs(rows)

    return spoil


def ascof(*changes: tuple[int, int, str], add: Table | None = None) -> Spoil:
    def spoil(given: Given) -> None:
        rows = g.ascof()
        for row, column, value in changes:
            rows[row][column] = value
        given.ascof(rows + (add or []))

    return spoil


def ascof_rounded(numerator: str) -> Spoil:
    """A table of the year in which counts are rounded to 5."""
    values = ("Numerator", numerator), ("Denominator", "4100")
    rows = [g.ascof_row(g.CUMBRIA, *value) for value in values]
    rows += [g.ascof_row(g.ENGLAND, "Numerator", "3730"), g.ascof_row(g.ENGLAND, *values[1])]
    return lambda given: given.put(
        "ascof/2014-15/final", "rounded.csv", [list(g.ASCOF_HEADINGS), *rows]
    )


def ascof_without(row: int) -> Spoil:
    def spoil(given: Given) -> None:
        rows = g.ascof()
        del rows[row]
        given.ascof(rows)

    return spoil


def pss(row: int, column: int, value: str) -> Spoil:
    def spoil(given: Given) -> None:
        rows = g.pss_ex1()
        rows[row][column] = value
        given.pss_ex1(rows)

    return spoil


def adass(**changes: str) -> Spoil:
    return lambda given: given.adass(g.adass_return(**changes), OTHER)


def two(first: dict[str, str], second: dict[str, str]) -> Spoil:
    return lambda given: given.adass(g.adass_return(**first), g.adass_return(**second), OTHER)


def in_control(row: int, column: int, value: str) -> Spoil:
    def spoil(given: Given) -> None:
        rows = g.in_control()
        rows[row][column] = value
        given.in_control(rows)

    return spoil


def poet(**changes: str) -> Spoil:
    return lambda given: given.poet(g.response(**changes), SECOND)


def figures(**changes: str) -> Spoil:
    return lambda given: given.figures(g.figure(**changes), g.figure(figure_id="another"))


def overlong(place: str, rows: Table, row: int) -> Spoil:
    def spoil(given: Given) -> None:
        rows[row] = [*rows[row], "spilt"]
        given.put(place, "file.csv", rows)

    return spoil


NOWHERE = g.ascof_row(("Y&H", "Yorkshire", "Region", ""), "Numerator", "9")
REST = g.ascof_row(g.CUMBRIA, "Numerator", "9")[6:]
SECOND = g.response(response_id="r2")
OTHER = g.adass_return(council_code="104", council_name="Northumberland")
CCS_FILE, ASCOF_FILE = "ccs/2012-13/final/ccs.csv", "ascof/2015-16/final/ascof.csv"
PSS_FILE, ADASS_FILE = "pss_ex1/2012-13/final/pss.csv", "adass/2012-13/final/returns.csv"
REGISTER = "published/all/register/figures.csv"

# source, rule, what is spoiled, how often the rule fires, where, and a word of the message
CASES: list[tuple[str, str, Spoil, int, str, str]] = [
    ("ccs", "council-unknown", ccs(3, 0, "999"), 1, "line 4", "no council has the code '999'"),
    ("ccs", "council-unknown", ccs(3, 0, "738"), 1, "line 4", "began on 2019-04-01"),
    ("ccs", "council-unknown", ccs(3, 0, "610"), 1, "line 4", "duties went to 625, 626"),
    ("ccs", "council-unknown", ccs(3, 0, ""), 1, "line 4", "blank"),
    ("ccs", "count-unreadable", ccs(3, 2, "c.450"), 1, "line 4", "'c.450'"),
    ("ccs", "count-unreadable", ccs(3, 2, "1,23"), 1, "line 4", "'1,23'"),
    ("ccs", "count-is-percentage", ccs(3, 3, "65%"), 1, "line 4", "'65%'"),
    ("ccs", "count-negative", ccs(3, 3, "-5"), 1, "line 4", "'-5'"),
    ("ccs", "count-fractional", ccs(3, 3, "12.5"), 1, "line 4", "'12.5'"),
    ("ccs", "count-ambiguous", ccs(3, 4, "1.000"), 1, "line 4", "'1.000'"),
    ("ccs", "count-ambiguous", ccs(3, 3, "12.345,6"), 1, "line 4", "'12.345,6'"),
    ("ccs", "count-unreadable", ccs(3, 4, "8001,2341"), 1, "line 4", "'8001,2341'"),
    ("ccs", "count-unreadable", ccs(3, 4, "#REF!"), 1, "line 4", "'#REF!'"),
    ("ccs", "sign-unknown", ccs(3, 4, "*"), 1, "line 4", "'*'"),
    ("ccs", "sign-unknown", ccs(5, 5, "[u]"), 1, "line 6", "'[u]'"),
    ("ccs", "note-beside-figure", ccs(3, 4, "800¹"), 1, "line 4", "'800¹'"),
    (
        "ccs",
        "numerator-above-denominator",
        ccs(3, 3, "9,505", england="15,605"),
        1,
        "line 4",
        "9,505",
    ),
    (
        "ccs",
        "numerator-above-denominator",
        ccs(3, 7, "1,105", england="1,105"),
        1,
        "line 4",
        "carers_dp",
    ),
    ("ccs", "count-above-population", ccs(3, 2, "999,990"), 1, "line 4", "users is 999,990"),
    ("ccs", "england-unlike-councils", ccs(6, 2, "27,100"), 1, "line 7", "27,100"),
    ("ccs", "england-unlike-councils", ccs(6, 7, "890"), 1, "line 7", "901 to 905"),
    ("ccs", "councils-missing", ccs_without(6), 1, "line 6", "149 of the 152"),
    ("ccs", "councils-missing", ccs_without(3), 1, "line 6", "Cumbria (102)"),
    ("ccs", "name-unlike-register", ccs(3, 1, "Hounslow"), 1, "line 4", "'Cumbria'"),
    ("ccs", "row-too-long", overlong("ccs/2012-13/final", g.ccs(), 3), 1, "line 4", "more cells"),
    (
        "ascof",
        "area-level-unknown",
        ascof((10, 2, "Parish")),
        1,
        "line 11",
        "'Parish'",
    ),
    ("ascof", "measure-type-unknown", ascof((10, 6, "Guess")), 1, "line 11", "'guess'"),
    ("ascof", "measure-unknown", ascof((10, 4, "1C3X")), 1, "line 11", "1C3X"),
    ("ascof", "measure-unknown", ascof((10, 4, "")), 1, "line 11", "''"),
    ("ascof", "council-unknown", ascof((10, 0, "100"), (10, 3, "")), 1, "line 11", "'100'"),
    (
        "ascof",
        "council-unknown",
        ascof((10, 0, "100"), (10, 1, "Hounslow")),
        1,
        "line 11",
        "E10000006 is that of Cumbria (102); its name is that of Hounslow (728)",
    ),
    ("ascof", "area-by-ons-code", ascof((10, 0, "100")), 1, "line 11", "read as 102"),
    ("ascof", "area-by-ons-code", ascof((7, 0, "9"), (10, 2, "Council")), 1, "line 8", "England"),
    ("ascof", "area-level-unknown", ascof((10, 2, "")), 1, "line 11", "''"),
    ("ascof", "measure-type-unknown", ascof((10, 6, " ")), 1, "line 11", "''"),
    ("ascof", "ons-code-unlike-code", ascof((1, 3, "E08000037")), 1, "line 2", "that of 106"),
    (
        "ascof",
        "area-level-contradicts-code",
        ascof((10, 2, "Region")),
        1,
        "line 11",
        "Cumbria (102), and the level says a region",
    ),
    ("ascof", "area-unknown", ascof(add=[NOWHERE]), 1, "line 12", "'Y&H'"),
    (
        "ascof",
        "disaggregation-contradicts-measure",
        ascof(add=[[*g.ascof_row(g.CUMBRIA, "Numerator", "9")[:5], "18-64", *REST]]),
        1,
        "line 12",
        "'18-64'",
    ),
    (
        "ascof",
        "council-duplicate",
        ascof(add=[g.ascof_row(g.CUMBRIA, "Numerator", "3730", "1C(1A)")]),
        2,
        "line 2",
        "line 2 and line 12",
    ),
    (
        "ascof",
        "council-duplicate",
        ascof(add=[g.ascof_row(("1001", *g.ENGLAND[1:]), "Numerator", "4631")]),
        2,
        "line 8",
        "line 8 and line 12",
    ),
    ("ascof", "count-not-of-rounding", ascof_rounded("3728"), 1, "line 2", "'3728'"),
    ("ccs", "count-not-of-rounding", ccs(3, 4, "803"), 1, "line 4", "'803'"),
    ("pss_ex1", "count-not-of-rounding", pss(4, 2, "1,626"), 1, "line 5", "'1,626'"),
    ("ascof", "count-unreadable", ascof((1, 7, "c.450")), 1, "line 2", "'c.450'"),
    ("ascof", "count-is-percentage", ascof((1, 7, "65%")), 1, "line 2", "'65%'"),
    ("ascof", "count-negative", ascof((1, 7, "-3")), 1, "line 2", "'-3'"),
    ("ascof", "count-fractional", ascof((1, 7, "3729.5")), 1, "line 2", "'3729.5'"),
    ("ascof", "count-ambiguous", ascof((1, 7, "3.729")), 1, "line 2", "'3.729'"),
    ("ascof", "count-unreadable", ascof((1, 7, "*")), 1, "line 2", "'*'"),
    ("ascof", "note-beside-figure", ascof((1, 7, "3729 (1)")), 1, "line 2", "'3729 (1)'"),
    ("ascof", "note-beside-figure", ascof((3, 7, "90.9*")), 1, "line 4", "'90.9*'"),
    ("ascof", "rate-unreadable", ascof((3, 7, "ninety")), 1, "line 4", "'ninety'"),
    (
        "ascof",
        "council-duplicate",
        ascof(add=[g.ascof_row(g.CUMBRIA, "Numerator", "3730")]),
        2,
        "line 2",
        "line 2 and line 12",
    ),
    (
        "ascof",
        "council-duplicate",
        ascof(add=[g.ascof_row(g.CUMBRIA, "Numerator", "3729")]),
        1,
        "line 12",
        "word for word",
    ),
    (
        "ascof",
        "numerator-above-denominator",
        ascof((1, 7, "4102"), (3, 7, "100"), (7, 7, "5003"), (9, 7, "84.8")),
        1,
        "line 2",
        "4101",
    ),
    ("ascof", "outcome-unlike-counts", ascof((3, 7, "91.0")), 1, "line 4", "3729 of 4101"),
    (
        "ascof",
        "outcome-above-100",
        ascof((1, 7, "[c]"), (3, 7, "100.1")),
        1,
        "line 4",
        "100.1",
    ),
    ("ascof", "name-unlike-register", ascof((1, 1, "Hounslow")), 1, "line 2", "'Cumbria'"),
    (
        "ascof",
        "row-too-long",
        overlong("ascof/2015-16/final", g.ascof(), 10),
        1,
        "line 11",
        "more cells",
    ),
    ("ascof", "cells-shifted", ascof((1, 7, ""), (1, 8, "3729")), 1, "line 2", "'3729'"),
    ("ascof", "count-above-population", ascof((2, 7, "999999")), 1, "line 3", "999999"),
    ("ascof", "councils-missing", ascof_without(7), 1, "line 5", "no row of England"),
    ("ascof", "england-unlike-councils", ascof((7, 7, "4360"), (9, 7, "")), 1, "line 8", "4,630"),
    ("ascof", "councils-missing", ascof((7, 7, ""), (8, 7, ""), (9, 7, "")), 1, "line 9", "150 of"),
    ("pss_ex1", "count-above-population", pss(4, 2, "999,990"), 1, "line 5", "999,990"),
    ("pss_ex1", "england-unlike-councils", pss(7, 2, "1,930"), 1, "line 8", "1,930"),
    ("pss_ex1", "councils-missing", pss(7, 2, ".."), 1, "line 8", "149 of the 152"),
    (
        "adass",
        "count-above-population",
        adass(q4_carers_eligible="999999"),
        1,
        "line 2",
        "q4_carers_eligible is 999999",
    ),
    ("in_control", "count-above-population", in_control(1, 2, "999999"), 1, "line 2", "999999"),
    ("pss_ex1", "council-unknown", pss(4, 0, "999 - Nowhere"), 1, "line 5", "'999'"),
    ("pss_ex1", "count-unreadable", pss(4, 2, "c.450"), 1, "line 5", "'c.450'"),
    ("pss_ex1", "count-is-percentage", pss(4, 2, "65%"), 1, "line 5", "'65%'"),
    ("pss_ex1", "count-negative", pss(4, 2, "-5"), 1, "line 5", "'-5'"),
    ("pss_ex1", "count-fractional", pss(4, 2, "0.5"), 1, "line 5", "'0.5'"),
    ("pss_ex1", "count-ambiguous", pss(4, 2, "1.000"), 1, "line 5", "'1.000'"),
    ("pss_ex1", "sign-unknown", pss(4, 2, "**"), 1, "line 5", "'**'"),
    ("pss_ex1", "note-beside-figure", pss(4, 2, "905†"), 1, "line 5", "'905†'"),
    ("pss_ex1", "council-duplicate", pss(5, 0, "102 - Cumbria"), 2, "line 5", "line 5 and line 6"),
    ("pss_ex1", "name-unlike-register", pss(4, 0, "102 - Hounslow"), 1, "line 5", "'Cumbria'"),
    ("adass", "status-unknown", adass(status="finished"), 1, "line 2", "'finished'"),
    ("adass", "status-unknown", adass(status=" "), 1, "line 2", "''"),
    ("adass", "council-unknown", adass(council_code="1O2"), 1, "line 2", "'1O2'"),
    ("adass", "date-unreadable", adass(reference_date="31/03/2013"), 1, "line 2", "31/03/2013"),
    ("adass", "date-unreadable", adass(reference_date=""), 1, "line 2", "not a date"),
    ("adass", "wave-contradicts-date", adass(wave="2012"), 1, "line 2", "2012"),
    ("adass", "wave-contradicts-date", adass(wave="last"), 1, "line 2", "last"),
    (
        "adass",
        "reference-date-outside-year",
        adass(reference_date="2011-03-31", wave="2011"),
        1,
        "line 2",
        "2011-03-31",
    ),
    ("adass", "count-unreadable", adass(q3_one_off_pb_total="c.450"), 1, "line 2", "'c.450'"),
    ("adass", "count-is-percentage", adass(q2_ongoing_pb_total="70%"), 1, "line 2", "'70%'"),
    ("adass", "count-negative", adass(q4_carers_pb="-1"), 1, "line 2", "'-1'"),
    ("adass", "count-fractional", adass(q8_forecast_next_year="0.7"), 1, "line 2", "'0.7'"),
    ("adass", "amount-unreadable", adass(q6_spend_mixed_gbp="1m"), 1, "line 2", "'1m'"),
    ("adass", "amount-negative", adass(q6_spend_mixed_gbp="-4"), 1, "line 2", "'-4'"),
    ("adass", "amount-unreadable", adass(q6_spend_mixed_gbp="1.000"), 1, "line 2", "'1.000'"),
    ("adass", "count-ambiguous", adass(q8_forecast_next_year="4.000"), 1, "line 2", "'4.000'"),
    ("adass", "sign-unknown", adass(q8_forecast_next_year="*"), 1, "line 2", "'*'"),
    ("adass", "sign-unknown", adass(q6_spend_mixed_gbp="#"), 1, "line 2", "'#'"),
    ("adass", "note-beside-figure", adass(q8_forecast_next_year="4,000 [1]"), 1, "line 2", "[1]"),
    ("adass", "return-superseded", two({}, {"comments": "again"}), 1, "line 2", "line 3"),
    (
        "adass",
        "return-superseded",
        two({"reference_date": "2013-03-31"}, {"comments": "again"}),
        1,
        "line 2",
        "line 3",
    ),
    (
        "adass",
        "return-superseded",
        # no definition is known for the waves 2016 and 2015 yet: the later stands
        lambda given: given.put(
            "adass/2015-16/final",
            "returns.csv",
            g.adass_csv(
                g.adass_return(wave="2016", reference_date="2016-03-31"),
                g.adass_return(wave="2015", reference_date="2015-09-30"),
            ),
        ),
        1,
        "line 3",
        "line 2",
    ),
    ("adass", "draft-superseded", two({}, {"status": "draft"}), 1, "line 3", "line 2"),
    (
        "adass",
        "q2-above-q1",
        adass(q1_eligible_18_64="799", q1_eligible_total="2799"),
        1,
        "line 2",
        "800",
    ),
    ("adass", "parts-unlike-total", adass(q1_eligible_total="2999"), 1, "line 2", "1000 + 2000"),
    (
        "adass",
        "parts-unlike-total",
        adass(q6_spend_total_gbp="15000003"),
        1,
        "line 2",
        "15000003",
    ),
    ("adass", "part-above-total", adass(q3_one_off_pb_carers="301"), 1, "line 2", "301"),
    (
        "adass",
        "part-above-total",
        adass(q1_eligible_18_64="", q1_eligible_65_over="3001"),
        1,
        "line 2",
        "3001",
    ),
    (
        "adass",
        "answers-shifted",
        adass(q9_target_met_self_declared="2,500", q8_forecast_next_year=""),
        1,
        "line 2",
        "answers moved",
    ),
    ("adass", "answers-shifted", adass(comments="Yes"), 1, "line 2", "among the comments"),
    ("adass", "return-draft", adass(status="draft"), 1, "line 2", "draft"),
    (
        "adass",
        "reference-date-not-31-march",
        adass(reference_date="2013-04-01"),
        1,
        "line 2",
        "2013-04-01",
    ),
    (
        "adass",
        "spend-unit-suspect",
        adass(
            q6_spend_direct_payment_gbp="5000",
            q6_spend_managed_gbp="9000",
            q6_spend_mixed_gbp="1000",
            q6_spend_total_gbp="15000",
        ),
        1,
        "line 2",
        "thousands",
    ),
    (
        "adass",
        "counts-look-like-percentages",
        adass(
            q1_eligible_18_64="",
            q1_eligible_65_over="",
            q1_eligible_total="100",
            q2_ongoing_pb_direct_payment="20",
            q2_ongoing_pb_managed="50",
            q2_ongoing_pb_mixed="2",
            q2_ongoing_pb_total="72",
            q2_ongoing_pb_18_64="",
            q2_ongoing_pb_65_over="",
        ),
        1,
        "line 2",
        "percentage",
    ),
    (
        "adass",
        "declared-target-contradicts",
        adass(q9_target_met_self_declared="no"),
        1,
        "line 2",
        "LAMB_2013_70",
    ),
    (
        "adass",
        "declared-answer-unlisted",
        adass(q9_target_met_self_declared="nearly"),
        1,
        "line 2",
        "nearly",
    ),
    ("adass", "name-unlike-register", adass(council_name="Hounslow"), 1, "line 2", "'Cumbria'"),
    (
        "adass",
        "row-too-long",
        overlong("adass/2012-13/final", g.adass_csv(g.adass_return(), OTHER), 1),
        1,
        "line 2",
        "more cells",
    ),
    ("published", "area-level-unknown", figures(area_level="parish"), 1, "line 2", "'parish'"),
    ("published", "comparator-unknown", figures(comparator="circa"), 1, "line 2", "'circa'"),
    ("published", "register-value-invalid", figures(value="most"), 1, "line 2", "'most'"),
    ("published", "register-value-invalid", figures(value="73%"), 1, "line 2", "'73%'"),
    ("published", "register-value-invalid", figures(value=""), 1, "line 2", "blank"),
    ("published", "register-value-invalid", figures(precision="fine"), 1, "line 2", "'fine'"),
    ("published", "register-value-invalid", figures(precision=""), 1, "line 2", "digit"),
    ("published", "register-value-invalid", figures(base_n="1.5"), 1, "line 2", "'1.5'"),
    ("published", "register-value-invalid", figures(citation=" "), 1, "line 2", "citation"),
    ("published", "register-value-invalid", figures(financial_year=""), 1, "line 2", "blank"),
    ("published", "figure-year-invalid", figures(financial_year="abc"), 1, "line 2", "'abc'"),
    ("published", "figure-year-invalid", figures(financial_year="2015-17"), 1, "line 2", "2015-17"),
    ("published", "definition-unknown", figures(definition_id="1C1A"), 1, "line 2", "'1C1A'"),
    ("published", "statistic-unknown", figures(statistic="rate"), 1, "line 2", "'rate'"),
    ("published", "verification-unknown", figures(verification="yes"), 1, "line 2", "'yes'"),
    ("published", "area-unknown", figures(area_id="102"), 1, "line 2", "'102'"),
    (
        "published",
        "area-unknown",
        figures(area_level="region", area_id="E12000009"),
        1,
        "line 2",
        "'E12000009'",
    ),
    (
        "published",
        "figure-not-whole",
        # 8.5 to 0.1 rounds from 8.45 to 8.55 councils
        figures(statistic="councils_with_data", value="8.5"),
        1,
        "line 2",
        "'8.5' to 0.1",
    ),
    ("published", "date-unreadable", figures(as_of="March 2016"), 1, "line 2", "'March 2016'"),
    ("published", "figure-duplicate", figures(figure_id="another"), 2, "line 2", "'another'"),
    (
        "published",
        "row-too-long",
        overlong("published/all/register", g.register(g.figure()), 1),
        1,
        "line 2",
        "more cells",
    ),
    ("in_control", "council-unknown", in_control(1, 0, "999"), 1, "line 2", "'999'"),
    ("in_control", "count-unreadable", in_control(1, 2, "about 9"), 1, "line 2", "'about 9'"),
    ("in_control", "count-is-percentage", in_control(1, 2, "65%"), 1, "line 2", "'65%'"),
    ("in_control", "count-negative", in_control(1, 2, "-5"), 1, "line 2", "'-5'"),
    ("in_control", "count-fractional", in_control(1, 2, "9.5"), 1, "line 2", "'9.5'"),
    ("in_control", "count-ambiguous", in_control(1, 2, "1.000"), 1, "line 2", "'1.000'"),
    ("in_control", "count-unreadable", in_control(1, 2, "*"), 1, "line 2", "'*'"),
    ("in_control", "note-beside-figure", in_control(1, 2, "9²"), 1, "line 2", "'9²'"),
    ("in_control", "date-unreadable", in_control(1, 1, "31/12/2009"), 1, "line 2", "31/12/2009"),
    ("in_control", "date-unreadable", in_control(1, 1, ""), 1, "line 2", "not a date"),
    ("in_control", "as-of-outside-year", in_control(1, 1, "2010-04-01"), 1, "line 2", "2010-04-01"),
    (
        "in_control",
        "council-duplicate",
        in_control(3, 1, "2009-12-31"),
        2,
        "line 2",
        "line 2 and line 4",
    ),
    (
        "in_control",
        "row-too-long",
        overlong("in_control/2009-10/final", g.in_control(), 1),
        1,
        "line 2",
        "more cells",
    ),
    ("poet", "wave-unknown", poet(wave="2012"), 1, "line 2", "'2012' is not a wave"),
    ("poet", "wave-unknown", poet(wave=""), 1, "line 2", "2011, 2013, 2014, 2017"),
    ("poet", "wave-unlike-folder", poet(wave="2014"), 1, "line 2", "of the wave 2014"),
    ("poet", "instrument-unknown", poet(instrument="provider"), 1, "line 2", "'provider'"),
    ("poet", "instrument-unknown", poet(instrument=" "), 1, "line 2", "instrument is blank"),
    ("poet", "council-unknown", poet(council_code="999"), 1, "line 2", "'999'"),
    ("poet", "council-unknown", poet(council_code="738"), 1, "line 2", "began on 2019-04-01"),
    ("poet", "council-unknown", poet(council_code=""), 1, "line 2", "blank"),
    ("poet", "response-duplicate", poet(response_id="r2"), 1, "line 3", "poet.csv, line 2"),
    ("poet", "response-duplicate", poet(response_id=" r2 "), 1, "line 3", "which stays"),
    ("poet", "answers-shifted", poet(proc_get_information="yes"), 1, "line 2", "beside proc_get"),
    ("poet", "answers-shifted", poet(weekly_amount_gbp="yes"), 1, "line 2", "beside weekly"),
    ("poet", "answers-shifted", poet(management="120.50"), 1, "line 2", "beside management"),
    ("poet", "answers-shifted", poet(out_dignity="neither"), 1, "line 2", "beside out_dignity"),
    ("poet", "response-id-blank", poet(response_id=""), 1, "line 2", "no response_id"),
    ("poet", "item-unlisted", poet(out_sleep="better"), 1, "line 1", "no such question"),
    ("poet", "item-unlisted", poet(out_self_esteem="better"), 1, "line 1", "no such question"),
    ("poet", "answer-unlisted", poet(out_dignity="good"), 1, "line 2", "'good'"),
    ("poet", "answer-unlisted", poet(out_dignity="very good"), 1, "line 2", "'very good'"),
    ("poet", "answer-unlisted", poet(management="third party"), 1, "line 2", "'third party'"),
    ("poet", "answer-unlisted", poet(age_band="40"), 1, "line 2", "18_64"),
    ("poet", "answer-unlisted", poet(completed_by="a friend"), 1, "line 2", "'a friend'"),
    ("poet", "answer-unlisted", poet(care_groups="sensory;older"), 1, "line 2", "'older'"),
    ("poet", "answer-unlisted", poet(proc_assess_needs="not easy"), 1, "line 2", "'not easy'"),
    ("poet", "answer-unlisted", poet(test_knows_money="not at all"), 1, "line 2", "'not at all'"),
    ("poet", "answer-unlisted", poet(views_included="a lot"), 1, "line 2", "'a lot'"),
    ("poet", "amount-unreadable", poet(weekly_amount_gbp="a lot"), 1, "line 2", "'a lot'"),
    ("poet", "amount-negative", poet(weekly_amount_gbp="-3"), 1, "line 2", "'-3'"),
    (
        "poet",
        "all-blank",
        poet(out_dignity="", out_independence="dont_know", out_control_life=" "),
        1,
        "line 2",
        "no outcome",
    ),
    (
        "poet",
        "straight-lined",
        poet(out_independence="A lot better", out_control_life="a_lot_better"),
        1,
        "line 2",
        "the same answer",
    ),
    (
        "poet",
        "row-too-long",
        overlong("poet/2013/final", g.poet(g.response(), SECOND), 1),
        1,
        "line 2",
        "more cells",
    ),
]


def short(place: str, rows: Table, row: int) -> Spoil:
    """The second cell of a row is lost, and all that follow move to the left."""

    def spoil(given: Given) -> None:
        del rows[row][1]
        given.put(place, "file.csv", rows)

    return spoil


def cut(place: str, rows: Table, last: int) -> Spoil:
    """A file ends after the last digit that is there of a row."""

    def spoil(given: Given) -> None:
        given.put(place, "file.csv", g.as_csv(rows[: last + 1]).rstrip("\n"))

    return spoil


def unended(place: str, rows: Table) -> Spoil:
    """A file ends in a text that is not read as a figure."""

    def spoil(given: Given) -> None:
        given.put(place, "file.csv", g.as_csv(rows).rstrip("\n"))

    return spoil


def england_first(rows: Table, first: int, england: int) -> Table:
    return [*rows[:first], rows[england], *rows[first:england], *rows[england + 1 :]]


IN_CCS, IN_ASCOF, IN_PSS = "ccs/2012-13/final", "ascof/2015-16/final", "pss_ex1/2012-13/final"
IN_ADASS, IN_REGISTER = "adass/2012-13/final", "published/all/register"
IN_CONTROL, IN_POET = "in_control/2009-10/final", "poet/2013/final"
SHAPES: list[tuple[str, str, Spoil, str, str]] = [
    ("ccs", "row-too-short", short(IN_CCS, g.ccs(), 3), "line 4", "fewer cells"),
    ("ascof", "row-too-short", short(IN_ASCOF, g.ascof(), 10), "line 11", "fewer cells"),
    ("pss_ex1", "row-too-short", short(IN_PSS, g.pss_ex1(), 4), "line 5", "fewer cells"),
    ("pss_ex1", "row-too-long", overlong(IN_PSS, g.pss_ex1(), 4), "line 5", "more cells"),
    (
        "adass",
        "row-too-short",
        short(IN_ADASS, g.adass_csv(g.adass_return(), OTHER), 1),
        "line 2",
        "fewer cells",
    ),
    (
        "published",
        "row-too-short",
        short(IN_REGISTER, g.register(g.figure()), 1),
        "line 2",
        "fewer cells",
    ),
    ("in_control", "row-too-short", short(IN_CONTROL, g.in_control(), 1), "line 2", "fewer cells"),
    (
        "poet",
        "row-too-short",
        short(IN_POET, g.poet(g.response(), SECOND), 1),
        "line 2",
        "fewer cells",
    ),
    ("ccs", "row-cut-off", cut(IN_CCS, england_first(g.ccs(), 3, 6), 6), "line 7", "digits"),
    (
        "ascof",
        "row-cut-off",
        unended(IN_ASCOF, [[*r[:7], *r[8:], r[7]] for r in g.ascof()]),
        "line 11",
        "digits",
    ),
    (
        "pss_ex1",
        "row-cut-off",
        cut(IN_PSS, [r[:3] for r in england_first(g.pss_ex1(), 4, 7)], 7),
        "line 8",
        "digits",
    ),
    (
        "adass",
        "row-cut-off",
        unended(IN_ADASS, [r[:-1] for r in g.adass_csv(g.adass_return(), OTHER)]),
        "line 3",
        "digits",
    ),
    (
        "published",
        "row-cut-off",
        unended(IN_REGISTER, [[*r[:8], *r[9:], r[8]] for r in g.register(g.figure())]),
        "line 2",
        "digits",
    ),
    ("in_control", "row-cut-off", unended(IN_CONTROL, g.in_control()), "line 4", "digits"),
    (
        "poet",
        "row-cut-off",
        unended(IN_POET, [r[:-1] for r in g.poet(g.response(), SECOND)]),
        "line 3",
        "cut off",
    ),
    ("ccs", "line-unended", unended(IN_CCS, g.ccs()), "line 7", "rows may be missing"),
    ("ascof", "line-unended", unended(IN_ASCOF, g.ascof()), "line 11", "rows may be missing"),
    ("pss_ex1", "line-unended", unended(IN_PSS, g.pss_ex1()), "line 8", "rows may be missing"),
    (
        "adass",
        "line-unended",
        unended(IN_ADASS, g.adass_csv(g.adass_return(), OTHER)),
        "line 3",
        "rows may be missing",
    ),
    (
        "published",
        "line-unended",
        unended(IN_REGISTER, g.register(g.figure(note="synthetic"))),
        "line 2",
        "rows may be missing",
    ),
    (
        "in_control",
        "line-unended",
        unended(IN_CONTROL, [[*r, "as given"] for r in g.in_control()]),
        "line 4",
        "rows may be missing",
    ),
    (
        "poet",
        "line-unended",
        unended(IN_POET, g.poet(g.response(), SECOND)),
        "line 3",
        "rows may be missing",
    ),
]
CASES += [(source, rule, spoil, 1, place, word) for source, rule, spoil, place, word in SHAPES]


def ccs_twice(given: Given) -> None:
    rows = g.ccs()
    rows.insert(4, ["102", "Cumbria", *rows[3][2:7], "901"])
    given.ccs(rows)


CASES.append(("ccs", "council-duplicate", ccs_twice, 2, "line 4", "line 4 and line 5"))


@pytest.mark.parametrize(
    ("source", "rule_id", "spoil", "times", "place", "word"),
    CASES,
    ids=[f"{case[0]}-{case[1]}-{number}" for number, case in enumerate(CASES)],
)
def test_one_spoilt_value_fires_exactly_its_rule(
    given: Given, source: str, rule_id: str, spoil: Spoil, times: int, place: str, word: str
) -> None:
    spoil(given)
    # something else lies in the tree, and loads whatever becomes of the spoilt file
    given.put("ascof/2024-25/final", "other.csv", g.ascof_wide())
    landed = given.land()
    assert landed.rules() == {rule_id: times}
    assert landed.refused == {}
    rule = next(each for each in SOURCES[source].rules if each.id == rule_id)
    path = next(path for path in landed.files if path.startswith(source) and "other" not in path)
    outcome = landed.files[path]
    quarantined = times if rule.severity is Severity.QUARANTINE else 0
    assert outcome.rows_quarantined == quarantined
    assert outcome.rows_read == outcome.rows_loaded + quarantined
    assert outcome.cells_flagged == times - quarantined
    assert landed.files["ascof/2024-25/final/other.csv"].rows_loaded == 15
    _said(landed, source, rule_id, path, place, word, quarantined)


def _said(
    landed: g.Landed,
    source: str,
    rule_id: str,
    path: str,
    place: str,
    word: str,
    quarantined: int,
) -> None:
    """File, place, rule, the offending text and the remedy, in the table and in the message."""
    rule = next(each for each in SOURCES[source].rules if each.id == rule_id)
    record = landed.table(source, "quarantine" if quarantined else "flags")[0]
    assert record["source_file"] == path
    assert record["source_locator"] == place
    assert record["rule_id"] == rule_id
    assert word in record["message"]
    message = landed.sample(rule_id)
    assert all(part in message for part in (path, place, rule_id, word))
    assert record["remedy"] == rule.remedy
    assert rule.remedy in message
    if quarantined:
        assert record["content"].startswith("{")


def test_every_rule_has_a_case() -> None:
    stated = {
        (name, rule.id)
        for name in SOURCES
        for rule in SOURCES[name].rules
        if rule.severity is not Severity.REFUSE  # a whole file: test_neighbours.py
    }
    tested = {(case[0], case[1]) for case in CASES}
    # no file can break these: the reader itself fills the field, from a fixed list
    unreachable = {
        ("ccs", "area-level-unknown"),
        ("adass", "area-level-unknown"),
        ("in_control", "area-level-unknown"),
        ("pss_ex1", "area-level-unknown"),
        ("pss_ex1", "series-unknown"),
    }
    assert stated - unreachable == tested


def test_rules_have_ids_that_can_stay() -> None:
    for source in SOURCES.values():
        ids = [rule.id for rule in source.rules]
        assert len(ids) == len(set(ids))
        for rule in source.rules:
            assert rule.id == rule.id.lower().replace(" ", "-")
            assert rule.description
            assert rule.remedy.endswith(".")


def test_a_sign_costs_its_cell_and_not_its_row(given: Given) -> None:
    """The cell has no value, never 0; the other five counts of the council are loaded."""
    ccs(3, 4, "*")(given)
    landed = given.land()
    row = landed.table("ccs")[0]
    assert row["area_code"] == "102"
    assert (row["users_dp_token"], row["users_dp_status"]) == ("*", "unreadable")
    assert row["users_dp"] != row["users_dp"] or row["users_dp"] is None
    assert [row[name] for name in ("users", "users_sds", "carers")] == [9500, 5005, 2000]


def test_a_note_beside_a_figure_is_left_out_of_it(given: Given) -> None:
    ccs(3, 4, "800 (2)")(given)
    row = given.land().table("ccs")[0]
    assert (row["users_dp"], row["users_dp_token"]) == (800, "800 (2)")
