"""How fast the ten questions of docs/questions.md are, each against a bare scan of what it reads.

Each is asked of the published file of the bundled example, where it takes a millisecond or two, most of
them to understand it; and of tables written anew with every row many times over, the copies under
another name of what most questions choose by. headlines_reproduced reads a row for each source of
figures, however many figures there are: it is asked of the published file only.

Belongs here: the larger file, the bare scans, the rows of the performance table.
Does not: the questions (`docs/queries`), how a pair is printed (`dagster_project.bench`).
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import duckdb
import sqlglot
from sqlglot import exp

from dagster_project.bench import Pair, table
from dagster_project.paths import PROJECT, default_warehouse

DOCS = PROJECT / "docs"
LIMIT = 2.0
"""The most a question may take, as a multiple of the bare scan."""

# What a copy of a row is told apart by.
COPIED = {
    "marts.target_attainment": "council_name",
    "marts.national_attainment": "target_id",
    "marts.reconciliation_bridge": "area_id",
    "marts.dim_council": "council_name",
    "marts.rate_change": "definition_id",
    "marts.poet_outcome": "domain",
    "marts.genuine_budget": "area_level",
    "quality.source_conflict": "status",
    "quality.revision_summary": "financial_year",
}


def questions() -> dict[str, str]:
    """The query of each question by its name, in the order of the page."""
    page = (DOCS / "questions.md").read_text(encoding="utf-8")
    names = re.findall(r"\]\((queries/\w+\.sql)\)\s+```text", page)
    return {Path(name).stem: (DOCS / name).read_text(encoding="utf-8") for name in names}


def enlarge(published: Path, larger: Path, rows: int) -> None:
    """Write the tables that the questions read into a file of about `rows` rows each."""
    with duckdb.connect(str(larger)) as connection:
        connection.execute(f"attach '{published}' as original (read_only)")
        connection.execute("create schema marts; create schema quality")
        for name, key in COPIED.items():
            [n] = connection.execute(f"select count(*) from original.{name}").fetchone() or (0,)
            connection.execute(
                f"""create table {name} as
                select * exclude (copy) replace (if(copy = 0, {key}, {key} || ' ' || copy) as {key})
                from original.{name}, range({max(rows // n, 1)}) as copies (copy)
                order by all"""
            )


def bare_scans(connection: duckdb.DuckDBPyConnection, question: str) -> list[str]:
    """A statement for each table a question names, that looks at every value it needs of it."""
    parsed = sqlglot.parse_one(question, read="duckdb")
    named = {column.name for column in parsed.find_all(exp.Column)}
    named |= {
        name.name for using in parsed.find_all(exp.Join) for name in using.args.get("using") or ()
    }
    scans = []
    for one in parsed.find_all(exp.Table):
        columns = connection.execute(
            "select column_name from duckdb_columns() "
            "where schema_name = ? and table_name = ? and list_contains(?, column_name)",
            [one.db, one.name, sorted(named)],
        ).fetchall()
        looked_at = ", ".join(f"max({column})" for (column,) in columns)
        scans.append(f"select {looked_at} from {one.db}.{one.name}")
    return scans


def timed(run: Callable[[list[str]], None], statements: list[str]) -> float:
    began = perf_counter()
    run(statements)
    return perf_counter() - began


def grows(question: str) -> bool:
    """Whether all that a question reads is in the larger file."""
    read = sqlglot.parse_one(question, read="duckdb").find_all(exp.Table)
    return all(f"{one.db}.{one.name}" in COPIED for one in read)


def measure(
    database: Path, asked: dict[str, str], what: str, times: int, rounds: int
) -> list[Pair]:
    """Ask each question `times` times a round, in turns with its scans."""
    pairs = []
    with duckdb.connect(str(database), read_only=True) as connection:

        def run(statements: list[str]) -> None:
            for _ in range(times):
                for one in statements:
                    connection.execute(one).fetchall()

        for name, question in asked.items():
            scans = bare_scans(connection, question)
            run([question, *scans])  # so that the file is in memory for both
            both = [(timed(run, [question]), timed(run, scans)) for _ in range(rounds)]
            pairs.append(Pair(f"{name}, {what} / a bare scan", *zip(*both, strict=True), LIMIT))
    return pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--warehouse", type=Path, default=default_warehouse())
    parser.add_argument("--rows", type=int, default=1_000_000, help="of each table, about")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    published = asked.warehouse / "indicators.duckdb"
    if not published.is_file():
        sys.exit(f"Nothing is published in {asked.warehouse}: run `denominator refresh` first.")
    with tempfile.TemporaryDirectory() as folder:
        larger = Path(folder) / "larger.duckdb"
        enlarge(published, larger, asked.rows)
        every = questions()
        pairs = measure(published, every, "100 times", 100, asked.rounds)
        growing = {name: question for name, question in every.items() if grows(question)}
        pairs += measure(larger, growing, f"{asked.rows:,} rows, 5 times", 5, asked.rounds)
    print(table(pairs))
    above = [pair.what for pair in pairs if pair.ratio > pair.limit]
    if above:
        sys.exit("Above its limit: " + "; ".join(above))


if __name__ == "__main__":
    main()
