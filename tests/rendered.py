"""The project's own SQL, rendered without dbt, so that a test can run it on tables of its own.

Belongs here: rendering macros and models for DuckDB, loading seeds as typed as dbt loads them.
Does not: any formula; what is tested is what stands in `dbt/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
import pyarrow as pa
import yaml

DBT = Path(__file__).parents[1] / "dbt"
TYPES = {"string": "varchar", "int": "bigint"}


@cache
def _project() -> Mapping[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DBT / "dbt_project.yml").read_text(encoding="utf-8"))
    return loaded


@cache
def _macros() -> Any:
    """Every macro of the project, with what dbt would give them; dispatch chooses DuckDB's."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"])

    def dispatch(name: str, package: str = "") -> Any:
        return getattr(module, f"duckdb__{name}")

    environment.globals |= {
        "adapter": SimpleNamespace(dispatch=dispatch),
        "dbt": SimpleNamespace(type_string=lambda: "varchar", type_timestamp=lambda: "timestamp"),
        "return": lambda value: value,
        "ref": lambda name: name,
        "source": lambda schema, name: f"{schema}_{name}",
        "var": lambda name: _project()["vars"][name],
        "target": SimpleNamespace(type="duckdb", schema="main"),
    }
    paths = sorted((DBT / "macros").rglob("*.sql"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    module = environment.from_string(text).module
    environment.globals |= {
        name: getattr(module, name) for name in dir(module) if not name.startswith("__")
    }
    return module, environment


def macro(name: str, *arguments: object) -> str:
    """What a macro of the project renders to."""
    return str(getattr(_macros()[0], name)(*arguments))


def model(name: str) -> str:
    """The SQL of a model; refs are the bare names of models and seeds."""
    (path,) = (DBT / "models").rglob(f"{name}.sql")
    return str(_macros()[1].from_string(path.read_text(encoding="utf-8")).render())


@cache
def _seed_types() -> Mapping[str, Mapping[str, str]]:
    files = [yaml.safe_load(path.read_text("utf-8")) for path in (DBT / "seeds").glob("*.yml")]
    return {seed["name"]: seed["config"]["column_types"] for one in files for seed in one["seeds"]}


def load_seeds(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    for name in names:
        types = {column: TYPES.get(kind, kind) for column, kind in _seed_types()[name].items()}
        connection.execute(
            f"create or replace table {name} as select * from read_csv(?, header = true, types = ?)",
            [str(DBT / "seeds" / f"{name}.csv"), types],
        )


def load(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
) -> None:
    """A table of exactly these columns; what a row does not name is NULL."""
    listed = list(rows)
    texts = {
        name: pa.array(
            [None if row.get(name) is None else str(row[name]) for row in listed], pa.string()
        )
        for name in columns
    }
    given = pa.table(texts)
    connection.register("given_rows", given)
    typed = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns.items())
    connection.execute(f"create or replace table {table} as select {typed} from given_rows")
    connection.unregister("given_rows")


def build(connection: duckdb.DuckDBPyConnection, models: Sequence[str]) -> None:
    """Each model as a table of its own name, in this order."""
    for name in models:
        connection.execute(f"create or replace table {name} as {model(name)}")
