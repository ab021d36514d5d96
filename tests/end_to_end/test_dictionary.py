"""The published file says of every column of its own what a reader needs."""

from __future__ import annotations

from collections import defaultdict

import pytest

QUANTITIES = ("DOUBLE", "BIGINT", "INTEGER")


def test_every_quantity_has_a_unit(example):
    lacking = example.rows(
        "select table_name, column_name from marts.data_dictionary "
        "where list_contains(?, data_type) and unit is null",
        list(QUANTITIES),
    )
    assert lacking == []


def test_words_have_no_unit(example):
    """`numerator` is a count of people in target_attainment, and a sentence in dim_definition."""
    with_one = example.rows(
        "select table_name, column_name from marts.data_dictionary "
        "where data_type = 'VARCHAR' and unit is not null"
    )
    assert with_one == []


def test_every_warning_is_held_to_some_column_and_every_one_is_explained(example):
    used = example.rows(
        "select distinct unnest(usage_warnings) as warning_id from marts.data_dictionary"
    )
    said = example.rows("select warning_id from marts.usage_warning")
    assert sorted(row["warning_id"] for row in used) == sorted(row["warning_id"] for row in said)


def test_no_figure_of_a_council_or_a_survey_goes_without_a_warning(example):
    bare = example.rows(
        """select table_name, column_name from marts.data_dictionary
        where schema_name = 'marts' and usage_warnings is null
            and column_name similar to '.*(rate|better|share).*_pct'"""
    )
    assert bare == []


def test_the_values_that_are_found_are_those_that_are_allowed(example):
    allowed = example.rows(
        """select schema_name || '.' || table_name as place, column_name, allowed_values
        from marts.data_dictionary where allowed_values is not null
            and not (len(allowed_values) = 1 and allowed_values[1] like '% of %.%')"""
    )
    by_place = defaultdict(list)
    for row in allowed:
        by_place[row["place"]].append(row)
    assert len(by_place) > 10
    for place, columns in by_place.items():
        chosen = ", ".join(
            f"list(distinct {row['column_name']}::varchar) as {row['column_name']}"
            for row in columns
        )
        [found] = example.rows(f"select {chosen} from {place}")
        for row in columns:
            values = set(found[row["column_name"]] or ()) - {None}
            assert values <= set(row["allowed_values"]), f"{place}.{row['column_name']}"


# What the YAML of the models and the seeds say, by hand.
KNOWN = [
    ("target_attainment", "rate_pct", "percent"),
    ("reconciliation_bridge", "effect_pp", "percentage points"),
    ("target_attainment", "numerator", "people"),
    ("national_attainment", "councils_met", "councils"),
    ("poet_outcome", "n_valid", "answers"),
    ("genuine_budget", "implied_count", "people"),
    ("attainment_wide", "rate_2012_13_pct", "percent"),
]


@pytest.mark.parametrize(("table", "column", "unit"), KNOWN)
def test_a_unit_is_what_it_should_be(example, table, column, unit):
    [row] = example.rows(
        "from marts.data_dictionary where table_name = ? and column_name = ?", table, column
    )
    assert row["unit"] == unit
    assert "synthetic_example" in row["usage_warnings"]


def test_the_readme_says_how_much_of_the_example_is_invented(example):
    [row] = example.rows(
        """select count(*) filter (where evidence_class = 'synthetic') as invented, count(*) as all_of_them
        from (select distinct source, financial_year, release, evidence_class from quality.source_file)"""
    )
    [said] = example.rows("select text from marts.readme where topic = 'SYNTHETIC'")
    assert row["invented"] > 20
    assert said["text"].startswith(f"{row['invented']} of the {row['all_of_them']} publications")
