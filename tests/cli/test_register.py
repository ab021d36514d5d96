"""The register of figures that a project keeps, under a refresh from roots that bring none."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from toy.kit import Toy

from dagster_project.paths import PROJECT, own_register

FIGURES = "published/all/register/figures.csv"


@pytest.fixture
def keeping(published: Toy, tmp_path: Path) -> Toy:
    """A toy that has nothing but two years of raw files, and keeps a register beside its models."""
    toy = published.copy(tmp_path)
    shutil.rmtree(toy.warehouse.root)
    shutil.copytree(own_register(PROJECT / "dbt"), own_register(toy.dbt_dir))
    return toy


def received(toy: Toy) -> dict[str, str]:
    """The digest of every published file by its path."""
    with duckdb.connect(toy.warehouse.published, read_only=True) as connection:
        return dict(connection.execute("select path, sha256 from quality.source_file").fetchall())


def test_a_refresh_reads_it_status_knows_it_and_its_loss_stops_the_next(keeping: Toy) -> None:
    assert keeping.run("refresh").returncode == 0
    own = received(keeping)[FIGURES]
    assert "gone since" not in keeping.run("status").stdout
    assert "Nothing new" in keeping.run("refresh").stdout

    register = own_register(keeping.dbt_dir)
    brought = shutil.move(register, keeping.raw / "published")
    with (brought / "all" / "register" / "figures.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert f"changed since: {FIGURES}" in keeping.run("status").stdout
    assert keeping.run("refresh").returncode == 0
    assert received(keeping)[FIGURES] != own

    shutil.rmtree(brought)
    assert f"gone since: {FIGURES}" in keeping.run("status").stdout
    done = keeping.run("refresh")
    assert done.returncode == 1
    assert "gone now: published/all" in done.stderr


def test_the_first_refresh_of_one_year_reads_it_too_and_later_ones_leave_it(keeping: Toy) -> None:
    assert keeping.run("refresh", "--year", "2012-13").returncode == 0
    assert received(keeping).keys() == {"ccs/2012-13/final/ccs.csv", FIGURES}
    done = keeping.run("refresh", "--year", "2011-12")
    assert "reading (1)" in done.stderr.splitlines()
    assert len(received(keeping)) == 3


def test_a_register_alone_is_nothing_to_read(keeping: Toy) -> None:
    shutil.rmtree(keeping.raw / "ccs")
    done = keeping.run("refresh")
    assert done.returncode == 1
    assert "There is nothing to read under" in done.stderr
