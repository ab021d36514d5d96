"""The two common shapes hold the rates of target_attainment, all of them and each once."""

from __future__ import annotations

import pytest

KEY = ("council_id", "basis_id", "definition_id", "person_scope")


@pytest.fixture(scope="module")
def rates(example):
    """Rate by year and by what it is a rate of; the rows of the three targets say the same."""
    found = {}
    for row in example.rows("from marts.target_attainment"):
        key = tuple(row[name] for name in KEY)
        found.setdefault(key, {})[row["financial_year"]] = row
    return found


def test_wide_has_a_column_for_every_year_and_every_rate_in_its_place(example, rates):
    years = sorted({year for of in rates.values() for year in of})
    assert len(years) > 4
    columns = {f"rate_{year.replace('-', '_')}_pct": year for year in years}
    wide = example.rows("from marts.attainment_wide")
    assert {name for name in wide[0] if name.startswith("rate_")} == set(columns)
    assert len(wide) == len(rates)
    for row in wide:
        of = rates[tuple(row[name] for name in KEY)]
        expected = {name: of.get(year, {}).get("rate_pct") for name, year in columns.items()}
        assert {name: row[name] for name in columns} == expected
        classes = sorted({each["evidence_class"] for each in of.values()})
        assert row["evidence_classes"] == ", ".join(classes)


def test_long_has_every_rate_once_judged_by_the_target_of_its_year(example, rates):
    long = example.rows("from marts.attainment_long")
    assert len(long) == sum(len(of) for of in rates.values())
    for row in long:
        rate = rates[tuple(row[name] for name in KEY)][row["financial_year"]]
        for name in ("rate_pct", "rate_lower_pct", "rate_upper_pct", "evidence_class", "note"):
            assert row[name] == rate[name]
        assert row["year_ends_on"].isoformat() == f"{int(row['financial_year'][:4]) + 1}-03-31"
    # 30 per cent was due in March 2011, 70 per cent in March 2013
    assert {(row["financial_year"], row["target_id"]) for row in long} >= {
        ("2010-11", "PPF_2011_30"),
        ("2011-12", "PPF_2011_30"),
        ("2012-13", "LAMB_2013_70"),
        ("2013-14", "LAMB_2013_70"),
    }


def test_a_line_of_the_long_shape_crosses_no_change_of_definition(example):
    crossing = example.rows(
        """select series from marts.attainment_long
        group by series having count(distinct coalesce(definition_id, basis_id) || person_scope) > 1"""
    )
    assert crossing == []
