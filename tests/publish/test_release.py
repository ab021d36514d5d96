"""The gates, the release, the swap."""

import dataclasses
import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path

import duckdb
import pytest
from toy.kit import STARTED, Toy

from dagster_project import publish
from dagster_project.errors import DenominatorError
from dagster_project.publish import PublishError, Withheld, history
from dagster_project.publish.read import opened
from dagster_project.publish.status import status


def rows(toy: Toy, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(toy.warehouse.published), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def failing(toy: Toy, without: frozenset[Withheld] = frozenset()) -> dict[str, str]:
    gates = publish.pass_gates(toy.warehouse, toy.manifest, without)
    return {gate.name: gate.finding for gate in gates if not gate.passed}


def test_only_marts_and_quality_are_published(toy: Toy) -> None:
    release = toy.publish()
    tables = rows(toy, "select distinct table_schema, table_type from information_schema.tables")
    assert sorted(tables) == [("marts", "BASE TABLE"), ("marts", "VIEW"), ("quality", "BASE TABLE")]
    assert rows(toy, "select view_name from duckdb_views() where not internal") == [
        ("definition_wide",)
    ]
    assert set(release.rows) == {f"{node.schema}.{node.table}" for node in toy.manifest.published}
    assert release.rows["marts.fct_observation"] == 9


def test_every_table_and_column_has_its_comment(toy: Toy) -> None:
    toy.publish()
    assert rows(toy, "select table_name from duckdb_tables() where comment is null") == []
    assert (
        rows(
            toy,
            "select column_name from duckdb_columns() "
            "where database_name = current_database() and not internal and comment is null",
        )
        == []
    )
    found = rows(toy, "select comment from duckdb_tables() where table_name = 'dim_council'")
    assert found == [("Councils.",)]


def test_columns_keep_their_order_types_and_not_null(toy: Toy) -> None:
    toy.publish()
    columns = rows(
        toy,
        "select column_name, data_type, is_nullable from duckdb_columns() "
        "where table_name = 'dim_target' or table_name = 'dim_council' order by all",
    )
    assert ("council_id", "VARCHAR", False) in columns
    assert ("council_name", "VARCHAR", True) in columns
    assert ("reference_date", "DATE", True) in columns
    order = rows(toy, "select column_name from (describe marts.dim_target)")
    assert [name for (name,) in order] == ["target_id", "threshold_pct", "reference_date", "status"]


def test_rows_stand_in_an_order_of_their_own(toy: Toy) -> None:
    toy.publish()
    stored = rows(toy, "select * from marts.fct_observation")
    assert stored == rows(toy, "select * from marts.fct_observation order by all")


def test_the_table_macro_works_under_any_file_name_and_has_its_comment(toy: Toy) -> None:
    toy.publish()
    elsewhere = toy.folder / "renamed by an analyst.duckdb"
    shutil.copyfile(toy.warehouse.published, elsewhere)
    with duckdb.connect(str(elsewhere), read_only=True) as connection:
        found = connection.execute(
            "select count(*) from marts.observation_as_of(date '2014-01-01')"
        ).fetchone()
        assert found == (9,)
        comment = connection.execute(
            "select comment from duckdb_functions() where function_name = 'observation_as_of'"
        ).fetchone()
        assert comment == ("What was latest on a day.",)


def test_a_macro_that_names_its_database_is_refused(toy: Toy) -> None:
    with duckdb.connect(str(toy.warehouse.build_db)) as connection:
        connection.execute(
            "create or replace macro marts.observation_as_of(day) as table "
            "select * from build.marts.fct_observation"
        )
        connection.execute("comment on macro table marts.observation_as_of is 'x'")
    with pytest.raises(DenominatorError, match="observation_as_of"):
        toy.publish()
    assert not toy.warehouse.published.exists()


def test_the_history_of_releases_is_carried_on(toy: Toy) -> None:
    first = toy.publish()
    second = toy.publish()
    history = rows(toy, "select release_no, release_id from quality.refresh_run order by all")
    assert history == [(1, first.release_id), (2, second.release_id)]
    assert first.release_id == second.release_id  # the same inputs and code
    assert rows(toy, "select started_at < finished_at from quality.refresh_run") == [(True,)] * 2


def test_the_order_of_releases_does_not_rest_on_the_clock(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock goes back by three days between two releases: the second is still the last."""
    toy.publish()
    toy.land("2012-13", 50)
    assert toy.build().good

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) - timedelta(days=3)

    monkeypatch.setattr("dagster_project.publish.release.datetime", Earlier)
    second = toy.publish()
    found = status(toy.warehouse, [toy.raw], date(2014, 1, 1))
    assert (found.release_no, found.release_id) == (2, second.release_id)
    with opened(toy.warehouse) as connection:
        assert [run["release_no"] for run in history.runs(connection)] == [2, 1]
        finished = [run["finished_at"] for run in history.runs(connection)]
    assert finished[0] < finished[1]


def test_releases_of_a_file_without_numbers_get_them_in_the_order_they_finished_in(
    toy: Toy,
) -> None:
    toy.publish()
    with duckdb.connect(str(toy.warehouse.published)) as connection:
        connection.execute("alter table quality.refresh_run alter release_no drop not null")
        connection.execute("alter table quality.refresh_run drop column release_no")
        connection.execute(
            "insert into quality.refresh_run by name "
            "select 'older' as release_id, timestamp '2020-01-01' as finished_at"
        )
    assert toy.publish().release_no == 3
    found = rows(toy, "select release_no, release_id from quality.refresh_run order by all")
    assert [number for number, _ in found] == [1, 2, 3]
    assert found[0] == (1, "older")


def test_a_release_is_the_same_twice_but_for_its_history_and_name(toy: Toy) -> None:
    def content() -> dict[str, list[tuple[object, ...]]]:
        return {
            name: rows(toy, f"select * from {name}")
            for (name,) in rows(
                toy,
                "select table_schema || '.' || table_name from information_schema.tables "
                "where table_name not in ('refresh_run', 'readme') order by all",
            )
        }

    toy.publish()
    before = content()
    assert toy.build().good
    toy.publish()
    assert content() == before


def test_a_reader_keeps_the_release_it_opened(toy: Toy) -> None:
    toy.publish()
    program = """
import duckdb, sys
reader = duckdb.connect(sys.argv[1], read_only=True)
print(reader.execute("select count(*) from marts.fct_observation").fetchone()[0], flush=True)
sys.stdin.readline()
print(reader.execute("select count(*) from marts.fct_observation").fetchone()[0], flush=True)
print(reader.execute("select sum(value) from marts.fct_observation").fetchone()[0], flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(toy.warehouse.published)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline().strip() == "9"
        toy.land("2012-13", 50)
        assert toy.build().good
        toy.publish()
        out, _ = reader.communicate("\n", timeout=60)
    assert out.split() == ["9", "16.0"]
    assert rows(toy, "select count(*) from marts.fct_observation") == [(54,)]


def test_a_source_and_year_that_is_gone_stops_and_is_named(toy: Toy) -> None:
    toy.publish()
    before = toy.digest
    toy.unland("2011-12")
    assert toy.build().good
    found = failing(toy)
    assert list(found) == ["nothing_is_gone"]
    assert "ccs/2011-12" in found["nothing_is_gone"]
    assert "--without ccs/2011-12" in found["nothing_is_gone"]
    with pytest.raises(PublishError, match="ccs/2011-12"):
        toy.publish()
    assert toy.digest == before
    assert failing(toy, frozenset({Withheld("ccs", "2011-12")})) == {}


def test_a_list_of_comparators_may_go(toy: Toy) -> None:
    toy.land("all", source="neighbours")
    assert toy.build().good
    toy.publish()
    assert rows(toy, "select count(*) from quality.source_file where source = 'neighbours'") == [
        (1,)
    ]
    toy.unland("all", source="neighbours")
    assert toy.build().good
    assert failing(toy) == {}


def test_a_source_whose_files_are_all_refused_now_is_gone_and_the_reason_is_given(
    toy: Toy,
) -> None:
    toy.publish()
    toy.land("2011-12", 0, loaded=False)
    assert toy.build().good
    assert "column-missing" in failing(toy)["nothing_is_gone"]


def test_lost_rows_stop(toy: Toy) -> None:
    toy.land("2012-13", 5, lost=1)
    assert toy.build().good
    found = failing(toy)
    assert "6 rows read, 5 loaded" in found["rows_accounted_for"]


def test_a_build_of_other_files_stops(toy: Toy) -> None:
    toy.land("2012-13", 7)
    assert "other files" in failing(toy)["build_is_current"]


def test_without_a_build_nothing_is_published(toy: Toy) -> None:
    toy.warehouse.build_db.unlink()
    assert set(failing(toy)) == {"build_is_current", "tables_are_there"}
    with pytest.raises(PublishError):
        toy.publish()


def test_a_tree_of_which_no_row_was_loaded_stops(toy: Toy) -> None:
    for year in ("2011-12", "2012-13"):
        toy.land(year, 0, loaded=False)
    toy.build()
    assert "No row was loaded of any of the 2 files" in failing(toy)["rows_were_loaded"]


def test_a_table_that_is_absent_or_empty_stops(toy: Toy) -> None:
    with duckdb.connect(str(toy.warehouse.build_db)) as connection:
        connection.execute("delete from marts.dim_council")
    assert "marts.dim_council" in failing(toy)["tables_are_there"]
    with duckdb.connect(str(toy.warehouse.build_db)) as connection:
        connection.execute("drop table marts.national_attainment")
    assert "lacks marts.national_attainment" in failing(toy)["tables_are_there"]


@pytest.mark.parametrize("what", ["table", "column"])
def test_what_nobody_described_stops(toy: Toy, what: str) -> None:
    manifest = toy.manifest
    council = manifest.nodes["model.toy.dim_council"]
    without = (
        dataclasses.replace(council, description="")
        if what == "table"
        else dataclasses.replace(council, columns={**council.columns, "council_name": ""})
    )
    lacking = dataclasses.replace(manifest, nodes={**manifest.nodes, council.unique_id: without})
    (gate,) = (gate for gate in publish.pass_gates(toy.warehouse, lacking) if not gate.passed)
    assert gate.name == "everything_is_described"
    assert "dim_council" in gate.finding


def test_a_column_the_yaml_does_not_know_stops(toy: Toy) -> None:
    manifest = toy.manifest
    council = manifest.nodes["model.toy.dim_council"]
    lacking = dataclasses.replace(council, columns={"council_id": "The code."})
    nodes = {**manifest.nodes, council.unique_id: lacking}
    with pytest.raises(DenominatorError, match="council_name"):
        publish.publish(
            toy.warehouse,
            dataclasses.replace(manifest, nodes=nodes),
            started_at=STARTED,
        )
    assert not toy.warehouse.published.exists()


def test_a_published_file_that_is_damaged_is_not_overwritten_in_silence(toy: Toy) -> None:
    toy.warehouse.published.write_bytes(b"not a database")
    with pytest.raises(DenominatorError, match="Move the file away"):
        failing(toy)
    assert toy.warehouse.published.read_bytes() == b"not a database"


def test_the_remains_of_a_killed_release_are_no_hindrance(toy: Toy) -> None:
    toy.warehouse.candidate.write_bytes(b"half a file")
    Path(f"{toy.warehouse.candidate}.wal").write_bytes(b"half a log")
    toy.publish()
    assert not toy.warehouse.candidate.exists()
    assert not list(toy.warehouse.root.glob("*.wal")) + list(toy.warehouse.root.glob(".*.wal"))


@pytest.mark.parametrize("text", ["ccs", "ccs/", "/2011-12", "a/b/c", ""])
def test_without_wants_a_source_and_a_year(text: str) -> None:
    with pytest.raises(DenominatorError, match="ccs/2011-12"):
        Withheld.parse(text)
