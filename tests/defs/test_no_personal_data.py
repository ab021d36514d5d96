"""What Dagster keeps of a run says nothing about one person."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import given as g
import pytest
from dagster import serialize_value
from released import EXAMPLE, Released
from toy.kit import Toy

from dagster_project.build import prepare
from dagster_project.definitions import build_defs
from dagster_project.defs.instance import instance, run_refresh
from dagster_project.defs.run import Settings

SECRETS = {
    "response_id": "NHS 943 476 5919",
    "gender": "gender-of-Edna",
    "ethnicity": "ethnicity-of-Edna",
    "pb_length": "since Edna fell ill",
    "previous_support": "support of Edna's daughter",
    "free_text": "Edna wrote this herself",
}
OWN_WORDS = "I am Edna of the house beside the old mill"
SPOILT = ("council_code", "wave", "instrument", "out_dignity", "weekly_amount_gbp", "care_groups")


def test_a_file_full_of_secrets_leaves_none_in_any_event(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every rule that quotes what it found is broken, by words that could be a person's own."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    toy.write_raw("2012-13")
    responses = [
        g.response(**{**SECRETS, "response_id": f"{SECRETS['response_id']}-{n}", field: OWN_WORDS})
        for n, field in enumerate(SPOILT)
    ]
    responses += [g.response(**SECRETS)] * 2
    g.Given(toy.folder).put("poet/2013/final", "poet.csv", g.as_csv(g.poet(*responses)))
    prepare(toy.dbt_dir, toy.warehouse)
    settings = Settings(raw=(toy.raw,), warehouse=toy.warehouse, dbt_dir=toy.dbt_dir)
    toy.unland("2011-12")
    assert run_refresh(build_defs(settings), toy.warehouse.root) is None
    with instance() as opened:
        [run] = opened.get_runs(limit=1)
        events = opened.all_logs(run.run_id)
    checks = [
        entry.dagster_event.event_specific_data
        for entry in events
        if entry.dagster_event is not None
        and entry.dagster_event.event_type_value == "ASSET_CHECK_EVALUATION"
    ]
    assert {check.check_name for check in checks if not check.passed} >= {
        "council_unknown",
        "wave_unknown",
        "instrument_unknown",
        "answer_unlisted",
        "amount_unreadable",
        "response_duplicate",
    }
    kept = "\n".join(map(serialize_value, events))
    assert "poet/2013/final/poet.csv" in kept
    for secret in (*SECRETS.values(), OWN_WORDS, "Edna", "943 476"):
        assert secret not in kept


def test_nothing_of_a_response_is_in_what_is_kept_of_the_example(example: Released) -> None:
    identifiers, words = set(), set()
    for file in EXAMPLE.glob("poet/*/*/*.csv"):
        with file.open(encoding="utf-8-sig", errors="ignore", newline="") as opened:
            for row in csv.DictReader(opened):
                identifiers.add(row["response_id"])
                words.add(row.get("free_text") or "")
    words.discard("")
    assert identifiers
    home = example.warehouse.parent / "dagster"
    kept = b"".join(path.read_bytes() for path in sorted(home.rglob("*.db*")))
    assert b"council_unknown" in kept
    pattern = re.compile(rb"SYNTHETIC-\d\d-\d+")
    assert {found.decode() for found in pattern.findall(kept)} & identifiers == set()
    assert [text for text in words if text.encode() in kept] == []
