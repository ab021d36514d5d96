"""A refresh that reads little publishes what one that reads everything would."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st
from toy.kit import Toy

from dagster_project.build import prepare
from dagster_project.definitions import build_defs
from dagster_project.defs.instance import run_refresh
from dagster_project.defs.run import Outcome, Settings
from dagster_project.paths import Warehouse
from dagster_project.publish import Withheld

YEARS = ("2010-11", "2011-12", "2012-13")
OF_THE_RUN = ("refresh_run", "revision", "readme")
"""What a release says of itself and of the one before it, which is another on each side."""

CHANGES = st.dictionaries(
    st.sampled_from(YEARS),
    st.one_of(st.just("remove"), st.just("spoil"), st.integers(1000, 1003)),
    min_size=1,
)


def change(toy: Toy, year: str, what: str | int) -> None:
    folder = toy.raw / "ccs" / year / "final"
    if what == "remove":
        shutil.rmtree(folder, ignore_errors=True)
        return
    file = toy.write_raw(year, users=1000 if what == "spoil" else int(what))
    if what == "spoil":  # one row goes to quarantine
        file.write_text(file.read_text("utf-8").replace("500,100", "about half,100"), "utf-8")


def refresh(toy: Toy, warehouse: Warehouse) -> Outcome:
    """A refresh that lets go of every year it does not find."""
    outcome = Outcome()
    chosen = Settings(
        raw=(toy.raw,),
        warehouse=warehouse,
        dbt_dir=toy.dbt_dir,
        without=frozenset(Withheld("ccs", year) for year in YEARS),
    )
    prepare(toy.dbt_dir, warehouse)
    assert run_refresh(build_defs(chosen, outcome), warehouse.root) is None
    return outcome


def tables(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    """Every published table, row for row."""
    with duckdb.connect(str(warehouse.published), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() order by all"
        ).fetchall()
        return {
            name: connection.execute(f"from {name} order by all").fetchall()
            for (name,) in names
            if name.split(".")[1] not in OF_THE_RUN
        }


@pytest.fixture(scope="module")
def place(built_once: Toy) -> Toy:
    return built_once


@hypothesis_given(rounds=st.lists(CHANGES, min_size=2, max_size=2))
@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # an example takes seconds; it is small as it is
    suppress_health_check=list(HealthCheck),
)
def test_whatever_changed_every_table_is_as_if_all_were_read_anew(place: Toy, rounds) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", f"{folder}/dagster")
        toy = place.copy(Path(folder))
        shutil.rmtree(toy.warehouse.landing)
        toy.write_raw("2013-14")  # is never changed, so that there is something to publish
        read = 0
        for changes in rounds:
            for year, what in changes.items():
                change(toy, year, what)
            read = refresh(toy, toy.warehouse).files_read
        assert read <= len(rounds[-1])  # what was changed last, and nothing else
        fresh = Warehouse.at(Path(folder) / "fresh")
        refresh(toy, fresh)
        little, whole = tables(toy.warehouse), tables(fresh)
        assert little.keys() == whole.keys()
        assert "quality.source_file" in little
        for name in little:
            assert little[name] == whole[name], name
