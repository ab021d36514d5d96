"""The publishers' own files, from raw to the published tables."""

from __future__ import annotations

from collections import Counter

import pytest

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]

YEARS = ["2015-16", "2016-17", "2017-18", "2018-19"]
MEASURES = ["1C1A", "1C1B", "1C2A", "1C2B"]

# England as published: the Outcome of the England row of each file, to the digit.
ENGLAND = {
    "2015-16": (86.9, 77.7, 28.1, 67.4),
    "2016-17": (89.4, 83.1, 28.3, 74.3),
    "2017-18": (89.7, 83.4, 28.5, 74.1),
    "2018-19": (89.0, 83.3, 28.3, 73.4),
}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("measure", MEASURES)
def test_england_is_recomputed_from_council_rows_to_the_digit_published(real, year, measure):
    published = ENGLAND[year][MEASURES.index(measure)]
    [pooled] = real.rows(
        """select pooled_rate_pct from marts.national_attainment where financial_year = ?
        and definition_id = ? and target_id = 'LAMB_2013_70'""",
        year,
        f"ASCOF_{measure}",
    )
    assert round(pooled["pooled_rate_pct"], 1) == published
    [figure] = real.rows(
        "from quality.published_reproduction where figure_id = ?",
        f"ascof-{year}-{measure.lower()}-rate",
    )
    assert (figure["verdict"], figure["method"], figure["published_value"]) == (
        "reproduced",
        "council_rows",
        published,
    )
    assert figure["evidence_class"] == "published"


@pytest.mark.parametrize("measure", MEASURES)
def test_2014_15_cannot_be_recomputed_and_the_reason_says_why(real, measure):
    [figure] = real.rows(
        "from quality.published_reproduction where figure_id = ?",
        f"ascof-2014-15-{measure.lower()}-rate",
    )
    assert figure["verdict"] == "not_computable"
    assert "Cornwall" in figure["reason"]
    assert "rounded" in figure["reason"]
    assert figure["computed_lower"] < figure["computed_value"] < figure["computed_upper"]


def test_the_measure_of_2024_25_is_a_definition_of_its_own(real):
    definitions = real.rows(
        "select distinct definition_id from marts.target_attainment where financial_year = '2024-25' order by all"
    )
    assert [row["definition_id"] for row in definitions] == ["ASCOF_3D1A_CLD", "ASCOF_3D2A_CLD"]
    [scilly] = real.rows(
        """from marts.target_attainment where financial_year = '2024-25' and council_id = '906'
        and definition_id = 'ASCOF_3D1A_CLD' and target_id = 'LAMB_2013_70'"""
    )
    assert (scilly["verdict"], scilly["rate_pct"]) == ("no_data", None)
    assert real.rows(
        "from marts.target_attainment where council_id = 'Z9D4Z' and financial_year = '2024-25'"
    )


def test_carer_quality_of_life_is_not_mistaken_for_self_directed_support(real):
    """Code 1C is another measure in 2024-25; it must give no observation."""
    assert not real.rows(
        "from marts.fct_observation where financial_year = '2024-25' and definition_id like '%1C%'"
    )


def test_direct_payment_clients_of_pss_ex1_are_two_series(real):
    series = real.rows(
        """select financial_year, definition_id, value from marts.fct_observation
        where source = 'pss_ex1' and area_level = 'england' order by all"""
    )
    assert [(s["financial_year"], s["definition_id"], s["value"]) for s in series] == [
        ("2008-09", "PSS_EX1_DP", 67_685),
        ("2009-10", "PSS_EX1_DP_PB", 130_900),
        ("2010-11", "PSS_EX1_DP_PB", 114_090),
        ("2011-12", "PSS_EX1_DP", 108_105),
        ("2012-13", "PSS_EX1_DP", 115_930),
    ]


