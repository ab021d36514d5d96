"""What a refresh makes of a raw tree in which much is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from released import EXAMPLE, Released, run

pytestmark = pytest.mark.xdist_group("bad input")

META = """publisher: nobody
title: SYNTHETIC files of a test
licence: MIT
evidence_class: synthetic
"""


def place(raw: Path, publication: str, name: str, content: bytes) -> None:
    folder = raw / publication
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.yml").write_text(META, encoding="utf-8")
    (folder / name).write_bytes(content)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Released]:
    """A part of the example with a bad file of every kind beside it, refreshed."""
    folder = tmp_path_factory.mktemp("spoilt")
    raw = folder / "raw"
    for publication in ("ccs/2012-13/final", "ccs/2011-12/final", "adass/2010-11/final"):
        shutil.copytree(EXAMPLE / publication, raw / publication)
    good = next((EXAMPLE / "ccs/2012-13/final").glob("*.csv")).read_bytes()
    adass = next((EXAMPLE / "adass/2011-12/final").glob("*.csv")).read_bytes()
    place(raw, "ccs/2013-14/final", "empty.csv", b"")
    place(raw, "ccs/2013-14/initial", "utf16.csv", good.decode("utf-8").encode("utf-16"))
    place(raw, "ccs/2010-11/final", "contradicts.csv", good + b"\r\n")
    place(raw, "ccs/2012-13/final-v2", "again.csv", good)
    place(
        raw,
        "adass/2011-12/final",
        "column.csv",
        adass.replace(b"q2_ongoing_pb_total", b"q2_ongoing_budgets_total"),
    )
    place(raw, "adass/2012-13/final", "not-a-workbook.xlsx", b"PK\x03\x04 nothing of the kind")
    (raw / "ccs/2009-10/final/table.csv").mkdir(parents=True)
    (raw / "ccs/2009-10/final/source.yml").write_text(META, encoding="utf-8")
    warehouse = folder / "warehouse"
    done = run(folder, "refresh", "--raw", raw, "--warehouse", warehouse)
    assert done.returncode == 0, done.stdout + done.stderr
    return raw, Released(warehouse, done.stdout + done.stderr)


def test_every_bad_file_is_refused_by_its_rule_and_the_rest_is_published(spoilt):
    _, released = spoilt
    files = released.rows("select path, status, rule_id, reason, remedy from quality.source_file")
    refused = {
        Path(file["path"]).name: file["rule_id"] for file in files if file["status"] == "refused"
    }
    assert refused == {
        "empty.csv": "file-empty",
        "utf16.csv": "file-encoding",
        "contradicts.csv": "year-contradicts-content",
        "again.csv": "file-duplicate",
        "column.csv": "column-missing",
        "not-a-workbook.xlsx": "file-damaged",
        "table.csv": "file-not-a-file",
    }
    assert all(file["reason"] and file["remedy"] for file in files if file["status"] == "refused")
    published = released.rows(
        "select distinct source, financial_year from marts.fct_observation order by all"
    )
    assert [tuple(row.values()) for row in published] == [
        ("adass", "2010-11"),
        ("ccs", "2011-12"),
        ("ccs", "2012-13"),
    ]


def test_what_was_refused_is_told_with_file_rule_and_remedy(spoilt):
    _, released = spoilt
    printed = " ".join(released.printed.split())
    assert "7 refused" in printed
    assert "column.csv" in printed
    assert "Traceback" not in printed
    [column] = released.rows("select reason from quality.source_file where path like '%column.csv'")
    assert "q2_ongoing_pb_total" in column["reason"]
    assert "q2_ongoing_budgets_total" in column["reason"]
