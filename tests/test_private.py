"""Files for the owner alone while a warehouse is held, and what is opened to all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dagster_project import atomic, private
from dagster_project.lock import hold
from dagster_project.paths import Warehouse


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_created_while_a_warehouse_is_held_is_the_owners(tmp_path: Path) -> None:
    """By this process, by DuckDB, and by a process it starts."""
    warehouse = Warehouse.at(tmp_path / "warehouse")
    with hold(warehouse), hold(warehouse):
        warehouse.landing.mkdir()
        (warehouse.landing / "rows.txt").write_text("x")
        duckdb.sql(f"copy (select 1) to '{warehouse.landing / 'rows.parquet'}'")
        made = f"open({str(warehouse.landing / 'other')!r}, 'w').close()"
        subprocess.run([sys.executable, "-c", made], check=True)
    assert mode(warehouse.landing) == 0o700
    assert {mode(path) for path in warehouse.landing.iterdir()} == {0o600}
    assert len(list(warehouse.landing.iterdir())) == 3
    (tmp_path / "after").touch()
    assert mode(tmp_path / "after") == 0o644


def test_what_is_published_is_open_as_the_users_files_are(tmp_path: Path) -> None:
    warehouse = Warehouse.at(tmp_path / "warehouse")
    with hold(warehouse):
        (warehouse.root / "indicators.duckdb").touch()
        private.publish(warehouse.root / "indicators.duckdb")
        with atomic.folder(warehouse.exports / "csv") as made:
            (made / "inner").mkdir()
            (made / "inner" / "a.csv").touch()
    assert mode(warehouse.root / "indicators.duckdb") == 0o644
    assert mode(warehouse.exports) == mode(warehouse.exports / "csv" / "inner") == 0o755
    assert mode(warehouse.exports / "csv" / "inner" / "a.csv") == 0o644


def test_a_landing_that_was_open_is_closed(tmp_path: Path) -> None:
    """As an earlier version left it."""
    warehouse = Warehouse.at(tmp_path / "warehouse")
    (warehouse.landing / "poet").mkdir(parents=True)
    (warehouse.landing / "poet" / "rows.parquet").touch()
    with hold(warehouse):
        assert mode(warehouse.landing / "poet") == 0o700
        assert mode(warehouse.landing / "poet" / "rows.parquet") == 0o600
