"""Attainment and bridge as they stood on any day, on the bundled example.

The days are those of the example: of 2012-13 the provisional community care counts came out on 10 July
2013, the framework's own provisional figures on 31 July, ADASS's results on 10 September, the final
figures on 17 December.
"""

from __future__ import annotations

import pytest

MARTS = ("target_attainment", "national_attainment", "reconciliation_bridge")
BEFORE, COUNTED, OFFICIAL, BOTH, LAST, FINAL = (
    *("2013-07-09", "2013-07-10", "2013-07-31", "2013-09-10", "2013-12-16", "2013-12-17"),
)
CLOSE = 1e-9

# The framework's own counts, and the community care counts: what observation_as_of gives on a day.
OWN_RATE = """
    select 100 * sum(value) filter (where statistic = 'numerator')
        / sum(value) filter (where statistic = 'denominator') as rate
    from marts.observation_as_of(?::date)
    where financial_year = '2012-13' and area_level = 'council' and breakdown = 'total'
    and definition_id = 'ASCOF_1C1_RAP'"""
COUNTED_RATE = """
    with counts as (
        select area_id,
            max(value) filter (where statistic = 'users') + max(value) filter (where statistic = 'carers')
                as base,
            max(value) filter (where statistic = 'users_sds')
                + max(value) filter (where statistic = 'carers_sds') as supported
        from marts.observation_as_of(?::date)
        where financial_year = '2012-13' and source = 'ccs' and area_level = 'council' group by all
    )
    select 100 * sum(supported) / sum(base) as rate from counts where base + supported is not null"""


def national(example, day, basis="ASCOF_1C1_RAP", target="LAMB_2013_70"):
    return example.rows(
        """from marts.national_attainment_as_of(?::date)
        where financial_year = '2012-13' and coalesce(definition_id, basis_id) = ? and target_id = ?""",
        *(day, basis, target),
    )


def bridge(example, day):
    return example.rows(
        """from marts.reconciliation_bridge_as_of(?::date)
        where financial_year = '2012-13' and area_level = 'england' order by step_no""",
        day,
    )


@pytest.mark.parametrize("mart", MARTS)
def test_nothing_of_a_year_is_known_before_its_first_release(example, mart):
    sql = f"from marts.{mart}_as_of(?::date) where financial_year = '2012-13'"
    assert example.rows(sql, BEFORE) == []
    assert example.rows(f"from marts.{mart}_as_of(null)") == []


@pytest.mark.parametrize("mart", MARTS)
def test_after_the_last_release_every_row_is_that_of_today(example, mart):
    """Both ways, for every year whose releases all have their day."""
    [counted] = example.rows(
        f"""with undated as (
            select distinct financial_year from marts.fct_observation where published_on is null
        ), today as (
            from marts.{mart} where financial_year not in (from undated)
        ), known as (
            from marts.{mart}_as_of(date '2100-01-01') where financial_year not in (from undated)
        )
        select (select count(*) from today) as today, (select count(*) from known) as known,
            (select count(*) from (from today except from known)) as lost,
            (select count(*) from (from known except from today)) as new"""
    )
    assert counted["today"] == counted["known"] > 0
    assert (counted["lost"], counted["new"]) == (0, 0)


@pytest.mark.parametrize("mart", MARTS)
def test_the_columns_are_those_of_today(example, mart):
    today = example.rows(f"describe marts.{mart}")
    known = example.rows(f"describe from marts.{mart}_as_of(date '2100-01-01')")
    assert [(row["column_name"], row["column_type"]) for row in known] == [
        (row["column_name"], row["column_type"]) for row in today
    ]
    [macro] = example.rows(
        "select comment from duckdb_functions() where function_name = ?", f"{mart}_as_of"
    )
    assert "not known on any day" in macro["comment"]


def test_the_official_rate_on_every_day_is_that_of_the_figures_of_the_day(example):
    """55.6 was printed provisionally; until then only community care counts could give it."""
    for day, sql in (
        (COUNTED, COUNTED_RATE),
        (OFFICIAL, OWN_RATE),
        (LAST, OWN_RATE),
        (FINAL, OWN_RATE),
    ):
        [row], [expected] = national(example, day), example.rows(sql, day)
        assert row["pooled_rate_pct"] == pytest.approx(expected["rate"], abs=CLOSE), day
    assert [
        round(national(example, day)[0]["pooled_rate_pct"], 1) for day in (OFFICIAL, LAST, FINAL)
    ] == [
        *(55.6, 55.6, 56.2),
    ]
    assert national(example, OFFICIAL) == national(example, LAST)


