"""What the texts of a column stand for, found out from the distinct ones.

Belongs here: giving each distinct text of a column to the column's `read` once, and the SQL that
puts the value in the place of the text. Does not: what a text stands for (sources).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from dagster_project.landing.bulk.sql import nothing, one_of
from dagster_project.sources.columns import shown
from dagster_project.sources.source import BulkColumn
from dagster_project.sql import literal

_BATCH = 10_000
# DuckDB looks up a small map once for each text of a dictionary, a table once for each row.
_LARGEST_MAP = 100
# Leading and trailing blanks say nothing, whichever keyboard or spreadsheet made them.
_BLANKS = "' \t\r\n' || chr(160)"


@dataclass
class Reading:
    """A column's values as SQL over the table of text, and the rules that its texts break.

    `table` has every text that was read: `text` (blank for a blank cell), `value`, `rule_id`,
    `message`, `token`. `join` is the join that `value` needs, if any.
    """

    column: BulkColumn
    value: str
    join: str = ""
    table: str = ""
    rules: set[str] = field(default_factory=set)


def read_column(
    connection: duckdb.DuckDBPyConnection, view: str, column: BulkColumn, table: str
) -> Reading:
    """Read every distinct text of a column of `view`; what is made of each goes into `table`."""
    if column.at is None:
        return Reading(column, nothing(column.sql_type))
    cell = f"c{column.at}"
    if column.only_length:
        return Reading(column, f"nullif(length(trim({cell}, {_BLANKS})), 0)")
    if column.read is None:
        return Reading(column, f"nullif(trim({cell}, {_BLANKS}), '')")
    connection.execute(
        f"create table {table} (text varchar, value {column.sql_type}, rule_id varchar, "
        "message varchar, token varchar)"
    )
    known: dict[str, object] | None = {}
    rules: set[str] = set()
    for batch in _read(connection.cursor(), view, column):
        connection.register("batch", batch)
        connection.execute(f"insert into {table} select * from batch")
        connection.unregister("batch")
        rules.update(each for each in batch["rule_id"].to_pylist() if each)
        if known is not None:
            known |= zip(batch["text"].to_pylist(), batch["value"].to_pylist(), strict=True)
            known = known if len(known) <= _LARGEST_MAP else None
    value, join = _value(column, cell, table, known)
    return Reading(column, value, join, table, rules)


def _read(cursor: duckdb.DuckDBPyConnection, view: str, column: BulkColumn) -> Iterator[pa.Table]:
    assert column.read is not None
    kind = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "DOUBLE": pa.float64()}[column.sql_type]
    schema = pa.schema([("text", pa.string()), ("value", kind)])
    for name in ("rule_id", "message", "token"):
        schema = schema.append(pa.field(name, pa.string()))
    found = cursor.execute(f"select distinct c{column.at} from {view}")
    while batch := found.fetchmany(_BATCH):
        texts = [text for (text,) in batch]
        reads = [column.read(text) for text in texts]
        yield pa.table(
            {
                "text": [text or "" for text in texts],
                "value": [each.value for each in reads],
                "rule_id": [each.rule_id for each in reads],
                "message": [each.reason or None for each in reads],
                "token": [shown(text) for text in texts],
            },
            schema=schema,
        )


def _value(
    column: BulkColumn, cell: str, table: str, known: dict[str, object] | None
) -> tuple[str, str]:
    """The value of a cell as SQL, and the join that it needs."""
    if known is None:
        return f"{table}.value", f"left join {table} on coalesce({cell}, '') = {table}.text"
    given = {text: value for text, value in known.items() if value is not None}
    if not given:
        return nothing(column.sql_type), ""
    kind = column.sql_type if column.sql_type != "VARCHAR" else one_of(map(str, given.values()))
    pairs = ", ".join(f"{literal(text)}: {literal(value)}" for text, value in given.items())
    return f"cast(map {{{pairs}}} as map(varchar, {kind}))[{cell}]", ""
