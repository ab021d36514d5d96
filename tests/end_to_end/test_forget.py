"""`denominator forget`: a wave of persons' records is gone, and everything else is published."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import duckdb
import pytest
from few import Few
from released import Released, read, refresh, run

from dagster_project.paths import Warehouse


@pytest.fixture(scope="module")
def forgotten(few: Few, tmp_path_factory: pytest.TempPathFactory) -> tuple[Released, str, Path]:
    """A warehouse whose wave was forgotten and which was refreshed with the raw files still there."""
    folder = tmp_path_factory.mktemp("forgotten")
    shutil.copytree(few.given.raw, folder / "raw")
    shutil.copytree(few.released.warehouse, folder / "warehouse")
    options = ("--raw", folder / "raw", "--warehouse", folder / "warehouse")
    said = run(folder, "forget", "--source", "poet", "--year", "2013", *options)
    assert said.returncode == 0, said.stderr
    refresh(folder, [folder / "raw"])
    return read(folder), said.stdout, folder


def test_it_says_what_is_left_to_delete_and_what_will_be_missing(
    few: Few, forgotten: tuple[Released, str, Path]
) -> None:
    _, said, folder = forgotten
    wave = folder / "raw" / "poet" / "2013" / "final"
    assert f"still to be deleted by you: {wave / 'wave.csv'}" in said
    (rows,) = few.released.rows("select count(*) as n from marts.poet_outcome")
    assert f"without: {rows['n']:,} rows of marts.poet_outcome" in said


def test_the_rest_is_published_and_the_wave_is_in_nothing(
    few: Few, forgotten: tuple[Released, str, Path]
) -> None:
    released, _, _ = forgotten
    assert "poet/2013 was forgotten on" in released.printed
    assert released.rows("select * from marts.poet_outcome") == []
    assert released.rows("select * from quality.source_file where source = 'poet'") == []
    rates = "select count(*) as n from marts.target_attainment"
    assert released.rows(rates) == few.released.rows(rates)


def test_no_trace_of_a_person_is_in_the_warehouse(forgotten: tuple[Released, str, Path]) -> None:
    """Bytes of every file, and every row of compressed Parquet."""
    released, _, folder = forgotten
    assert b"secret" in (folder / "raw" / "poet" / "2013" / "final" / "wave.csv").read_bytes()
    for path in released.warehouse.rglob("*"):
        if path.is_file():
            assert b"secret" not in path.read_bytes(), path
        if path.suffix == ".parquet":
            rows = duckdb.sql(f"select cast(t as varchar) as row from '{path}' as t")
            assert rows.filter("row like '%secret%'").fetchall() == [], path


def test_only_the_owner_can_read_what_is_not_published(
    forgotten: tuple[Released, str, Path],
) -> None:
    warehouse = Warehouse.at(forgotten[0].warehouse)
    private = [
        path
        for top in (warehouse.landing, warehouse.private)
        for path in (top, *top.rglob("*"))
        if not path.is_symlink()
    ]
    assert len(private) > 50
    wrong = [path for path in private if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert wrong == []
    assert stat.S_IMODE(warehouse.published.stat().st_mode) & 0o044


def test_what_is_not_known_is_not_forgotten(few: Few, tmp_path: Path) -> None:
    options = ("--raw", few.given.raw, "--warehouse", few.released.warehouse)
    said = run(tmp_path, "forget", "--source", "poet", "--year", "2011", *options)
    assert said.returncode != 0
    assert "Nothing is known of poet/2011" in said.stderr
    assert "Its years are 2013." in said.stderr
    said = run(tmp_path, "forget", "--source", "poets", "--year", "2013", *options)
    assert "No source is called 'poets'" in said.stderr
