"""Rows that a release says of itself, put into a table of the file that is being written.

Belongs here: the one way in which such rows go in.
Does not: what they say (`dictionary`, `readme`).
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def insert(
    connection: "duckdb.DuckDBPyConnection", table: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows, which name every column of `table`, into the file `next`.

    As one JSON text: a list given as a parameter would have DuckDB import pandas, and a statement
    for each row takes as long as all of them in one.
    """
    types = connection.execute(f"describe next.{table}").fetchall()
    fields = ", ".join(f"{name} {kind}" for name, kind, *_ in types)
    connection.execute(
        f"insert into next.{table} by name "
        f"select unnest(cast(cast(? as json) as struct({fields})[]), max_depth := 2)",
        [json.dumps(rows)],
    )
