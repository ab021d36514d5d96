"""The Frictionless data package that describes the CSV files.

Belongs here: `datapackage.json` as its specification has it. Does not: any word in it.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster_project.exports.about import NAME, described, summary
from dagster_project.exports.place import sha256
from dagster_project.exports.release import Column, Release, Table
from dagster_project.exports.types import kind


def write(release: Release, files: Mapping[str, Path], folder: Path) -> None:
    """Write it into the folder of the CSV files, which are named by table."""
    package = {
        "profile": "data-package",
        "name": "common-denominator",
        "title": NAME,
        "description": summary(release),
        "version": release.release_id,
        "licenses": _licences(release),
        "sources": _sources(release),
        "resources": [_resource(table, files[table.full_name]) for table in release.tables],
    }
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def _licences(release: Release) -> list[dict[str, str]]:
    return [{"name": _slug(licence), "title": licence} for licence in release.licences]


def _slug(text: str) -> str:
    """Letters, digits and hyphens, which is all that the name of a licence may have."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-")


def _sources(release: Release) -> list[dict[str, str]]:
    return [
        {"title": source.words} | ({"path": source.url} if source.url else {})
        for source in release.sources
    ]


def _resource(table: Table, file: Path) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.full_name,
        "path": file.name,
        "title": table.full_name,
        "description": described(table),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{sha256(file)}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True, "header": True},
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    references = [
        {
            "fields": [column.name],
            "reference": {
                "resource": "" if to.table == table.full_name else to.table,
                "fields": [to.column],
            },
        }
        for column in table.columns
        if (to := column.refers_to) is not None
    ]
    schema: dict[str, Any] = {
        "fields": list(map(_field, table.columns)),
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    return schema | ({"foreignKeys": references} if references else {})


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if not column.nullable:
        constraints["required"] = True
    if column.allowed and kind(column).frictionless == "string":
        constraints["enum"] = list(column.allowed)
    said = {"unit": column.unit, "rule": column.rule, "usageWarnings": list(column.warnings)}
    return {
        "name": column.name,
        "type": kind(column).frictionless,
        "description": column.description,
        **({"constraints": constraints} if constraints else {}),
        **{name: value for name, value in said.items() if value},
    }
