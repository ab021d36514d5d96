"""What persons wrote, and by what they are known, is in no table that is published."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest
from released import Released, refresh

from dagster_project.paths import Warehouse

COUNCILS = ("102", "104", "106")
ANSWERS = ("A lot better", "Better", "No difference", "Worse", "")


def response(number: int) -> dict[str, str]:
    """A response in which whatever is a person's own says so."""
    own = {
        name: f"secret-{name}-{number}"
        for name in ("response_id", "gender", "ethnicity", "free_text")
    }
    return own | {
        "wave": "2013",
        "instrument": "adult_holder",
        "council_code": COUNCILS[number % 3],
        "age_band": "18_64" if number % 2 else "65_over",
        "management": "dp_self" if number % 2 else "council_managed",
        "test_knows_money": "yes" if number % 3 else "no",
        "proc_get_information": "Easy" if number % 4 else "Difficult",
        "out_dignity": ANSWERS[number % 5],
        "out_independence": ANSWERS[number // 5 % 5],
        "out_control_life": ANSWERS[number // 25 % 5],
    }


def spoilt(number: int, **changes: str) -> dict[str, str]:
    return response(number) | changes


RESPONSES = [
    *(response(number) for number in range(120)),
    response(7),  # given twice
    spoilt(201, council_code="Secret Smith"),
    spoilt(202, wave="2014"),
    spoilt(203, instrument="secret"),
    spoilt(204, out_dignity="better since Secret Jones came"),
    spoilt(205, weekly_amount_gbp="secret 20"),
    spoilt(206, management="my secret friend"),
    spoilt(207, out_other_please_say="Secret Road"),
]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    """A wave full of secrets, and no other source: any set of sources can be refreshed."""
    folder = tmp_path_factory.mktemp("private")
    release = folder / "raw" / "poet" / "2013" / "final"
    release.mkdir(parents=True)
    headings = list(dict.fromkeys(name for each in RESPONSES for name in each))
    with (release / "wave.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows(RESPONSES)
        file.write(",".join("secret-cell" for _ in [*headings, "over"]) + "\n")
    meta = {"publisher": "nobody", "title": "t", "licence": "MIT", "evidence_class": "synthetic"}
    (release / "source.yml").write_text(json.dumps(meta), encoding="utf-8")
    return refresh(folder, [folder / "raw"])


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
