"""`denominator report`, as a person types it where nothing is published."""

from __future__ import annotations

from pathlib import Path

from released import run


def test_without_a_release_it_says_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path, "report", "--warehouse", tmp_path / "warehouse")
    assert done.returncode == 1
    assert "Nothing is published" in done.stderr and "denominator refresh" in done.stderr
    assert not (tmp_path / "warehouse" / "report").exists()
