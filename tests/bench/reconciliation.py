"""How fast the reconciliation marts are at scale: against pandas, and against a plain scan.

152 councils in 30 years, 3 person scopes and 3 age bands, at 100 copies: 4.1 million invented
rates. The marts' own SQL runs on them; pandas makes the same columns from the same rows in memory,
and the two are compared before anything is timed.

Belongs here: the invented rates, the pandas counterpart, the rows of the performance table.
Does not: the SQL that is measured (`dbt/models`), or how a pair is printed (`dagster_project.bench`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import duckdb
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rendered import load_seeds, model

from dagster_project.bench import Pair, table

COUNCILS, YEARS, SCOPES, BANDS = 152, 30, 3, 3
KEYS = ["financial_year", "basis_id", "definition_id", "person_scope", "target_id", "timing"]

# The most each pair may take, as ours over the other.
AGGREGATION = "national_attainment / the same with pandas"
JOINS = "target_attainment and national_attainment / the same with pandas"
SCAN = "national_attainment / a plain scan and aggregate in DuckDB"
LIMITS = {AGGREGATION: 1 / 4, JOINS: 1 / 8, SCAN: 2.0}


def invent(connection: duckdb.DuckDBPyConnection, copies: int) -> None:
    """Tables of the names that the models refer to, with invented rates by a hash of their keys."""
    load_seeds(connection, "evidence_classes", "targets")
    connection.execute(
        f"""
        create table int_rates as
        with keys as (
            select council, year, scope, band, copy,
                   hash(council, year, scope, band, copy) as h
            from range({COUNCILS}) as councils (council), range({YEARS}) as years (year),
                 range({SCOPES}) as scopes (scope), range({BANDS}) as bands (band),
                 range({copies}) as copies (copy)
        ), counts as (
            select *, 200 + h % 5000 as denominator, (h // 7919) % 100 as percent from keys
        ), rates as (
            select *, cast(denominator * percent // 100 as double) as numerator from counts
        )
        select
            printf('%03d', council) as council_id, 'Council ' || council as council_name,
            'R' || council % 9 as region_code, 'Region ' || council % 9 as region_name,
            (2000 + year) || '-' || printf('%02d', (2001 + year) % 100) as financial_year,
            'published' as basis_id, 'D' || copy || '_' || band as definition_id,
            'known' as vintage_kind, 'total' as breakdown, 1 as vintage_no, cast(null as date) as known_from, cast(null as date) as known_until,
            true as is_current,
            ['users', 'carers', 'users_and_carers'][scope + 1] as person_scope,
            cast(null as varchar) as basis_note,
            if(h % 17 = 0, null, numerator) as numerator, cast(denominator as double) as denominator,
            if(h % 17 = 0, 'no_data', 'rate') as rate_status,
            if(h % 17 = 0, null, 100.0 * numerator / denominator) as rate_pct,
            if(h % 17 = 0, null, greatest(100.0 * (numerator - 2) / (denominator + 2), 0))
                as rate_lower_pct,
            if(h % 17 = 0, null, least(100.0 * (numerator + 2) / (denominator - 2), 100))
                as rate_upper_pct,
            if(h % 17 = 0, null, numerator) as numerator_upper,
            cast(denominator as double) as denominator_upper,
            1 + cast(h % 2 as integer) as weakness
        from rates
        """
    )
    connection.execute(
        """
        create table int_targets_by_year as
        select financial_year, target_id, threshold_pct, 'after' as timing
        from (select distinct financial_year from int_rates), targets
        """
    )
    connection.execute(
        """
        create table int_vintages as
        select distinct financial_year, vintage_no, known_from, known_until, is_current
        from int_rates
        """
    )
    connection.execute(
        """
        create table int_national_estimates as
        select distinct basis_id, definition_id, person_scope, financial_year, vintage_no,
            cast(null as double) as estimated_rate_pct,
            cast(null as double) as estimated_rate_se_pp,
            'there is no estimate' as estimate_note
        from int_rates
        """
    )


def with_pandas(judged: pd.DataFrame, weakness: pd.Series) -> pd.DataFrame:
    """The counted columns of national_attainment, by the same rules, from judged rates."""
    verdict = judged["verdict"]
    usable = verdict.notna() & judged["rate_pct"].notna()
    frame = judged[KEYS].assign(
        with_data=verdict.isin(["met", "missed", "undetermined"]),
        met=verdict.eq("met"),
        missed=verdict.eq("missed"),
        undetermined=verdict.eq("undetermined"),
        numerator=judged["numerator"].where(usable),
        denominator=judged["denominator"].where(usable),
        rate_pct=judged["rate_pct"].where(verdict.notna()),
        weakness=judged["evidence_class"].map(weakness),
    )
    counted = frame.groupby(KEYS, dropna=False, sort=False).agg(
        councils_in_scope=("with_data", "size"),
        councils_with_data=("with_data", "sum"),
        councils_met=("met", "sum"),
        councils_missed=("missed", "sum"),
        councils_undetermined=("undetermined", "sum"),
        numerator=("numerator", "sum"),
        denominator=("denominator", "sum"),
        mean_rate_pct=("rate_pct", "mean"),
        weakness=("weakness", "max"),
    )
    in_scope = counted["councils_in_scope"]
    return counted.assign(
        share_met_pct=100 * counted["councils_met"] / counted["councils_with_data"],
        share_met_lower_pct=100 * counted["councils_met"] / in_scope,
        share_met_upper_pct=100 * (in_scope - counted["councils_missed"]) / in_scope,
        pooled_rate_pct=100 * counted["numerator"] / counted["denominator"],
    ).reset_index()


def judge_with_pandas(
    rates: pd.DataFrame, timing: pd.DataFrame, classes: pd.DataFrame
) -> pd.DataFrame:
    """The rows of target_attainment, by the same rules."""
    joined = rates.merge(timing, on="financial_year").merge(classes, on="weakness")
    lower, upper = joined["rate_lower_pct"], joined["rate_upper_pct"]
    threshold = joined["threshold_pct"]
    verdict = np.select(
        [lower.isna() | upper.isna(), lower >= threshold, upper < threshold],
        ["no_data", "met", "missed"],
        "undetermined",
    )
    return joined.assign(verdict=verdict, margin_pp=joined["rate_pct"] - threshold)


def agree(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Stop unless both hold the same figures."""
    columns = [column for column in theirs.columns if column in ours.columns]
    first, second = (
        frame[columns].sort_values(KEYS, ignore_index=True) for frame in (ours, theirs)
    )
    pd.testing.assert_frame_equal(first, second, check_dtype=False, rtol=1e-9)


def timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def measure(copies: int, rounds: int) -> list[Pair]:
    connection = duckdb.connect()
    invent(connection, copies)
    weakness = connection.sql("from evidence_classes").df().set_index("evidence_class")["weakness"]
    classes = connection.sql("select evidence_class, weakness from evidence_classes").df()
    national = model("national_attainment_vintages")
    plain = f"""select {", ".join(KEYS)}, count(*), sum(numerator), sum(denominator), avg(rate_pct)
        from target_attainment_vintages group by {", ".join(KEYS)}"""

    # joins with aggregation: the rates are judged against each target on the way
    connection.execute(
        f"create view target_attainment_vintages as {model('target_attainment_vintages')}"
    )
    rates = connection.sql("from int_rates").df()
    timing = connection.sql("from int_targets_by_year").df()

    def into_table(sql: str) -> None:
        connection.execute(f"create or replace temporary table result as {sql}")

    def joins_with_pandas() -> pd.DataFrame:
        return with_pandas(judge_with_pandas(rates, timing, classes), weakness)

    agree(connection.sql(national).df(), joins_with_pandas())
    joins = [(timed(lambda: into_table(national)), timed(joins_with_pandas)) for _ in range(rounds)]

    # aggregation alone: as many judged rates as there were rates, for one target
    connection.execute(
        "create table judged as from target_attainment_vintages where target_id = 'LAMB_2013_70'"
    )
    connection.execute("drop view target_attainment_vintages")
    connection.execute("alter table judged rename to target_attainment_vintages")
    judged = connection.sql("from target_attainment_vintages").df()
    agree(connection.sql(national).df(), with_pandas(judged, weakness))
    alone = [
        (
            timed(lambda: into_table(national)),
            timed(lambda: with_pandas(judged, weakness)),
            timed(lambda: into_table(plain)),
        )
        for _ in range(rounds)
    ]
    ours, pandas, scan = zip(*alone, strict=True)
    return [
        Pair(AGGREGATION, ours, pandas, LIMITS[AGGREGATION]),
        Pair(JOINS, *zip(*joins, strict=True), LIMITS[JOINS]),
        Pair(SCAN, ours, scan, LIMITS[SCAN]),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--copies", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    pairs = measure(asked.copies, asked.rounds)
    print(table(pairs))
    above = [pair.what for pair in pairs if pair.ratio > pair.limit]
    if above:
        sys.exit("Above its limit: " + "; ".join(above))


if __name__ == "__main__":
    main()
