"""Which definitions compare, from their rules and the breaks in their series."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

DBT = Path(__file__).parents[2] / "dbt"
MODELS = ("int_definitions_compared", "definition_comparability")
SEEDS = ("definitions", "comparability_rules", "comparability_verdicts", "series_breaks")
Verdicts = dict[tuple[str, str], tuple[str, str]]


def derived(project: Path) -> Verdicts:
    """Verdict and reasons of every pair, as the seeds of a project give them."""
    database = project / "derived.duckdb"
    environment = os.environ | {
        "DENOMINATOR_BUILD_DB": str(database),
        "DENOMINATOR_LANDING": str(project / "landing"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "build", "--select", *SEEDS, *MODELS),
            *("--exclude", "test_type:data", "test_type:unit"),
            *("--project-dir", project, "--profiles-dir", project),
            *("--target-path", project / "target", "--log-path", project / "logs"),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    with duckdb.connect(database, read_only=True) as connection:
        rows = connection.execute("from marts.definition_comparability").fetchall()
    return {(a, b): (verdict, reasons) for a, b, verdict, reasons in rows}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    return derived(project(tmp_path_factory.mktemp("as it is")))


def project(folder: Path) -> Path:
    """A copy of the dbt project whose seeds a test may change."""
    made = folder / "dbt"
    shutil.copytree(DBT, made, ignore=shutil.ignore_patterns("target", "logs"))
    return made


def change(seed: Path, key: str, column: str, value: str) -> None:
    """One cell of one row, which `key` begins."""
    with seed.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    [row] = [row for row in rows if next(iter(row.values())) == key]
    assert row[column] != value
    row[column] = value
    with seed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_every_pair_is_there_and_the_order_of_the_two_does_not_matter(verdicts: Verdicts) -> None:
    with (DBT / "seeds" / "definitions.csv").open(encoding="utf-8", newline="") as file:
        names = [row["definition_id"] for row in csv.DictReader(file)]
    assert set(verdicts) == {(a, b) for a in names for b in names if a != b}
    assert all(verdicts[a, b][0] == verdicts[b, a][0] for a, b in verdicts)
    assert all(reasons for _, reasons in verdicts.values())


@pytest.mark.parametrize(
    ("one", "other", "verdict", "reason"),
    [
        # every difference is a step of the bridge: carers, one-offs, base, day or year
        (
            "ASCOF_1C1_RAP",
            "ADASS_2013",
            "bridgeable",
            "denominator_base community against eligible",
        ),
        ("NI130_V2", "ADASS_2010", "bridgeable", "one_off included against separate"),
        # long-term community users are neither base of before
        ("ASCOF_1C1_RAP", "ASCOF_1C1A", "not_comparable", "community against long_term_community"),
        ("ADASS_2013", "ASCOF_1C1A", "not_comparable", "eligible against long_term_community"),
        # renamed, and otherwise only printed with other rounding
        ("ASCOF_1C1A", "ASCOF_3D1A_SALT", "same", "rounding"),
        ("NI130_V2", "ASCOF_1C1_RAP", "same", "every rule agrees"),
        ("ADASS_2012", "ADASS_2013", "same", "every rule agrees"),
        # every direct payment counts as self-directed support, over the same base
        ("ASCOF_1C1_RAP", "ASCOF_1C2_RAP", "bounds_only", "at most the other"),
        ("ASCOF_1C1A", "ASCOF_1C2A", "bounds_only", "at most the other"),
        # the rules agree, the returns do not: the publisher forbids the comparison
        ("ASCOF_3D1A_SALT", "ASCOF_3D1A_CLD", "not_comparable", "series_break 2024-25"),
        ("ASCOF_1C1A", "ASCOF_3D1A_CLD", "not_comparable", "series_break 2024-25"),
        ("PSS_EX1_DP", "PSS_EX1_DP_PB", "not_comparable", "series_break 2009-10"),
        # In Control counts its members' holders and gives no base: its count, smaller by restricted
        # direct payments, bounds no rate
        ("IN_CONTROL", "ADASS_2010", "not_comparable", "a count against a rate"),
        ("NI130_V1", "NI130_V2", "not_comparable", "per 100,000"),
        ("ASCOF_1C1A", "ASCOF_1C1B", "not_comparable", "person_scope users against carers"),
        # nobody says whether one-offs count in 2014
        ("ADASS_2013", "ADASS_2014", "bounds_only", "one_off separate against not_stated"),
    ],
)
def test_known_pairs(verdicts: Verdicts, one: str, other: str, verdict: str, reason: str) -> None:
    assert verdicts[one, other][0] == verdict
    assert reason in verdicts[one, other][1]


def test_reasons_name_every_difference_with_both_values(verdicts: Verdicts) -> None:
    reasons = verdicts["ASCOF_1C1_RAP", "ADASS_2013"][1]
    for told in (
        "person_scope users_and_carers against users (bridgeable)",
        "numerator_kind self_directed_support against personal_budget (bridgeable)",
        "denominator_base community against eligible (bridgeable)",
        "one_off included against separate (bridgeable)",
        "time_basis during_year against snapshot_31_march (bridgeable)",
        "rounding counts_to_nearest_5 against unrounded (same)",
    ):
        assert told in reasons
    assert "direct_payments" not in reasons  # both count every direct payment


def test_one_value_of_a_definition_decides(verdicts: Verdicts, tmp_path: Path) -> None:
    """The ADASS survey of 2013 on the official base of the next year: no bridge leads there."""
    changed = project(tmp_path)
    seed = changed / "seeds" / "definitions.csv"
    change(seed, "ADASS_2013", "denominator_base", "long_term_community")
    now = derived(changed)
    assert verdicts["ASCOF_1C1_RAP", "ADASS_2013"][0] == "bridgeable"
    assert now["ASCOF_1C1_RAP", "ADASS_2013"][0] == "not_comparable"
    assert "community against long_term_community" in now["ASCOF_1C1_RAP", "ADASS_2013"][1]
    unlike = {pair for pair in now if now[pair][0] != verdicts[pair][0]}
    assert unlike
    assert all("ADASS_2013" in pair for pair in unlike)
