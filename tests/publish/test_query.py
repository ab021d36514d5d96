"""A person's SQL reads the published file and does nothing else, whatever it says."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dagster_project.errors import DenominatorError
from dagster_project.paths import Warehouse
from dagster_project.publish import Limits, query

SECRET = "a line that no answer may hold"


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Warehouse]:
    """A published file with a macro by day, and beside it what a refresh leaves lying."""
    monkeypatch.chdir(tmp_path)
    found = Warehouse.at(tmp_path / "warehouse")
    (found.landing / "poet").mkdir(parents=True)
    found.private.mkdir()
    (tmp_path / "secret.csv").write_text(f"a\n{SECRET}\n", "utf-8")
    with duckdb.connect(str(found.published)) as connection:
        connection.execute("create schema marts; create schema quality")
        connection.execute(
            "create table marts.rate as select day::date as day, 50.0 as rate_pct "
            "from range(date '2013-01-01', date '2013-03-01', interval 1 day) as days(day)"
        )
        connection.execute("create view quality.late as from marts.rate where day > '2013-02-01'")
        connection.execute(
            "create macro marts.rate_as_of(until) as table select * from marts.rate "
            "where day <= until"
        )
    with duckdb.connect(str(found.build_db)) as connection:
        connection.execute(f"create table built as select '{SECRET}' as a")
        rows = found.landing / "poet" / "rows.parquet"
        connection.execute(f"copy built to '{rows}' (format parquet)")
    yield found


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        found.update(os.fsencode(path) + (path.read_bytes() if path.is_file() else b""))
    return found.hexdigest()


HOSTILE = """
copy (select 1) to '{published}' (format csv)
copy (select 1) to '{published}' (format csv, use_tmp_file false)
explain analyze copy (select 1) to '{published}' (format csv, use_tmp_file false)
explain (analyze) copy (select 1) to '{published}' (format csv, use_tmp_file false)
/* harmless */ copy marts.rate to 'taken.csv'
-- harmless\ncopy marts.rate to 'taken.csv'
copy marts.rate from 'secret.csv'
copy from database indicators to memory
(copy marts.rate to 'taken.csv')
with a as (select 1) insert into marts.rate select now(), 1
select count(*) from read_csv('secret.csv')
select * from 'secret.csv'
select * from read_text('secret.csv')
select * from read_text('/etc/passwd')
select * from read_blob('/etc/hostname')
select * from glob('/etc/*')
select * from sniff_csv('secret.csv')
from read_json('secret.csv')
from read_json_objects('secret.csv')
from read_parquet('{landing}/poet/rows.parquet')
from '{landing}/poet/rows.parquet'
from parquet_metadata('{landing}/poet/rows.parquet')
from query('select * from read_text(''secret.csv'')')
from query_table('secret.csv')
from read_duckdb('{build}', table_name = 'built')
from sqlite_scan('secret.csv', 'a')
from 'http://127.0.0.1:9/x.csv'
from 's3://somewhere/x.parquet'
explain analyze select * from read_text('secret.csv')
select (select content from read_text('secret.csv'))
attach '{build}' as b (read_only)
attach 'new.duckdb' as n
attach '{published}' as again
attach ':memory:' as m
detach indicators
use memory
export database 'taken'
import database '/tmp'
install httpfs
force install httpfs
install spatial from community
load httpfs
load '/tmp/x.duckdb_extension'
update extensions
create table t as select 1
create temp table t as select 1
create or replace temp view v as select 1
create macro m() as 1
create secret s (type s3, key_id 'x', secret 'y')
create persistent secret s (type s3)
create schema x
create sequence s
create type e as enum ('a')
drop table marts.rate
drop schema marts cascade
delete from marts.rate
truncate marts.rate
update marts.rate set rate_pct = 0
insert into marts.rate values (now(), 1)
merge into marts.rate using marts.rate as b on true when matched then delete
alter table marts.rate rename to b
comment on table marts.rate is 'x'
set enable_external_access = true
set lock_configuration = false
set threads = 1
set global temp_directory = 'spill'
set variable a = 1
reset enable_external_access
pragma database_list
pragma enable_profiling = 'json'
pragma profiling_output = 'profile.json'
pragma add_parquet_key('key', '0123456789112345')
call enable_logging(storage = 'file', storage_path = 'log')
call pragma_version()
checkpoint
force checkpoint indicators
vacuum
analyze
begin
commit
prepare p as select 1
execute p
deallocate p
select 1; select 2
select 1; attach 'x.duckdb'
begin; create table marts.x as select 1; commit
;;
secret
from warehouse
""".strip().splitlines()


def test_hostile_statements_are_refused_and_change_nothing(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    assert len(HOSTILE) > 80
    before = digest(tmp_path)
    for statement in HOSTILE:
        sql = statement.replace("\\n", "\n").format(
            published=warehouse.published, landing=warehouse.landing, build=warehouse.build_db
        )
        with pytest.raises(DenominatorError) as refused:
            query(warehouse, sql)
        assert SECRET not in str(refused.value), sql
        assert str(refused.value).rstrip().endswith((".", ")")), sql
    assert digest(tmp_path) == before


@pytest.mark.parametrize("sql", ["", "  \n", ";", "-- only a comment", "/* so is this */ ; "])
def test_no_statement_is_an_error_in_words(warehouse: Warehouse, sql: str) -> None:
    with pytest.raises(DenominatorError, match="There is no statement to run"):
        query(warehouse, sql)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("select count(*) from marts.rate", 1),
        ("from marts.rate_as_of(date '2013-01-10')", 10),
        ("-- a comment\n/* and another */ (select 1) union all select 2;", 2),
        ("with a as (select 1) select * from a", 1),
        ("values (1), (2)", 2),
        ("table quality.late", 27),
        ("show all tables", 2),
        ("describe marts.rate", 2),
        ("summarize marts.rate", 2),
        ("explain select 1", 1),
        ("pivot marts.rate on month(day) in (1, 2) using count(*) group by rate_pct", 1),
        ("select ';', '--', 'copy x to y'", 1),
    ],
)
def test_queries_are_answered(warehouse: Warehouse, sql: str, rows: int) -> None:
    # January has 31 days and February 28; from 2 to 28 February are 27 days
    assert len(query(warehouse, sql).rows) == rows


def test_a_pivot_without_its_values_says_what_to_write(warehouse: Warehouse) -> None:
    with pytest.raises(DenominatorError, match="has to name its values"):
        query(warehouse, "pivot marts.rate on day using count(*)")


def test_limits_are_said_in_words(warehouse: Warehouse) -> None:
    endless = (
        "with recursive t(a) as (select 1 union all select a + 1 from t) select count(*) from t"
    )
    with pytest.raises(DenominatorError, match=r"after 0\.5 seconds.*--timeout"):
        query(warehouse, endless, Limits(seconds=0.5))
    with pytest.raises(DenominatorError, match="more than 100 MB of memory"):
        query(warehouse, "select list(range) from range(1000000000)", Limits(megabytes=100))
    with pytest.raises(DenominatorError, match="more than 1,000 values"):
        query(warehouse, "from range(1000000000)", Limits(values=1000))


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        # a single function that DuckDB does not interrupt: the process ends in words all the same
        ("select levenshtein(repeat('ab', 300000), repeat('ba', 300000))", "after 1 seconds"),
        # memory that DuckDB does not count
        ("select repeat('x', 4000000000)", "MB of memory"),
    ],
)
def test_the_command_ends_in_words(warehouse: Warehouse, sql: str, words: str) -> None:
    command = [sys.executable, "-m", "dagster_project.cli", "query", sql]
    options = ["--warehouse", str(warehouse.root), "--timeout", "1", "--memory", "300"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
