"""The seeds of meaning: definitions, targets, measure codes and series breaks.

Here belongs whether the seeds say what the publishers' definitions say, and whether they hold
together: closed vocabularies, every identifier known, no year with two meanings for one code.
What dbt computes from them does not belong here.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from itertools import product
from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "dbt" / "seeds"
Row = dict[str, str]

PROMISED = [
    "NI130_V1",
    "NI130_V2",
    "ASCOF_1C1_RAP",
    "ASCOF_1C2_RAP",
    "ASCOF_1C1A",
    "ASCOF_1C1B",
    "ASCOF_1C2A",
    "ASCOF_1C2B",
    "ASCOF_3D1A_SALT",
    "ASCOF_3D1B_SALT",
    "ASCOF_3D2A_SALT",
    "ASCOF_3D2B_SALT",
    "ASCOF_3D1A_CLD",
    "ASCOF_3D1B_CLD",
    "ASCOF_3D2A_CLD",
    "ASCOF_3D2B_CLD",
    "ADASS_2010",
    "ADASS_2011",
    "ADASS_2012",
    "ADASS_2013",
    "ADASS_2014",
    "IN_CONTROL",
    "PSS_EX1_DP",
]
# The heading of 2009-10 and 2010-11 counts personal budgets too; the survey of 2009 asked less.
ADDED = {"PSS_EX1_DP_PB", "ADASS_2009"}

VOCABULARY = {
    "source": {"ascof", "adass", "in_control", "pss_ex1"},
    "person_scope": {"users", "carers", "users_and_carers"},
    "numerator_kind": {"self_directed_support", "direct_payment", "personal_budget"},
    "denominator_base": {
        "population",
        "community",
        "long_term_community",
        "eligible",
        "carers_with_support",
        "none",
    },
    "one_off": {"included", "excluded", "separate", "not_stated"},
    "direct_payments": {"always", "only_unrestricted", "is_the_measure"},
    "time_basis": {"during_year", "snapshot_31_march", "not_stated"},
    "rounding": {
        "counts_to_nearest_5",
        "counts_to_nearest_5_in_2014_15_only",
        "england_and_regions_to_nearest_5",
        "unrounded",
        "not_stated",
    },
    "basis_kind": {"percent", "per_100000", "count"},
    "verification": {"S0", "S2", "P", "DATA"},
}
BREAKDOWNS = {"total", "18_64", "65_over", "64_under", "65_84", "85_over"}
# First financial year of the raw tree, and one past the newest file known.
YEARS = [f"{year}-{(year + 1) % 100:02}" for year in range(2008, 2026)]


def seed(name: str) -> list[Row]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def definitions() -> dict[str, Row]:
    return {row["definition_id"]: row for row in seed("definitions")}


def within(year: str, first: str, last: str) -> bool:
    return first <= year and (not last or year <= last)


# ------------------------------------------------------------------------------------- all seeds


@pytest.mark.parametrize("name", ["definitions", "targets", "measure_codes", "series_breaks"])
def test_no_cell_is_padded_and_no_row_is_short(name: str) -> None:
    for row in seed(name):
        assert None not in row and None not in row.values(), row
        assert all(value == value.strip() for value in row.values()), row
        assert row["citation"], row


# ----------------------------------------------------------------------------------- definitions


def test_the_definitions_people_rely_on_are_there_and_two_more() -> None:
    assert sorted(definitions()) == sorted([*PROMISED, *ADDED])
    assert len(seed("definitions")) == len(definitions())


@pytest.mark.parametrize("column", VOCABULARY)
def test_vocabularies_are_closed(column: str) -> None:
    for definition_id, row in definitions().items():
        assert row[column] in VOCABULARY[column], (definition_id, row[column])
    assert {row[column] for row in definitions().values()} == VOCABULARY[column], "unused words"


def test_every_definition_says_what_it_counts_over_what() -> None:
    for definition_id, row in definitions().items():
        for column in ("publisher", "title", "numerator", "denominator"):
            assert row[column], (definition_id, column)


def test_years_are_financial_years_in_order() -> None:
    for definition_id, row in definitions().items():
        for column in ("valid_from_year", "valid_to_year"):
            match = re.fullmatch(r"20(\d\d)-(\d\d)", row[column]) if row[column] else None
            if column == "valid_from_year":
                assert match, definition_id
            assert match is None or int(match[2]) == int(match[1]) + 1, definition_id
        assert not row["valid_to_year"] or row["valid_from_year"] <= row["valid_to_year"]


def test_a_definition_without_a_base_is_a_count_and_no_other() -> None:
    for definition_id, row in definitions().items():
        assert (row["denominator_base"] == "none") == (row["basis_kind"] == "count"), definition_id


def test_the_measure_of_direct_payments_is_marked_as_such() -> None:
    for definition_id, row in definitions().items():
        measured = row["direct_payments"] == "is_the_measure"
        assert measured == (row["numerator_kind"] == "direct_payment"), definition_id


@pytest.mark.parametrize(
    ("definition_id", "expected"),
    {
        # One-offs count in the official measure and not in the survey: the whole quarrel.
        "NI130_V2": {"one_off": "included", "denominator_base": "community"},
        "ASCOF_1C1_RAP": {"one_off": "included", "person_scope": "users_and_carers"},
        "ADASS_2013": {"one_off": "separate", "denominator_base": "eligible"},
        # SALT: users on a day, carers in the year, never one family.
        "ASCOF_1C1A": {"time_basis": "snapshot_31_march", "one_off": "excluded"},
        "ASCOF_1C1B": {"time_basis": "during_year", "one_off": "included"},
        # In Control passes a direct payment only if it is free of undue restrictions.
        "IN_CONTROL": {"direct_payments": "only_unrestricted", "basis_kind": "count"},
        "NI130_V1": {"denominator_base": "population", "basis_kind": "per_100000"},
        "PSS_EX1_DP": {"direct_payments": "is_the_measure"},
        "PSS_EX1_DP_PB": {"direct_payments": "always"},
    }.items(),
)
def test_what_divides_the_definitions(definition_id: str, expected: Row) -> None:
    row = definitions()[definition_id]
    assert {column: row[column] for column in expected} == expected


def test_salt_and_its_new_name_are_one_rule() -> None:
    """1C became 3D in 2023-24 and the returns stayed; only code, years and publisher differ."""
    for part, letter in product("12", "AB"):
        old, new = (
            definitions()[f"ASCOF_{c}{part}{letter}{s}"] for c, s in (("1C", ""), ("3D", "_SALT"))
        )
        for column in ("numerator", "denominator", "denominator_base", "one_off", "time_basis"):
            assert old[column] == new[column], (part, letter, column)


# --------------------------------------------------------------------------------------- targets


def test_the_three_numeric_targets() -> None:
    got = {
        row["target_id"]: (float(row["threshold_pct"]), row["status"], row["comparator"])
        for row in seed("targets")
    }
    assert got == {
        "PPF_2011_30": (30.0, "in_force", "at_least"),
        "VISION_2013_100": (100.0, "withdrawn", "at_least"),
        "LAMB_2013_70": (70.0, "in_force", "at_least"),
    }


def test_by_april_falls_due_on_the_last_day_of_the_year_before() -> None:
    """A year ends on 31 March, the day of the snapshot: "by April 2013" is due in 2012-13."""

    def due(reference: date) -> str:
        (year,) = (
            f"{y}-{(y + 1) % 100:02}"
            for y in range(2000, 2030)
            if date(y, 4, 1) <= reference <= date(y + 1, 3, 31)
        )
        return year

    got = {
        row["target_id"]: due(date.fromisoformat(row["reference_date"])) for row in seed("targets")
    }
    assert got == {
        "PPF_2011_30": "2010-11",
        "VISION_2013_100": "2012-13",
        "LAMB_2013_70": "2012-13",
    }
    for row in seed("targets"):
        assert row["stated_date"] == f"April {row['reference_date'][:4]}"
        assert date.fromisoformat(row["announced_on"]) < date.fromisoformat(row["reference_date"])
        assert row["stated_base"] and row["status_reason"]


# --------------------------------------------------------------------------------- measure codes


def test_measure_codes_name_known_definitions_in_their_years() -> None:
    for row in seed("measure_codes"):
        definition = definitions()[row["definition_id"]]
        assert row["breakdown"] in BREAKDOWNS, row
        assert row["first_year"] >= definition["valid_from_year"], row
        end = definition["valid_to_year"]
        assert not end or (row["last_year"] and row["last_year"] <= end), row


def test_a_printed_code_has_one_meaning_a_year_whatever_its_case() -> None:
    for year in YEARS:
        meanings = Counter(
            row["printed_code"].casefold()
            for row in seed("measure_codes")
            if within(year, row["first_year"], row["last_year"])
        )
        assert [code for code, count in meanings.items() if count > 1] == [], year


def meaning(code: str, year: str) -> tuple[str, str] | None:
    found = [
        (row["definition_id"], row["breakdown"])
        for row in seed("measure_codes")
        if row["printed_code"] == code and within(year, row["first_year"], row["last_year"])
    ]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("code", "year", "expected"),
    [
        ("NI130", "2008-09", ("NI130_V1", "total")),
        ("NI130", "2009-10", ("NI130_V2", "total")),
        ("NI130", "2010-11", ("NI130_V2", "total")),
        ("NI130", "2011-12", None),
        ("1C(1)", "2010-11", ("ASCOF_1C1_RAP", "total")),
        ("1C(2)", "2013-14", ("ASCOF_1C2_RAP", "total")),
        ("1Ci", "2012-13", ("ASCOF_1C1_RAP", "total")),
        ("1Cii", "2012-13", ("ASCOF_1C2_RAP", "total")),
        ("1C(1)", "2014-15", None),
        ("1C(1A)", "2013-14", None),
        ("1C(1A)", "2014-15", ("ASCOF_1C1A", "total")),
        ("1C(1A)1864", "2014-15", ("ASCOF_1C1A", "18_64")),
        ("1C(1B)64U", "2015-16", ("ASCOF_1C1B", "64_under")),
        ("1C1A65OV", "2018-19", ("ASCOF_1C1A", "65_over")),
        ("1C1B6584", "2020-21", ("ASCOF_1C1B", "65_84")),
        ("1C2B85OV", "2017-18", ("ASCOF_1C2B", "85_over")),
        ("1C2A", "2022-23", ("ASCOF_1C2A", "total")),
        ("1C2A", "2023-24", None),
        ("3D(1a)", "2022-23", None),
        ("3D(1a)", "2023-24", ("ASCOF_3D1A_SALT", "total")),
        ("3D(1a)", "2024-25", ("ASCOF_3D1A_CLD", "total")),
        ("3D(2a)", "2025-26", ("ASCOF_3D2A_CLD", "total")),
        ("3D1B", "2023-24", ("ASCOF_3D1B_SALT", "total")),
        # Other measures under like names: ease of finding information; carers' quality of life.
        ("3D1", "2018-19", None),
        ("3D1A", "2018-19", None),
        ("3D1", "2023-24", None),
        ("1C", "2024-25", None),
        ("1C", "2012-13", None),
    ],
)
def test_what_a_code_means_in_a_year(
    code: str, year: str, expected: tuple[str, str] | None
) -> None:
    assert meaning(code, year) == expected


def test_the_ages_of_users_and_of_carers_are_cut_differently() -> None:
    for row in seed("measure_codes"):
        carers = definitions()[row["definition_id"]]["person_scope"] == "carers"
        bands = {"64_under", "65_84", "85_over"} if carers else {"18_64", "65_over"}
        assert row["breakdown"] in bands | {"total"}, row


@pytest.mark.real
@pytest.mark.parametrize("year", ["2014-15", "2015-16", "2016-17", "2017-18", "2018-19"])
def test_every_printed_1c_code_is_known(real_raw: Path, year: str) -> None:
    (path,) = (real_raw / "ascof" / year / "final").glob("*.csv")
    with path.open(encoding="cp1252", newline="") as handle:
        codes = {
            (row["ASCOF Measure Code"], row["Disaggregation Level"])
            for row in csv.DictReader(handle)
            if row["ASCOF Measure Code"].startswith("1C")
        }
    printed = {
        "Total": "total",
        "18-64": "18_64",
        "65 and over": "65_over",
        "64 and under": "64_under",
        "65-84": "65_84",
        "85 and over": "85_over",
    }
    assert len(codes) == 14  # two measures of users in three cuts, two of carers in four
    for code, level in codes:
        known = meaning(code, year)
        assert known is not None and known[1] == printed[level], (code, level)


# --------------------------------------------------------------------------------- series breaks


def test_series_break_where_the_sources_say_so() -> None:
    got = sorted((row["source"], row["first_year_after"]) for row in seed("series_breaks"))
    assert got == [
        ("ascof", "2009-10"),
        ("ascof", "2014-15"),
        ("ascof", "2024-25"),
        ("pss_ex1", "2009-10"),
        ("pss_ex1", "2011-12"),
    ]
    assert len({row["break_id"] for row in seed("series_breaks")}) == len(got)


def test_breaks_name_known_definitions_on_both_sides() -> None:
    for row in seed("series_breaks"):
        named = [definitions()[name] for name in row["definition_ids"].split(";")]
        assert {definition["source"] for definition in named} == {row["source"]}, row
        after = row["first_year_after"]
        assert any(definition["valid_from_year"] < after for definition in named), row
        assert any(within(after, d["valid_from_year"], d["valid_to_year"]) for d in named), row
