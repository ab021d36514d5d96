"""A build makes what has changed, and what comes of it is as if everything had been made."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from toy.kit import Toy

from dagster_project.build import BuildResult, invoke, kept

OF_THE_ROWS = {"stg_ccs", "fct_observation", "national_attainment"}
"""What is made from the rows of `ccs`, and so on: see the toy's models."""


def models(result: BuildResult, *, kept: bool) -> set[str]:
    return {
        node.name for node in result.nodes.values() if node.kind == "model" and node.kept is kept
    }


def everything(toy: Toy) -> set[str]:
    return {node.name for node in toy.manifest.nodes.values()}


def contents(toy: Toy) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(toy.warehouse.build_db), read_only=True) as connection:
        there = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables order by all"
        ).fetchall()
        return {
            name: connection.execute(f"from {name} order by all").fetchall() for (name,) in there
        }


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), "utf-8")


@pytest.fixture(scope="module")
def as_it_stood(built_once: Toy, tmp_path_factory: pytest.TempPathFactory) -> tuple[Toy, Path]:
    """A toy, built with a warning among its tests, and a copy of all of it.

    There has to be something to remember. What has moved is made anew, so each test gets the copy
    where the toy was.
    """
    folder = tmp_path_factory.mktemp("kept")
    toy = built_once.copy(folder / "toy")
    edit(
        toy.dbt_dir / "models/marts/fct_observation.sql",
        "users as value",
        "nullif(users, 0) as value",
    )
    assert toy.build().good
    return toy, shutil.copytree(toy.folder, folder / "copy")


@pytest.fixture
def once(as_it_stood: tuple[Toy, Path]) -> Toy:
    toy, copy = as_it_stood
    shutil.rmtree(toy.folder)
    shutil.copytree(copy, toy.folder)
    return toy


def test_with_nothing_changed_dbt_is_not_asked(once: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    first = contents(once)
    monkeypatch.setattr(invoke, "build", lambda *_, **__: pytest.fail("dbt was asked"))
    result = once.build()
    assert result.good
    assert result.missing == ()
    assert models(result, kept=True) == everything(once)
    (warned,) = (node for node in result.nodes.values() if node.status == "warn")
    assert (warned.failures, warned.kept) == (2, True)
    assert [(each.condition, each.rows) for each in warned.broken] == [("value has a value", 2)]
    assert contents(once) == first


def test_new_rows_make_what_is_made_from_them_and_nothing_else(once: Toy) -> None:
    before = once.build().shape
    once.land("2013-14", 7)
    result = once.build()
    assert models(result, kept=False) == {*OF_THE_ROWS, "source_file"}
    tested = {node.name for node in result.nodes.values() if node.kind == "test" and not node.kept}
    assert tested == {
        test.label for test in once.manifest.tests.values() if test.table == "fct_observation"
    }
    little = contents(once)
    assert len(little["marts.fct_observation"]) == 4 + 5 + 7
    kept.remove_build(once.warehouse)
    whole = once.build()
    assert models(whole, kept=True) == set()
    assert contents(once) == little
    assert result.shape == whole.shape
    assert before is not None
    assert result.shape is not None
    assert result.shape.lineage == before.lineage


def test_another_account_of_the_files_leaves_what_the_rows_make(once: Toy) -> None:
    once.land("2012-13", 5, lost=1)
    assert models(once.build(), kept=False) == {"source_file"}


def test_another_text_of_a_model_makes_it_and_what_hangs_on_it(once: Toy) -> None:
    edit(once.dbt_dir / "models/marts/national_attainment.sql", "61.5", "61.25")
    result = once.build()
    assert models(result, kept=False) == {"national_attainment"}
    assert all(61.25 in row for row in contents(once)["marts.national_attainment"])


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("models/marts/marts.yml", "Councils.", "The councils."),
        ("macros/toy.sql", "comment on macro", "comment  on macro"),
        ("dbt_project.yml", 'version: "0.1.0"', 'version: "0.1.1"'),
    ],
    ids=["YAML", "macro", "project"],
)
def test_what_all_may_rest_on_makes_all(once: Toy, file: str, before: str, after: str) -> None:
    edit(once.dbt_dir / file, before, after)
    assert models(once.build(), kept=False) == everything(once)


@pytest.mark.parametrize("library", ["duckdb", "statsmodels", "dbt-core"])
def test_another_version_of_what_runs_them_makes_all(
    once: Toy, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = kept.version
    monkeypatch.setattr(kept, "version", lambda name: "0" if name == library else real(name))
    assert models(once.build(), kept=False) == everything(once)


def test_a_build_that_failed_leaves_nothing_to_keep(once: Toy) -> None:
    file = once.dbt_dir / "models/marts/national_attainment.sql"
    good = file.read_text("utf-8")
    once.model("national_attainment", "select * from nowhere")
    assert not once.build().good
    file.write_text(good, "utf-8")
    assert models(once.build(), kept=False) == everything(once)


@pytest.mark.parametrize("statement", ["drop table marts.dim_target", None], ids=["a table", "all"])
def test_a_database_that_is_not_as_it_was_left_is_made_anew(
    once: Toy, statement: str | None
) -> None:
    if statement is None:
        once.warehouse.build_db.write_bytes(b"no database")
    else:
        with duckdb.connect(str(once.warehouse.build_db)) as connection:
            connection.execute(statement)
    assert models(once.build(), kept=False) == everything(once)
    assert "marts.dim_target" in contents(once)


def test_a_model_that_is_gone_leaves_no_table(once: Toy) -> None:
    once.model("national_attainment", "{{ config(enabled = false) }} select 1")
    assert once.build().good
    assert "marts.national_attainment" not in contents(once)


def test_a_warehouse_that_has_moved_is_made_anew(once: Toy, tmp_path: Path) -> None:
    """Its views name files by their place."""
    moved = once.copy(tmp_path / "elsewhere")
    assert models(moved.build(), kept=False) == everything(moved)
