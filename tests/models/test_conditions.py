"""The conditions of the tables: each can be broken, and says by which rows.

A few rows of a table are copied, a row that breaks a condition is added, and the SQL of the table's
test is run on the copy.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb
import pytest
from released import Released

from dagster_project import build
from dagster_project.build import BrokenCondition, Condition, Manifest, Test, prepare
from dagster_project.build.broken import broken_conditions
from dagster_project.paths import PROJECT, Warehouse

DBT = PROJECT / "dbt"
ROWS = 50
TRIALS = 5000
"""So many random rows are searched for one that breaks an expression."""


@dataclass(frozen=True)
class Compiled:
    """A test of conditions, and the SQL that dbt made of it."""

    test: Test
    sql: str
    schema: str
    table: str

    @property
    def real(self) -> str:
        return f'"build"."{self.schema}"."{self.table}"'

    @property
    def copy(self) -> str:
        return f'"copied"."{self.schema}"."{self.table}"'

    @property
    def expressions(self) -> Sequence[str]:
        """The expressions, in the order of the YAML."""
        return re.findall(r"^ *not coalesce\((.*), false\) as broken_\d+,$", self.sql, re.M)


def test_every_condition_can_be_broken(
    compiled: Mapping[str, Compiled], connection: duckdb.DuckDBPyConnection
) -> None:
    """None fires on the copied rows, each on the rows of which one breaks it."""
    silent = []
    for label, each in compiled.items():
        assert fired(connection, each) == set(), label
        expressions = iter(each.expressions)
        connection.execute(f"create or replace temp table added as from {each.copy} limit 0")
        for condition in each.test.conditions:
            if condition.kind == "expressions":
                spoil_expression(connection, each, next(expressions))
            else:
                spoil(connection, each, condition)
        connection.execute(f"insert into {each.copy} from added")
        stated = {condition.name for condition in each.test.conditions}
        silent += [(label, name) for name in stated - fired(connection, each)]
    assert silent == []


def test_every_condition_has_a_name_of_its_own(manifest: Manifest) -> None:
    for test in manifest.tests.values():
        names = [condition.name for condition in test.conditions]
        assert len(names) == len(set(names)) > 0, test.label
        assert all(names), test.label


def test_a_broken_condition_names_rows_by_key_file_and_place(
    built: Warehouse, compiled: Mapping[str, Compiled], manifest: Manifest, tmp_path: Path
) -> None:
    """Of four rows without a unit three are shown, in the order of their keys."""
    warehouse = Warehouse.at(tmp_path)
    warehouse.private.mkdir()
    shutil.copyfile(built.build_db, warehouse.build_db)
    key = "source, financial_year, release, area_id, statistic"
    with duckdb.connect(str(warehouse.build_db)) as connection:
        spoiled = connection.execute(
            f"""
            select observation_id, {key}, source_file, source_locator from marts.fct_observation
            where ({key}) in (
                select ({key}) from marts.fct_observation group by all having count(*) = 1
            )
            order by concat_ws(', ', {key}) limit 4
            """
        ).fetchall()
        connection.execute(
            "update marts.fct_observation set unit = null where observation_id in ?",
            [[row[0] for row in spoiled]],
        )
    one = compiled["conditions of fct_observation"]
    broken = broken_conditions(warehouse, manifest, {one.test.unique_id: one.sql})
    shown = "; ".join(
        f"source {source}, financial_year {year}, release {release}, area_id {area}, "
        f"statistic {statistic} ({file}, {place})"
        for _, source, year, release, area, statistic, file, place in spoiled[:3]
    )
    expected = BrokenCondition("fct_observation", "unit has a value", 4, shown)
    assert broken == {one.test.unique_id: (expected,)}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    prepare(DBT, Warehouse.at(tmp_path_factory.mktemp("parsed")))
    return build.read_manifest(DBT)


@pytest.fixture(scope="module")
def built(example: Released) -> Warehouse:
    """The example's build database."""
    return Warehouse.at(example.warehouse)


@pytest.fixture(scope="module")
def compiled(example: Released, manifest: Manifest) -> Mapping[str, Compiled]:
    """The tests of conditions by their labels, with the SQL that the refresh ran."""
    target = Warehouse.at(example.warehouse).private / "target" / "compiled"
    files = {file.stem: file for file in target.rglob("*.yml/*.sql")}
    found = {}
    for test in manifest.tests.values():
        if test.rule == build.CONDITIONS:
            node = manifest.nodes[str(test.subject)]
            sql = files[test.name].read_text("utf-8")
            found[test.label] = Compiled(test, sql, node.schema, node.table)
    return found


