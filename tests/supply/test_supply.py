"""What is locked: its bill of materials, its licences, and how it is held against advisories."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from audit import AdvisoriesError, Finding, findings, records  # noqa: E402
from licences import LOCKS, PROJECT, STRONG_COPYLEFT, locked, table  # noqa: E402
from sbom import bill  # noqa: E402

PINS = {"one": "1.5", "two": "2.0"}


def osv(name: str = "one", **affected: object) -> dict[str, object]:
    package = {"ecosystem": "PyPI", "name": name}
    return {"id": "PYSEC-1", "summary": "bad", "affected": [{"package": package, **affected}]}


def ranged(*events: dict[str, str]) -> dict[str, object]:
    return osv(ranges=[{"type": "ECOSYSTEM", "events": list(events)}])


HIT = {Finding("one", "1.5", "PYSEC-1", "bad")}


@pytest.mark.parametrize(
    ("advisory", "found"),
    [
        (osv(versions=["1.4", "1.5"]), HIT),
        (osv(versions=["1.4"]), set()),
        (osv("three", versions=["1.5"]), set()),
        (ranged({"introduced": "0"}, {"fixed": "1.5"}), set()),
        (ranged({"introduced": "0"}, {"fixed": "1.6"}), HIT),
        (ranged({"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "1.4"}), HIT),
        (ranged({"introduced": "1.4"}, {"last_affected": "1.5"}), HIT),
        (ranged({"introduced": "1.0"}, {"last_affected": "1.4"}), set()),
        (osv(versions=["1.5"]) | {"withdrawn": "2026-01-01"}, set()),
    ],
)
def test_osv_ranges(advisory: dict[str, object], found: set[Finding]) -> None:
    assert findings(PINS, iter([advisory])) == found


def test_safety_database() -> None:
    document = {"one": [{"specs": ["<1.6"], "id": "pyup-1", "advisory": "bad"}], "$meta": {}}
    assert findings(PINS, iter([document])) == {Finding("one", "1.5", "pyup-1", "bad")}


def test_no_advisory_is_no_clean_bill() -> None:
    with pytest.raises(AdvisoriesError, match="no advisory"):
        findings(PINS, iter([{"id": "x"}]))


def test_advisories_in_zip_and_folder(tmp_path: Path) -> None:
    text = json.dumps(osv(versions=["1.5"]))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.json").write_text(text, "utf-8")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a.json", text)
    for path in (tmp_path / "folder", tmp_path / "all.zip", tmp_path / "folder" / "a.json"):
        assert findings(PINS, records(path)) == HIT


@pytest.mark.parametrize(("specs", "code"), [(["<1000"], 1), (["<0.0.1"], 0)])
def test_command_exits_by_findings(tmp_path: Path, specs: list[str], code: int) -> None:
    document = {"duckdb": [{"specs": specs, "id": "pyup-1", "advisory": "synthetic"}]}
    (tmp_path / "insecure_full.json").write_text(json.dumps(document), "utf-8")
    command = [sys.executable, str(HERE / "audit.py"), str(tmp_path / "insecure_full.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert f"{code} known vulnerabilities" in done.stdout


def test_bill_names_every_pin() -> None:
    lock = PROJECT / LOCKS[0]
    found = bill(lock)
    assert found["bomFormat"] == "CycloneDX"
    named = {
        (canonicalize_name(one["name"]), one["version"]): one["licenses"]
        for one in found["components"]
        if "licenses" in one
    }
    assert set(locked(lock).items()) <= set(named)
    assert json.dumps(found) == json.dumps(bill(lock))
    assert "://" not in "".join(locked(lock))


def test_run_time_licences_allow_mit() -> None:
    """A dual licence counts by its kindest: text-unidecode is Artistic or GPL."""
    for name, version, licence in table(PROJECT / LOCKS[0]):
        assert licence != "not stated", f"{name} {version}"
        offered = licence.split("; ")
        assert not all(STRONG_COPYLEFT.search(each) for each in offered), f"{name}: {licence}"
