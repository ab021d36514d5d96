"""A person's SQL on the published file, so that it can read that file and do nothing else.

Belongs here: which statements are run, and the limits they run under. Does not: our own questions
(`read`), and how an answer looks (`show`).

Read-only alone is not enough: `copy ... to` would still overwrite the file, `read_text` read any
other, and `install` ask the network. So the connection is sealed (`sql.SEALED`), its settings are
locked, and only a query is run.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dagster_project.errors import DenominatorError
from dagster_project.paths import Warehouse
from dagster_project.publish.read import Answer, opened

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Limits:
    """What a query may take: seconds, megabytes of memory, and values (rows times columns)."""

    seconds: float = 60
    megabytes: int = 2000
    values: int = 10_000_000


_GRACE = 3.0  # seconds in which a query that is interrupted should have ended
_BATCH = 1000  # rows fetched between two looks at the clock
# Beside what DuckDB counts, the results of single functions and the answer itself take memory.
_ADDRESS_SPACE = 3
_QUERIES = ("select", "from", "with", "values", "table", "show", "describe", "desc", "summarize")
_COMMENT = re.compile(r"\s*(?:--[^\n]*(?:\n|\Z)|/\*.*?\*/)", re.DOTALL)
_FIRST_WORD = re.compile(r"[\s(]*([a-z_]+)", re.IGNORECASE)
_EXPLAIN = re.compile(r"\s*explain(?:\s+analyze)?(?:\s*\([^()]*\))?\s+", re.IGNORECASE)
_READS_ONLY = (
    "`denominator query` runs one query on the published file and nothing else: select, from, "
    "with, values, table, pivot, unpivot, show, describe, summarize, explain"
)


def query(warehouse: Warehouse, sql: str, limits: Limits | None = None) -> Answer:
    """Run a person's query on the published file, which it cannot change.

    Raises `DenominatorError`: an empty text, more than one statement, anything but a query, a
    limit that was reached, or the database's own words if the statement is wrong.
    """
    import duckdb

    limits = limits or Limits()
    settings = {"memory_limit": f"{limits.megabytes}MB", "temp_directory": ""}
    with opened(warehouse, settings) as connection:
        try:
            return _run(connection, _only_query(connection, sql), limits)
        except duckdb.InterruptException as error:
            raise _too_long(limits) from error
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            raise _too_large(f"it needs more than {limits.megabytes:,} MB of memory") from error
        except duckdb.PermissionException as error:
            raise DenominatorError(
                f"The query asks for something outside the published file. {_READS_ONLY}."
            ) from error
        except duckdb.Error as error:
            raise DenominatorError(
                f"The database did not accept the statement: {' '.join(str(error).split())}. "
                '`denominator query "show all tables"` lists what can be asked.'
            ) from error


def _only_query(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The statement of a text that holds one, and that one a query."""
    import duckdb

    bare = _without_comments(sql)
    statements = connection.extract_statements(sql)
    if not statements:
        raise DenominatorError(
            "There is no statement to run. Write one query, such as "
            '`denominator query "from marts.dim_target"`.'
        )
    word = _first_word(bare)
    if len(statements) > 1:
        if word == "pivot" or re.search(r"\bpivot\b", bare, re.IGNORECASE):
            raise DenominatorError(
                "A pivot has to name its values, as in `pivot ... on financial_year in "
                "('2011-12', '2012-13') using ...`; and one statement is run, not "
                f"{len(statements)}."
            )
        raise DenominatorError(
            f"There are {len(statements)} statements, and one is run. Run them one by one."
        )
    if word == "explain":
        within, inner = _EXPLAIN.match(bare), ""
        if within:
            inner = bare[within.end() :]
            _only_query(connection, inner)
            return sql
    elif word in (*_QUERIES, "pivot", "unpivot") and (
        statements[0].type == duckdb.StatementType.SELECT
    ):
        return sql
    raise DenominatorError(f"{(word or 'this').upper()} is not run. {_READS_ONLY}.")


def _without_comments(sql: str) -> str:
    while found := _COMMENT.match(sql):
        sql = sql[found.end() :]
    return sql


def _first_word(bare: str) -> str:
    found = _FIRST_WORD.match(bare)
    return found.group(1).lower() if found else ""


def _run(connection: duckdb.DuckDBPyConnection, sql: str, limits: Limits) -> Answer:
    ends = time.monotonic() + limits.seconds
    interrupt = threading.Timer(limits.seconds, connection.interrupt)
    interrupt.daemon = True
    interrupt.start()
    try:
        result = connection.execute(sql)
        columns = tuple(column[0] for column in result.description or ())
        rows: list[tuple[Any, ...]] = []
        while batch := result.fetchmany(_BATCH):
            rows += batch
            if len(rows) * len(columns) > limits.values:
                raise _too_large(f"its answer has more than {limits.values:,} values")
            if time.monotonic() > ends:
                raise _too_long(limits)
    finally:
        interrupt.cancel()
    return Answer(columns, tuple(rows))


def _too_long(limits: Limits) -> DenominatorError:
    return DenominatorError(
        f"The query was stopped after {limits.seconds:g} seconds. Ask for less, or give it longer "
        "with --timeout."
    )


def _too_large(what: str) -> DenominatorError:
    return DenominatorError(
        f"The query was stopped: {what}. Ask for fewer rows or columns; `denominator export` "
        "writes whole tables."
    )


@contextmanager
def hard_limits(limits: Limits) -> Iterator[None]:
    """Limits of the whole process, for work that the database cannot interrupt or count.

    A single function may run for minutes, or take gigabytes that DuckDB does not count. The memory
    is limited where the system can do that. Only for a process that does nothing else: it ends.
    """
    with _memory(limits.megabytes * _ADDRESS_SPACE):
        end = threading.Timer(limits.seconds + _GRACE, _end, [limits])
        end.daemon = True
        end.start()
        try:
            yield
        finally:
            end.cancel()


@contextmanager
def _memory(megabytes: int) -> Iterator[None]:
    try:
        import resource
    except ImportError:  # not on Windows
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * 1_000_000
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _end(limits: Limits) -> None:
    print(f"Error: {_too_long(limits)}", file=sys.stderr, flush=True)
    os._exit(1)