@pytest.fixture
def connection(
    built: Warehouse, compiled: Mapping[str, Compiled]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build database and `copied`, with some rows of every table that has conditions.

    Of a table whose conditions look at all its rows, all are there.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.build_db}' as build (read_only)")
        connection.execute("attach ':memory:' as copied")
        connection.execute("select setseed(0.25)")
        for schema, tables in groupby(
            sorted(compiled.values(), key=lambda one: one.schema), key=lambda one: one.schema
        ):
            connection.execute(f"create schema copied.{schema}")
            for one in tables:
                whole = any(one.real in expression for expression in one.expressions)
                limit = "" if whole else f"limit {ROWS}"
                connection.execute(f"create table {one.copy} as from {one.real} {limit}")
        yield connection


def fired(connection: duckdb.DuckDBPyConnection, one: Compiled) -> set[str]:
    """The conditions that are broken in the copy."""
    rows = connection.execute(one.sql.replace(one.real, one.copy)).fetchall()
    return {name for name, _, _ in rows}


def types(connection: duckdb.DuckDBPyConnection, one: Compiled) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"describe {one.copy}").fetchall()}


def pattern(connection: duckdb.DuckDBPyConnection, one: Compiled, where: str | None = None) -> str:
    """A query of one good row; of a table that the example leaves empty, an invented one."""
    chosen = f"from {one.copy} {f'where {where}' if where else ''} limit 1"
    if connection.execute(chosen).fetchall():
        return f"({chosen})"
    invented = ", ".join(
        f'cast({plain(kind)[0]} as {kind}) as "{name}"'
        for name, kind in types(connection, one).items()
    )
    return f"(select {invented})"


def plain(kind: str) -> list[str]:
    """Values of a type that rarely belong where they are put."""
    match kind:
        case "VARCHAR":
            return ["'no such value'", "''", "'x'"]
        case "BOOLEAN":
            return ["true", "false"]
        case "DATE":
            return ["date '1900-01-01'", "date '2100-01-01'"]
        case _ if kind.endswith("[]"):
            return ["[]"]
        case _ if kind.startswith("TIMESTAMP"):
            return ["timestamp '1900-01-01'"]
    return ["7", "-3", "0", "1000", "0.5"]


def spoil(connection: duckdb.DuckDBPyConnection, one: Compiled, condition: Condition) -> None:
    """Add what breaks a condition of columns: a NULL, an unknown value, the same row twice."""
    row = pattern(connection, one, condition.where)
    if condition.kind == "unique":
        connection.execute(f"insert into added from {row} union all from {row}")
        return
    (column,) = condition.columns
    kind = types(connection, one)[column]
    value = "null"
    if condition.kind != "not_null":
        known = set(map(str, condition.values))
        value = next(each for each in plain(kind) if each not in {v.lower() for v in known})
    connection.execute(
        f'insert into added select * replace (cast({value} as {kind}) as "{column}") from {row}'
    )


def spoil_expression(connection: duckdb.DuckDBPyConnection, one: Compiled, expression: str) -> None:
    """Add a row that breaks an expression, found among random ones.

    Each of its columns keeps its value or gets one of its type; a text, one that another row has
    or that the expression names.
    """
    kinds = types(connection, one)
    named = re.findall(r"'[^']*'", expression)
    changed = []
    for name, kind in kinds.items():
        if re.search(rf"\b{name}\b", expression):
            values = ["null", *plain(kind)]
            if kind == "VARCHAR":
                values += [*named, *real_texts(connection, one, name)]
            cases = " ".join(f"when {n} then cast({v} as {kind})" for n, v in enumerate(values))
            changed.append(
                f'case cast(floor(random() * {2 * len(values)}) as int) {cases} else "{name}" end '
                f'as "{name}"'
            )
    replaced = f"replace ({', '.join(changed)})" if changed else ""
    rows = f"(from {one.copy} limit {ROWS})"
    if not connection.execute(f"from {rows} limit 1").fetchall():
        rows = pattern(connection, one)
    connection.execute(f"create or replace temp table tried as from {one.copy} limit 0")
    times = TRIALS // ROWS
    connection.execute(
        f"insert into tried select one.* {replaced} from {rows} as one cross join range({times})"
    )
    text = expression.replace(one.real, "tried")
    connection.execute(
        f"insert into added from tried as {one.table} where not coalesce({text}, false) limit 1"
    )


def real_texts(connection: duckdb.DuckDBPyConnection, one: Compiled, column: str) -> list[str]:
    """Some values of a column, as literals."""
    found = connection.execute(
        f"select distinct {column} from {one.real} where {column} is not null order by 1 limit 20"
    ).fetchall()
    return [str(duckdb.ConstantExpression(value)) for (value,) in found]