def test_councils_are_judged_by_the_figures_of_the_day(example):
    """The share that met is counted again here from the provisional counts."""
    [row] = national(example, BOTH)
    [counted] = example.rows(
        """with rates as (
            select area_id, 100 * max(value) filter (where statistic = 'numerator')
                / max(value) filter (where statistic = 'denominator') as rate
            from marts.observation_as_of(?::date)
            where financial_year = '2012-13' and area_level = 'council' and breakdown = 'total'
            and definition_id = 'ASCOF_1C1_RAP' group by all
        )
        select count(*) filter (where rate >= 70) as met, count(rate) as councils from rates""",
        BOTH,
    )
    assert (row["councils_met"], row["councils_with_data"]) == (counted["met"], counted["councils"])
    assert row["share_met_pct"] == pytest.approx(
        100 * counted["met"] / counted["councils"], abs=CLOSE
    )
    verdicts = example.rows(
        """select verdict, count(*) as councils from marts.target_attainment_as_of(?::date)
        where financial_year = '2012-13' and definition_id = 'ASCOF_1C1_RAP'
        and target_id = 'LAMB_2013_70' group by all""",
        BOTH,
    )
    assert {one["verdict"]: one["councils"] for one in verdicts}["met"] == row["councils_met"]


def test_a_basis_of_two_sources_is_known_with_the_second_of_them(example):
    """ADASS counts over community care counts: from the day of ADASS, over the provisional counts."""
    assert national(example, OFFICIAL, "ongoing_per_community") == []
    assert national(example, OFFICIAL, "ADASS_2013") == []
    [row] = national(example, BOTH, "ongoing_per_community")
    [expected] = example.rows(
        """with counts as (
            select area_id, max(value) filter (where statistic = 'q2_ongoing_pb') as ongoing,
                max(value) filter (where statistic = 'users') as users
            from marts.observation_as_of(?::date)
            where financial_year = '2012-13' and area_level = 'council' and coalesce(breakdown, 'total') = 'total'
            group by all
        )
        select 100 * sum(ongoing) / sum(users) as rate from counts
        where ongoing <= users""",
        BOTH,
    )
    assert row["pooled_rate_pct"] == pytest.approx(expected["rate"], abs=CLOSE)
    assert row != national(example, FINAL, "ongoing_per_community")[0]


def test_the_bridge_between_provisional_and_final_is_the_provisional_one(example):
    """From 76.00 to the 55.6 of the provisional release, exactly; then to the final rate."""
    assert bridge(example, OFFICIAL) == []
    for day, printed in ((BOTH, 55.6), (LAST, 55.6), (FINAL, 56.2)):
        steps = bridge(example, day)
        [official] = example.rows(COUNTED_RATE, day)
        [adass] = national(example, day, "ADASS_2013")
        assert [row["step"] for row in steps] == [
            *("components", "one_off", "measurement", "carers", "denominator", "coverage")
        ]
        assert round(steps[0]["rate_before_pct"], 2) == 76.00
        assert round(steps[-1]["rate_after_pct"], 1) == printed
        assert steps[0]["rate_before_pct"] == pytest.approx(adass["pooled_rate_pct"], abs=CLOSE)
        assert steps[-1]["rate_after_pct"] == pytest.approx(official["rate"], abs=CLOSE)
        assert sum(row["effect_pp"] for row in steps) == pytest.approx(
            official["rate"] - adass["pooled_rate_pct"], abs=CLOSE
        )
    assert bridge(example, BOTH) == bridge(example, LAST) != bridge(example, FINAL)


def test_an_vintage_lasts_from_one_day_of_a_release_to_the_next(example):
    for mart in MARTS:
        vintages = example.rows(
            f"""select distinct vintage_no, known_from::text as known_from,
                known_until::text as known_until, is_current
            from marts.{mart}_vintages where financial_year = '2012-13' order by vintage_no"""
        )
        expected = [
            (1, COUNTED, OFFICIAL, False),
            (2, OFFICIAL, BOTH, False),
            (3, BOTH, FINAL, False),
            (4, FINAL, None, True),
        ]
        # there is no bridge before both sides are known
        known = expected[2:] if mart == "reconciliation_bridge" else expected
        assert [tuple(row.values()) for row in vintages] == known


def test_a_year_with_an_undated_release_has_what_is_latest_now_on_no_day(example):
    [now] = example.rows(
        """select count(*) as n, bool_and(known_from is null and is_current) as undated
        from marts.national_attainment_vintages where financial_year = '2015-16'"""
    )
    assert now["n"] > 0
    assert now["undated"]
    sql = "from marts.national_attainment_as_of(date '2100-01-01') where financial_year = '2015-16'"
    assert example.rows(sql) == []