@pytest.mark.parametrize(
    ("year", "derby", "hampshire", "manchester"),
    [
        ("2008-09", 300, 1_290, 585),
        ("2009-10", 895, 1_900, 3_515),
        ("2010-11", 600, 1_670, 560),
        ("2011-12", 955, 1_380, 625),
        ("2012-13", 660, 1_550, 585),
    ],
)
def test_the_column_of_direct_payments_is_found_by_its_heading(
    real, year, derby, hampshire, manchester
):
    values = {
        row["area_id"]: row["value"]
        for row in real.rows(
            "select area_id, value from marts.fct_observation where source = 'pss_ex1' and financial_year = ?",
            year,
        )
    }
    named = {
        row["council_name"]: values[row["council_id"]]
        for row in real.rows("select council_id, council_name from marts.dim_council")
        if row["council_id"] in values
    }
    assert (named["Derby"], named["Hampshire"], named["Manchester"]) == (
        derby,
        hampshire,
        manchester,
    )


def test_nothing_of_the_real_files_is_refused_or_lost(real):
    files = real.rows("from quality.source_file where source <> 'published'")
    assert {file["status"] for file in files} == {"loaded"}
    assert all(
        file["rows_read"] == file["rows_loaded"] + file["rows_quarantined"] > 0 for file in files
    )
    assert real.rows("from quality.quarantined_row where source <> 'published'") == []


def test_real_figures_are_not_marked_synthetic(real):
    classes = real.rows("select distinct evidence_class from marts.national_attainment")
    assert [row["evidence_class"] for row in classes] == ["published"]
    assert "SYNTHETIC" not in real.printed


def test_a_later_root_replaces_the_same_source_year_and_release(overlaid):
    """2015-16 is synthetic in the example and published in the real files."""
    classes = {
        row["financial_year"]: row["evidence_class"]
        for row in overlaid.rows(
            "select distinct financial_year, evidence_class from marts.target_attainment where definition_id = 'ASCOF_1C1A'"
        )
    }
    assert classes["2015-16"] == "published"
    other = overlaid.rows(
        "select distinct evidence_class from marts.target_attainment where financial_year = '2012-13'"
    )
    assert [row["evidence_class"] for row in other] == ["synthetic"]


def test_a_refresh_of_other_files_alone_says_what_it_reproduces(real):
    """The register is the project's own, and every one of its figures has its verdict."""
    [file] = real.rows("from quality.source_file where source = 'published'")
    assert (file["path"], file["status"]) == ("published/all/register/figures.csv", "loaded")
    figures = real.rows("select figure_id, verdict from quality.published_reproduction")
    assert len(figures) == file["rows_loaded"] > 400
    verdicts = Counter(figure["verdict"] for figure in figures)
    # 16 outcomes of 2015-16 to 2018-19 above, at the least; nothing before 2014-15 but PSS-EX1
    assert verdicts["reproduced"] >= len(YEARS) * len(MEASURES)
    assert verdicts["not_computable"] > 0


def test_counts_that_mean_different_things_are_not_held_against_each_other(overlaid):
    """PSS-EX1 counts clients of all ages, ADASS people on ongoing budgets: two components.

    The one conflict is the one planted in the example.
    """
    conflicts = overlaid.rows("from quality.source_conflict where component is not null")
    assert [(row["area_id"], row["financial_year"]) for row in conflicts] == [("213", "2013-14")]
    sources = overlaid.rows(
        """select distinct component, source, offers from marts.fct_component where offers > 0
        and component in ('direct_payment_on_day', 'ongoing_with_direct_payment') order by all"""
    )
    assert [tuple(row.values()) for row in sources] == [
        ("direct_payment_on_day", "pss_ex1", 1),
        ("ongoing_with_direct_payment", "adass", 1),
    ]


def test_both_together_reproduce_what_each_does_alone(overlaid):
    [counted] = overlaid.rows(
        """select count(*) as n from quality.published_reproduction
        where figure_id in ('adass-2013-share-councils-70', 'ascof-2018-19-1c1a-rate', 'ascof-2024-25-3d1a-rate')
        and verdict = 'reproduced'"""
    )
    assert counted["n"] == 3
