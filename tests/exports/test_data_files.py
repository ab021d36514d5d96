"""CSV and Parquet hold what the database holds; their metadata say what it says."""

from __future__ import annotations

import csv
import json
import warnings
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as parquet
import pytest
from csvw import CSVW
from exports.published import HOSTILE
from frictionless import Package

pytestmark = pytest.mark.xdist_group("exports")


def tables(database: Path) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Schema, table, and its columns with their types, of every table that is exported."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(
            """select schema_name, table_name, list((column_name, data_type) order by column_index)
            from duckdb_columns() inner join duckdb_tables() using (schema_name, table_name)
            where not duckdb_columns.internal and table_name <> 'refresh_run'
            group by all order by all"""
        ).fetchall()


def differing(database: Path, reads: dict[str, str]) -> dict[str, int]:
    """Of each table, how many rows stand in it or in what was read of it only."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            table: found
            for table, read in reads.items()
            if (
                found := connection.execute(
                    f"""select count(*) from (
                        (from {table} except all from ({read})) union all
                        (from ({read}) except all from {table}))"""
                ).fetchone()[0]
            )
        }


def csv_reads(database: Path, folder: Path) -> dict[str, str]:
    """A query that reads the CSV of each table."""
    return {
        f"{schema}.{table}": as_read(folder / "csv" / f"{schema}.{table}.csv", columns)
        for schema, table, columns in tables(database)
    }


def as_read(file: Path, columns: list[tuple[str, str]]) -> str:
    """A query that reads a CSV with the types of the database, lists from JSON."""
    kinds = {name: "VARCHAR" if kind.endswith("[]") else kind for name, kind in columns}
    shown = ", ".join(
        f'from_json("{name}", \'["VARCHAR"]\')::{kind} as "{name}"'
        if kind.endswith("[]")
        else f'"{name}"'
        for name, kind in columns
    )
    return f"""select {shown} from read_csv('{file}', columns = {kinds}, header = true,
        auto_detect = false, delim = ',', quote = '"', escape = '"', nullstr = '',
        allow_quoted_nulls = false, max_line_size = 10000000)"""


def test_every_table_of_the_example_is_in_csv_as_it_is_in_the_database(example, whole):
    database = example.warehouse / "indicators.duckdb"
    reads = csv_reads(database, whole.folder)
    assert len(reads) > 20
    assert differing(database, reads) == {}


def test_every_table_of_the_example_is_in_parquet_as_it_is_in_the_database(example, whole):
    database = example.warehouse / "indicators.duckdb"
    reads = {
        table: f"from '{whole.folder / 'parquet' / table}.parquet'"
        for table in csv_reads(database, whole.folder)
    }
    assert differing(database, reads) == {}


def test_nothing_missing_becomes_nought_or_empty_text(small, exported):
    assert differing(small.published, csv_reads(small.published, exported.folder)) == {}
    lines = (exported.folder / "csv" / "marts.dim_definition.csv").read_text(encoding="utf-8")
    assert '\nF12,A title,,""\n' in lines  # empty text
    assert "\nF99,A title,,\n" in lines  # none
    with (exported.folder / "csv" / "marts.poet_outcome.csv").open(newline="") as file:
        shares = [row["better_pct"] for row in csv.DictReader(file)]
    assert shares == [repr(100 / 3), "", "", "0.0"]


def test_text_is_as_it_was_printed_whatever_it_begins_with(exported):
    rows = parquet.read_table(exported.folder / "parquet" / "marts.dim_definition.parquet")
    notes = {row["definition_id"]: row["note"] for row in rows.to_pylist()}
    assert notes == HOSTILE | {"F99": None}


def test_parquet_carries_the_words_of_the_dictionary(example, whole):
    said = example.rows(
        """select column_name, description, unit, is_nullable from marts.data_dictionary
        where schema_name || '.' || table_name = 'marts.national_attainment'"""
    )
    schema = parquet.read_schema(whole.folder / "parquet" / "marts.national_attainment.parquet")
    assert len(said) == len(schema)
    for column in said:
        field = schema.field(column["column_name"])
        assert field.metadata[b"description"].decode() == column["description"]
        assert field.metadata.get(b"unit", b"").decode() == (column["unit"] or "")
        assert field.nullable == column["is_nullable"]
    words = json.loads(schema.metadata[b"columns"])
    assert words == {column["column_name"]: column["description"] for column in said}


# ------------------------------------------------------------------------------------ metadata


def test_frictionless_accepts_the_package_and_finds_what_breaks_it(exported, tmp_path):
    package = exported.folder / "csv" / "datapackage.json"
    report = Package(str(package)).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])

    broken = copied(package.parent, tmp_path)
    spoil(broken / "marts.council_return.csv", "102,", "999,")  # no such council
    spoil(broken / "quality.revision.csv", "\npublisher,", "\nsomebody,")  # no such value
    spoil(broken / "marts.poet_outcome.csv", "\n2013,", "\n,")  # never missing
    spoil(broken / "marts.dim_council.csv", "\n104,", "\n102,")  # the key
    found = Package(str(broken / "datapackage.json")).validate()
    kinds = {kind for [kind] in found.flatten(["type"])}
    assert {"foreign-key", "constraint-error", "hash-count", "primary-key"} <= kinds


def test_frictionless_accepts_the_package_of_the_example(whole):
    package = Package(str(whole.folder / "csv" / "datapackage.json"))
    report = package.validate(limit_rows=100)
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])


def test_csvw_accepts_the_metadata_and_finds_what_breaks_them(exported, tmp_path):
    here = exported.folder / "csv"
    assert is_valid(here / "csv-metadata.json")
    for table, old, new in (
        ("marts.council_return.csv", "102,", "999,"),
        ("marts.poet_outcome.csv", "\n2013,", "\ntwenty,"),
        ("marts.dim_council.csv", "\n104,", "\n102,"),
    ):
        broken = copied(here, tmp_path / table)
        spoil(broken / table, old, new)
        assert not is_valid(broken / "csv-metadata.json"), table


def is_valid(metadata: Path) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # it collects what it finds as warnings
        try:
            return CSVW(str(metadata), validate=True).is_valid
        except ValueError:
            return False


def copied(folder: Path, to: Path) -> Path:
    to.mkdir(exist_ok=True)
    for file in folder.iterdir():
        (to / file.name).write_bytes(file.read_bytes())
    return to


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_both_metadata_say_what_the_dictionary_says_of_every_column(example, whole):
    said = {
        (row["schema_name"] + "." + row["table_name"], row["column_name"]): row
        for row in example.rows("from marts.data_dictionary")
    }
    package = json.loads((whole.folder / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    group = json.loads((whole.folder / "csv" / "csv-metadata.json").read_text(encoding="utf-8"))
    kept_back = {"marts.attainment_long", "marts.attainment_wide", "quality.refresh_run"}
    expected = {key for key in said if key[0] not in kept_back}
    fields = {
        (resource["name"], field["name"]): field
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }
    columns = {
        (table["dc:title"], column["name"]): column
        for table in group["tables"]
        for column in table["tableSchema"]["columns"]
    }
    assert fields.keys() == columns.keys() == expected
    for key in expected:
        row = said[key]
        assert fields[key]["description"] == columns[key]["dc:description"] == row["description"]
        assert fields[key].get("unit") == columns[key].get("schema:unitText") == row["unit"]
        assert fields[key].get("rule") == row["rule"]
        assert fields[key].get("usageWarnings") == row["usage_warnings"]
        required = fields[key].get("constraints", {}).get("required", False)
        assert required == columns[key]["required"] == (not row["is_nullable"])


def test_what_the_metadata_allow_is_all_there_is(example, whole):
    """frictionless above reads some rows; here every row is held to the lists and references."""
    package = json.loads((whole.folder / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    checked = 0
    for resource in package["resources"]:
        statements = outside(resource)
        checked += len(statements)
        beyond = " or ".join(statements) or "false"
        assert example.rows(f"from {resource['name']} where {beyond} limit 1") == []
    assert checked > 40


def test_keys_tell_every_row_apart_and_are_never_missing(example, whole):
    package = json.loads((whole.folder / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    group = json.loads((whole.folder / "csv" / "csv-metadata.json").read_text(encoding="utf-8"))
    keys = {
        resource["name"]: resource["schema"]["primaryKey"]
        for resource in package["resources"]
        if "primaryKey" in resource["schema"]
    }
    assert keys["marts.dim_council"] == ["council_id"]
    assert keys["marts.fct_observation"] == ["observation_id"]
    assert keys == {
        table["dc:title"]: table["tableSchema"]["primaryKey"]
        for table in group["tables"]
        if "primaryKey" in table["tableSchema"]
    }
    for table, columns in keys.items():
        names = ", ".join(columns)
        missing = " or ".join(f"{name} is null" for name in columns)
        twice = f"select {names} from {table} group by all having count(*) > 1 or {missing}"
        assert example.rows(twice) == [], table
    for resource in package["resources"]:
        required = [
            f"{field['name']} is null"
            for field in resource["schema"]["fields"]
            if field.get("constraints", {}).get("required")
        ]
        beyond = " or ".join(required) or "false"
        assert example.rows(f"from {resource['name']} where {beyond} limit 1") == []


def outside(resource: dict[str, Any]) -> list[str]:
    """For each list of values and each reference, what a row that is not in it fulfils."""
    found = []
    for field in resource["schema"]["fields"]:
        allowed = field.get("constraints", {}).get("enum")
        if allowed:
            values = ", ".join("'" + value.replace("'", "''") + "'" for value in allowed)
            found.append(f'"{field["name"]}" not in ({values})')
    for key in resource["schema"].get("foreignKeys", []):
        [name], [other] = key["fields"], key["reference"]["fields"]
        table = key["reference"]["resource"] or resource["name"]
        found.append(f'"{name}" not in (select "{other}" from {table} where "{other}" is not null)')
    return found


def test_synthetic_and_sources_are_said_before_any_figure(whole, exported, small):
    for folder in (whole.folder, exported.folder):
        package = json.loads((folder / "csv" / "datapackage.json").read_text(encoding="utf-8"))
        group = json.loads((folder / "csv" / "csv-metadata.json").read_text(encoding="utf-8"))
        assert package["description"].startswith("SYNTHETIC: ")
        assert group["dc:description"].startswith("SYNTHETIC: ")
        assert "**SYNTHETIC: " in (folder / "README.md").read_text(encoding="utf-8")
    package = json.loads((exported.folder / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["sources"] == [
        {"title": "HSCIC: Community care", "path": "http://example.org/ccs"},
        {"title": "A file of one's own, without publisher and title"},
    ]
    assert [licence["title"] for licence in package["licenses"]] == ["OGL v3.0"]
    assert "Licence: not stated." in (exported.folder / "README.md").read_text(encoding="utf-8")
    assert package["licenses"] == [{"name": "OGL-v3.0", "title": "OGL v3.0"}]
