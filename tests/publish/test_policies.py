"""What a release may go out without, by source."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from dagster_project.build import InputFile, Manifest
from dagster_project.paths import Warehouse
from dagster_project.publish import gates
from dagster_project.publish.gates import Candidate, Withheld
from dagster_project.sources import SOURCES
from dagster_project.sources.seeds import seed

GOOD = InputFile(
    source="ccs",
    financial_year="2012-13",
    release="final",
    path="ccs/2012-13/final/ccs.csv",
    sha256="0" * 64,
    rows_read=10,
    rows_loaded=10,
    rows_quarantined=0,
    status="loaded",
    rule_id=None,
    reason=None,
)
REFUSED = dataclasses.replace(
    GOOD, rows_read=0, rows_loaded=0, status="refused", rule_id="column-missing", reason="no Council"
)  # fmt: skip


def finding(
    monkeypatch: pytest.MonkeyPatch,
    file: InputFile,
    *,
    on_refused_file: str = "go_on",
    most: str = "",
    without: frozenset[Withheld] = frozenset(),
) -> str | None:
    policy = {
        "source": "ccs",
        "on_refused_file": on_refused_file,
        "greatest_quarantined_pct": most,
        "reason": "because",
    }
    monkeypatch.setattr(gates, "seed", lambda _: (policy,))
    nowhere = Warehouse(Path("nowhere"))
    return gates._policies(Candidate(nowhere, Manifest({}, {}, {}, {}), (file,), without))


def quarantined(rows: int) -> InputFile:
    return dataclasses.replace(GOOD, rows_loaded=10 - rows, rows_quarantined=rows)


def test_every_source_has_a_policy() -> None:
    assert sorted(row["source"] for row in seed("failure_policies")) == sorted(SOURCES)


def test_a_refused_file_stops_only_where_the_policy_says_so(monkeypatch) -> None:
    assert finding(monkeypatch, REFUSED) is None
    found = finding(monkeypatch, REFUSED, on_refused_file="stop")
    assert found is not None
    assert "ccs/2012-13/final/ccs.csv was refused (column-missing: no Council) (because)" in found
    assert "failure_policies.csv" in found
    assert finding(monkeypatch, GOOD, on_refused_file="stop") is None


@pytest.mark.parametrize(
    ("rows", "most", "stops"),
    [
        (4, "", False),  # no limit
        (4, "40", False),  # 4 of 10 is not more than 40%
        (5, "40", True),
        (1, "0", True),
        (0, "0", False),
    ],
)
def test_so_many_rows_may_be_in_quarantine(monkeypatch, rows: int, most: str, stops: bool) -> None:
    found = finding(monkeypatch, quarantined(rows), most=most)
    assert (found is not None) == stops
    if found is not None:
        assert f"{rows} of 10 rows of ccs/2012-13/final/ccs.csv are in quarantine" in found


def test_what_is_dropped_on_purpose_is_not_missed(monkeypatch) -> None:
    dropped = frozenset({Withheld("ccs", "2012-13")})
    assert finding(monkeypatch, REFUSED, on_refused_file="stop", without=dropped) is None
