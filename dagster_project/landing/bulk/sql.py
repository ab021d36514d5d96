"""Small pieces of SQL, and the connection they run on.

Belongs here: constants and types, and how much memory the engine may take.
Does not: quoting (`dagster_project.sql`), any rule or column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dagster_project.sql import literal, place

# With pandas, pandera and what Parquet is written from, a process stays well below twice this.
_MEMORY = "1GB"


@contextmanager
def engine(workspace: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory that puts what does not fit into the workspace."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "temp_directory": place(workspace / "spill"),
        # what a file says is text, never the name of something to be fetched
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        yield connection


def one_of(texts: Iterable[str]) -> str:
    """The type of a text that is one of a few: written to Parquet three times faster than another.

    It is text in the Parquet file.
    """
    return f"enum ({', '.join(map(literal, dict.fromkeys(texts)))})"


def constant(text: str) -> str:
    """A text that is the same in every row."""
    return f"cast({literal(text)} as {one_of([text])})"


def nothing(sql_type: str) -> str:
    """A null of a type."""
    return f"cast(null as {one_of(['']) if sql_type == 'VARCHAR' else sql_type})"
