"""The bridge on the bundled example, against sums made here from the observations."""

from __future__ import annotations

import pytest

SWITCHES = ("one_off", "measurement", "carers", "denominator")
CLOSE = 1e-9


def test_the_example_closes_from_the_adass_rate_to_the_official_one(example):
    """From national_attainment to the ratio of sums over the councils with all four counts."""
    for year, wave in [("2010-11", 2011), ("2011-12", 2012), ("2012-13", 2013)]:
        steps = example.rows(
            """from marts.reconciliation_bridge where area_level = 'england' and financial_year = ?
            order by step_no""",
            year,
        )
        [adass] = example.rows(
            """select distinct pooled_rate_pct as rate from marts.national_attainment
            where financial_year = ? and definition_id = ?""",
            year,
            f"ADASS_{wave}",
        )
        [official] = example.rows(
            """with counts as (
                select area_id,
                    max(case when statistic = 'users' then value end) as users,
                    max(case when statistic = 'users_sds' then value end) as users_sds,
                    max(case when statistic = 'carers' then value end) as carers,
                    max(case when statistic = 'carers_sds' then value end) as carers_sds
                from marts.fct_observation
                where source = 'ccs' and is_latest and area_level = 'council' and financial_year = ?
                group by area_id
            )
            select 100 * sum(users_sds + carers_sds) / sum(users + carers) as rate, count(*) as councils
            from counts where users + users_sds + carers + carers_sds is not null""",
            year,
        )
        assert [row["step"] for row in steps] == ["components", *SWITCHES, "coverage"]
        assert steps[0]["rate_before_pct"] == pytest.approx(adass["rate"], abs=CLOSE)
        assert steps[-1]["rate_after_pct"] == pytest.approx(official["rate"], abs=CLOSE)
        assert steps[-1]["councils"] == official["councils"]
        assert sum(row["effect_pp"] for row in steps) == pytest.approx(
            official["rate"] - adass["rate"], abs=CLOSE
        )
        assert {row["evidence_class"] for row in steps} == {"synthetic"}
