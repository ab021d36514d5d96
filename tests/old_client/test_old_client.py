"""An analyst with a DuckDB client of two years ago opens the published file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from needed import missing
from toy.kit import Toy

from dagster_project.paths import PROJECT

OLD = PROJECT / ".venv-old-client" / "bin" / "python"


@pytest.fixture(scope="session")
def old_python() -> Path:
    """A Python with DuckDB 1.1.3, made by `make test`."""
    found = OLD.is_file() and (
        subprocess.run(
            [OLD, "-c", "import duckdb; assert duckdb.__version__ == '1.1.3'"], capture_output=True
        ).returncode
        == 0
    )
    if not found:
        missing(
            "no Python with DuckDB 1.1.3 in .venv-old-client: `make test` makes one where that "
            "version has a wheel (Python 3.11 to 3.13)"
        )
    return OLD


def ask(python: Path, database: Path, sql: str) -> list[list[object]]:
    program = (
        "import duckdb, json, sys; "
        "c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(json.dumps(c.execute(sys.argv[2]).fetchall(), default=str))"
    )
    done = subprocess.run(
        [python, "-c", program, str(database), sql], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    answer: list[list[object]] = json.loads(done.stdout)
    return answer


def test_a_client_of_two_years_ago_reads_tables_views_comments_and_macros(
    old_python: Path, toy: Toy
) -> None:
    toy.publish()
    database = toy.warehouse.published
    assert ask(old_python, database, "select count(*) from marts.fct_observation") == [[9]]
    names = ask(old_python, database, "select council_name from marts.dim_council order by 1")
    assert names == [["Cumbria"], ["Northumberland"]]
    comments = ask(
        old_python, database, "select count(*) from duckdb_tables() where comment is null"
    )
    assert comments == [[0]]
    column = ask(
        old_python,
        database,
        "select comment from duckdb_columns() where column_name = 'council_name'",
    )
    assert column == [["The council name."]]
    view = ask(old_python, database, "from marts.definition_wide")
    assert view == [["NI130_V2", "NI 130"]]
    said = ask(
        old_python,
        database,
        "select (select comment from duckdb_views() where view_name = 'definition_wide'), description "
        "from marts.data_dictionary where column_name = 'name_2012_13'",
    )
    assert said == [["Definitions, a year a column.", "The name of that year."]]
    seen = ask(
        old_python,
        database,
        "select count(*) from marts.observation_as_of(date '2014-01-01')",
    )
    assert seen == [[9]]
    assert ask(old_python, database, "select count(*) from quality.refresh_run") == [[1]]
