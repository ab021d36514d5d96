"""Every table as a data file: tidy CSV and Parquet.

Belongs here: the bytes of these files. Does not: metadata in files beside them.

NULL and empty text stay apart. In CSV, NULL is nothing between two commas and empty text is a pair
of quotation marks; a reader that takes both for missing loses which was which, as a reader of
Parquet does not. Values stand as they are, also where a spreadsheet would take one for a formula:
the workbooks are for spreadsheets.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.exports.about import described
from dagster_project.exports.release import Column, Release, Table
from dagster_project.sql import place, quoted_place

if TYPE_CHECKING:
    import duckdb

TIMESTAMP = "%Y-%m-%dT%H:%M:%S.%f"
"""How a moment is written, in UTC."""


def is_list(column: Column) -> bool:
    """Whether a column holds lists, which CSV has as JSON arrays."""
    return column.type.endswith("[]")


def file_name(table: Table, suffix: str) -> str:
    """The name of a table's file."""
    return f"{table.full_name}.{suffix}"


def write_csv(
    connection: "duckdb.DuckDBPyConnection", release: Release, folder: Path
) -> dict[str, Path]:
    """A file for every table, rows in the order of the database. Its files, by table."""
    folder.mkdir()
    files: dict[str, Path] = {}
    for table in release.tables:
        files[table.full_name] = folder / file_name(table, "csv")
        connection.execute(
            f"copy (select {_as_csv(table)} from {_name(table)}) "
            f"to {quoted_place(files[table.full_name])} "
            f"(format csv, header true, nullstr '', timestampformat '{TIMESTAMP}')"
        )
    return files


def _as_csv(table: Table) -> str:
    return ", ".join(
        f'to_json("{column.name}") as "{column.name}"' if is_list(column) else f'"{column.name}"'
        for column in table.columns
    )


def write_parquet(
    connection: "duckdb.DuckDBPyConnection", release: Release, folder: Path
) -> dict[str, Path]:
    """A file for every table, its words in the schema's metadata. Its files, by table."""
    import pyarrow.parquet as parquet

    folder.mkdir()
    files: dict[str, Path] = {}
    for table in release.tables:
        rows = connection.execute(f"from {_name(table)}").to_arrow_table()
        files[table.full_name] = folder / file_name(table, "parquet")
        described = rows.cast(_described(rows.schema, table, release))
        parquet.write_table(described, place(files[table.full_name]), compression="zstd")
    return files


def _described(schema: "pyarrow.Schema", table: Table, release: Release) -> "pyarrow.Schema":
    """The schema with its words: of each column in its field, of all in the file's own metadata.

    Readers that know Arrow see the first, all others the second.
    """
    fields = [
        schema.field(column.name)
        .with_nullable(column.nullable)
        .with_metadata(
            {"description": column.description} | ({"unit": column.unit} if column.unit else {})
        )
        for column in table.columns
    ]
    words = {
        "table": table.full_name,
        "description": described(table),
        "release_id": release.release_id,
        "columns": json.dumps(
            {column.name: column.description for column in table.columns}, ensure_ascii=False
        ),
    }
    import pyarrow

    return pyarrow.schema(fields, metadata=words)


if TYPE_CHECKING:
    import pyarrow


def _name(table: Table) -> str:
    return f'{table.schema}."{table.name}"'
