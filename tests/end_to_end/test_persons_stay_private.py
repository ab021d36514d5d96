"""What persons wrote, and by what they are known, is in no table that is published."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from few import Few
from released import Released

from dagster_project.paths import Warehouse


@pytest.fixture(scope="module")
def released(few: Few) -> Released:
    return few.released


def holding_secrets(database: Path) -> dict[str, str]:
    """Every table with a cell that has `secret` in it, and the first such row."""
    found = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        assert len(tables) > 10
        for schema, table in tables:
            row = connection.execute(
                f'select cast(cells as varchar) from "{schema}"."{table}" as cells '
                "where lower(cast(cells as varchar)) like '%secret%' limit 1"
            ).fetchone()
            if row:
                found[f"{schema}.{table}"] = row[0]
    return found


def test_no_published_table_has_what_is_a_persons_own(released: Released) -> None:
    assert holding_secrets(released.warehouse / "indicators.duckdb") == {}


def test_nothing_is_said_of_it_either(released: Released) -> None:
    assert "secret" not in released.printed
    landing = Warehouse.at(released.warehouse).landing
    for manifest in landing.rglob("manifest.json"):
        assert "secret" not in manifest.read_text(encoding="utf-8")


def test_the_rows_were_there_and_are_accounted_for(released: Released) -> None:
    """What was refused is kept whole in landing, and shown by place, rule and field."""
    (file,) = released.rows("select * from quality.source_file where source = 'poet'")
    # 129 rows; quarantined: the repeat, council, wave, instrument, and the overlong line
    assert (file["rows_read"], file["rows_loaded"], file["rows_quarantined"]) == (129, 124, 5)
    shown = released.rows(
        "select rule_id, field from quality.quarantined_row where source = 'poet'"
    )
    assert sorted((row["rule_id"], row["field"] or "") for row in shown) == [
        ("council-unknown", "council_code"),
        ("instrument-unknown", "instrument"),
        ("response-duplicate", "response_id"),
        ("row-too-long", ""),
        ("wave-unlike-folder", "wave"),
    ]
    whole = (
        Warehouse.at(released.warehouse).landing / "poet" / "2013" / "final" / "withheld.parquet"
    )
    kept = duckdb.sql(f"select content from '{whole}'").fetchall()
    assert sum("secret-free_text" in content for (content,) in kept) == 4
    outcomes = released.rows("select n_valid from marts.poet_outcome where group_type = 'england'")
    assert outcomes
