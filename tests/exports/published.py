"""A published file of few rows, with everything in it that an export may trip over.

Belongs here: making that file by hand. Does not: any test.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.paths import Warehouse

RELEASE, BEFORE = "bbbbbbbbbbbbbbbb", "aaaaaaaaaaaaaaaa"

HOSTILE = {
    "F01": '=HYPERLINK("http://example.org","here")',
    "F02": "+1+1",
    "F03": "-2+3",
    "F04": "@SUM(A1)",
    "F05": "\t=1+1",
    "F06": "\r=1+1",
    "F07": "[click](http://example.org)",
    "F08": "$$note$$ and $$",
    "F09": "  two  blanks  ",
    "F10": 'a\nb,"c";d',
    "F11": "-",
    "F12": "",
    "F13": " ",
    "F14": "[x]",
    "F15": "{=1+1}",
    "F16": "http://example.org",
    "F17": "<b>&amp;",
    "F18": "bell \x07 rings",
    "F19": "£ \N{EN DASH} é 漢 😀",
    "F20": "x" * 40_000,
    "F21": "007",
}
"""Texts by the id of the definition whose note they are."""

_TABLES = {
    "marts.readme": "position integer not null, topic varchar not null, text varchar not null",
    "marts.usage_warning": "warning_id varchar not null, title varchar not null, text varchar not null",
    "marts.data_dictionary": """schema_name varchar not null, table_name varchar not null,
        column_name varchar not null, position integer not null, data_type varchar not null,
        is_nullable boolean not null, key_position integer, description varchar not null, unit varchar, rule varchar,
        allowed_values varchar[], usage_warnings varchar[]""",
    "marts.dim_council": "council_id varchar not null, council_name varchar, region_code varchar, region_name varchar, valid_from date",
    "marts.dim_definition": "definition_id varchar not null, title varchar, valid_to_year varchar, note varchar",
    "marts.poet_outcome": """wave integer not null, domain varchar, series varchar,
        group_value varchar, n_valid bigint, better_pct double, suppressed boolean,
        evidence_class varchar""",
    "marts.council_return": "council_id varchar not null, reference_date date, evidence_class varchar",
    "quality.refresh_run": "release_no integer, release_id varchar, finished_at timestamp, code_version varchar",
    "quality.source_file": "publisher varchar, title varchar, licence varchar, url varchar, status varchar",
    "quality.revision": """changed_by varchar not null, table_name varchar, source varchar,
        financial_year varchar, definition_id varchar, area_level varchar, area_id varchar,
        basis_id varchar, person_scope varchar, target_id varchar, breakdown varchar,
        statistic varchar, older_release varchar, newer_release varchar, change varchar,
        older_value double, newer_value double, difference double, older_token varchar,
        newer_token varchar, older_verdict varchar, newer_verdict varchar,
        evidence_class varchar, first_seen_in varchar,
        is_new boolean""",
}

_UNITS = {"n_valid": "answers", "better_pct": "percent", "older_value": "as the statistic says"}
_ALLOWED = {
    ("council_return", "council_id"): ["council_id of marts.dim_council"],
    ("revision", "changed_by"): ["publisher", "us"],
}
_KEYS = {("dim_council", "council_id"), ("council_return", "council_id")}
_WARNINGS = {("poet_outcome", "better_pct"): ["self_selected"]}


def make(folder: Path, *, first: bool = False, synthetic: bool = True) -> Warehouse:
    """A warehouse with that file. `first`: there was no release before it."""
    warehouse = Warehouse.at(folder)
    folder.mkdir(parents=True, exist_ok=True)
    evidence = "synthetic" if synthetic else "published"
    with duckdb.connect(str(warehouse.published)) as connection:
        _create(connection)
        _fill(connection, evidence)
        if not first:
            put(connection, "quality.refresh_run", (1, BEFORE, "2026-03-01 00:00:00", "0.1.0+a"))
        _describe(connection)
    return warehouse


def put(connection: duckdb.DuckDBPyConnection, table: str, *rows: tuple[object, ...]) -> None:
    for row in rows:
        connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", list(row))


def revision(by: str, seen: str, area: str, tokens: tuple[str | None, str | None]) -> tuple:
    return (
        *(by, "fct_observation", "ccs", "2012-13", None, "council", area, None, None, None),
        *("total", "users_sds", "provisional", "final", "value_changed", 690.0, 700.0, 10.0),
        *(*tokens, None, None, "synthetic", seen, seen == RELEASE),
    )


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in ("marts", "quality"):
        connection.execute(f"create schema {schema}")
    for table, columns in _TABLES.items():
        connection.execute(f"create table {table} ({columns})")
        connection.execute(f"comment on table {table} is 'What {table} is. Where it is from.'")


def _fill(connection: duckdb.DuckDBPyConnection, evidence: str) -> None:
    put(connection, "marts.readme", (1, "What this is", "Counts of personal budgets."))
    put(
        connection,
        "marts.usage_warning",
        ("self_selected", "People chose to answer", "Councils chose to take part."),
        ("unused", "Never said", "No column has it."),
    )
    put(
        connection,
        "marts.dim_council",
        ("102", "Cumbria", "E12000002", "North West", "2009-04-01"),
        ("104", None, None, None, None),
    )
    put(
        connection,
        "marts.dim_definition",
        *((name, "A title", None, text) for name, text in HOSTILE.items()),
        ("F99", "A title", None, None),
    )
    put(
        connection,
        "marts.poet_outcome",
        (2013, "dignity", "dignity", "102", 40, 100 / 3, False, evidence),
        (2013, "dignity", None, "104", None, None, True, evidence),
        (2013, "safety", "safety", "102", 0, None, False, "published"),
        (2013, "safety", "safety", "England", 1_234_567, 0.0, None, "published"),
    )
    put(
        connection,
        "marts.council_return",
        ("102", "2013-03-31", evidence),
        ("104", None, "returned"),
    )
    put(
        connection,
        "quality.source_file",
        ("HSCIC", "Community care", "OGL v3.0", "http://example.org/ccs", "loaded"),
        ("HSCIC", "Refused", "OGL v3.0", None, "refused"),
        (None, None, None, None, "loaded"),
    )
    put(connection, "quality.refresh_run", (2, RELEASE, "2026-02-01 03:04:05.123456", "0.1.0+b"))
    put(
        connection,
        "quality.revision",
        revision("publisher", RELEASE, "102", ("690", "700")),
        revision("publisher", RELEASE, "104", ("-", "")),
        revision("us", RELEASE, "102", (None, "700")),
        revision("publisher", BEFORE, "106", ("690", "700")),
    )


def _describe(connection: duckdb.DuckDBPyConnection) -> None:
    columns = connection.execute(
        "select schema_name, table_name, column_name, column_index, data_type, is_nullable "
        "from duckdb_columns() where not internal order by all"
    ).fetchall()
    for schema, table, column, position, kind, nullable in columns:
        here = (table, column)
        key = 1 if here in _KEYS else None
        meaning = f"What {column} of {table} means."
        row = (schema, table, column, position, kind, nullable, key, meaning)
        said = (_UNITS.get(column), None, _ALLOWED.get(here), _WARNINGS.get(here))
        put(connection, "marts.data_dictionary", row + said)
