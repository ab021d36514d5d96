"""The metadata that describe the CSV files as CSV on the Web, a recommendation of the W3C.

Belongs here: `csv-metadata.json` as that has it. Does not: any word in it.

A reference to another table is stated where the column is never empty: whether an empty cell keeps
to a reference is not said there, and a strict validator says no. `datapackage.json` has them all.
"""

import json
from pathlib import Path
from typing import Any

from dagster_project.exports.about import NAME, described, summary
from dagster_project.exports.release import Column, Release, Table
from dagster_project.exports.tidy import file_name
from dagster_project.exports.types import kind


def write(release: Release, folder: Path) -> None:
    """Write it into the folder of the CSV files."""
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": NAME,
        "dc:description": summary(release),
        "dc:identifier": release.release_id,
        "dc:license": release.licences,
        "dialect": {"lineTerminators": ["\n"], "encoding": "utf-8", "header": True},
        "tables": list(map(_table, release.tables)),
    }
    text = json.dumps(group, indent=2, ensure_ascii=False) + "\n"
    (folder / "csv-metadata.json").write_text(text, encoding="utf-8")


def _table(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": list(map(_column, table.columns))}
    if table.key:
        schema["primaryKey"] = list(table.key)
    references = [
        {
            "columnReference": column.name,
            "reference": {
                "resource": f"{to.table}.csv",
                "columnReference": to.column,
            },
        }
        for column in table.columns
        if (to := column.refers_to) is not None and not column.nullable
    ]
    return {
        "url": file_name(table, "csv"),
        "dc:title": table.full_name,
        "dc:description": described(table),
        "tableSchema": schema | ({"foreignKeys": references} if references else {}),
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "titles": column.name,
        "datatype": kind(column).csvw,
        "null": "",
        "required": not column.nullable,
        "dc:description": column.description,
        **({"schema:unitText": column.unit} if column.unit else {}),
    }
