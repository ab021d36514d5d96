"""How long things take, each against what it cannot do without, as a ratio in one run.

Belongs here: measuring both sides in turns, and the table of the results with each limit.
Does not: what is measured.

All are commands in processes of their own, imports included, and all are warm: dbt has parsed the
project before, each side in its own target folder. A whole refresh reads every raw file anew,
builds, tests and publishes; the bare `dbt build` starts from an empty database on the rows that the
refresh has landed, with dbt's own defaults but for unit tests, which neither runs. The own SQL of a
refresh is what dbt has compiled of its models and tests, run from those files in one connection of
DuckDB, on the seeds and the results of the Python models. A refresh with nothing new is the same
command once more. One with a new year reads the files of that year alone and makes what is made
from its source; it is held against a whole refresh, and against one of that year alone, which is
what one year costs.

`dagster definitions validate` is held against importing dagster alone, because dagster-dbt, with
which others would load a dbt project, is not installed (docs/decisions/0004). The two together take
three times as long as dagster (2.7 s of processor against 0.9, dagster 1.13.27, measured once); 4.5
is one and a half times that.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from dagster_project.build import read_manifest
from dagster_project.build.invoke import NO_UNIT_TESTS
from dagster_project.paths import PROJECT, Warehouse, absolute, dbt_project, default_raw

_GROWING = "ascof"
"""The source whose series goes on: a new year of it arrives every autumn."""

Timed = Callable[[], float]
"""Does a thing once and gives the seconds it took."""


@dataclass(frozen=True)
class Pair:
    """Seconds of each round, in the order of the rounds, and the greatest ratio allowed."""

    what: str
    ours: tuple[float, ...]
    baseline: tuple[float, ...]
    limit: float

    @property
    def ratio(self) -> float:
        """Ratio of the medians."""
        return statistics.median(self.ours) / statistics.median(self.baseline)


def main() -> None:
    """Measure, print the table, and end with code 1 if a ratio is above its limit."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="denominator-bench-") as folder:
        pairs = measure(Path(folder), rounds)
    print(table(pairs))
    over = [pair.what for pair in pairs if pair.ratio > pair.limit]
    if over:
        print(f"Above the limit: {'; '.join(over)}.", file=sys.stderr)
        sys.exit(1)


def measure(folder: Path, rounds: int) -> list[Pair]:
    """Time everything in turns, after one round that does not count."""
    warehouse = Warehouse.at(folder / "warehouse")
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(folder / "dagster"),
        "DENOMINATOR_WAREHOUSE": str(warehouse.root),
    }
    year, alone = _one_new_year(folder / "year", environment)
    timed: dict[str, Timed] = {
        "whole": _whole_refresh(warehouse, environment),
        "again": _command(_denominator("refresh"), environment),
        "build": _dbt_build(folder, warehouse),
        "sql": _own_sql(folder / "sql", warehouse),
        "year": year,
        "alone": alone,
        "status": _command(_denominator("status"), environment),
        "validate": _command([_beside("dagster"), "definitions", "validate"], environment),
        "dagster": _command([sys.executable, "-c", "import dagster"], environment),
    }
    for each in timed.values():
        each()
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(rounds):
        for name, each in timed.items():
            seconds[name].append(each())
    return [
        Pair(what, tuple(seconds[ours]), tuple(seconds[baseline]), limit)
        for what, ours, baseline, limit in PAIRS
    ]


PAIRS = (
    ("whole refresh / bare `dbt build`", "whole", "build", 1.25),
    ("whole refresh / its own SQL", "whole", "sql", 3.0),
    ("refresh with nothing new / whole refresh", "again", "whole", 0.2),
    ("refresh with one new year / whole refresh", "year", "whole", 0.9),
    ("refresh with one new year / refresh of that year alone", "year", "alone", 1.0),
    ("`denominator status` / importing dagster", "status", "dagster", 0.5),
    ("`dagster definitions validate` / importing dagster", "validate", "dagster", 4.5),
)


def _denominator(command: str, roots: Sequence[Path] = ()) -> list[str]:
    raw = [part for root in roots or absolute(default_raw()) for part in ("--raw", str(root))]
    return [sys.executable, "-m", "dagster_project.cli", command, *raw]


def _beside(program: str) -> str:
    """A program of the environment that this one runs in."""
    return str(Path(sys.executable).with_name(program))


def _command(command: list[str], environment: Mapping[str, str]) -> Timed:
    return lambda: _seconds(command, environment)


def _whole_refresh(
    warehouse: Warehouse, environment: Mapping[str, str], roots: Sequence[Path] = ()
) -> Timed:
    def run() -> float:
        shutil.rmtree(warehouse.root, ignore_errors=True)  # or little would be read and made
        return _seconds(_denominator("refresh", roots), environment)

    return run


def _one_new_year(folder: Path, environment: Mapping[str, str]) -> tuple[Timed, Timed]:
    """A refresh to which the newest year of one source is new, and one of nothing but that year."""
    before, added, warehouse = folder / "before", folder / "added", folder / "warehouse"
    shutil.copytree(absolute(default_raw())[0], before)
    newest = max((before / _GROWING).iterdir())
    (added / _GROWING).mkdir(parents=True)
    newest.rename(added / _GROWING / newest.name)
    own = {**environment, "DENOMINATOR_WAREHOUSE": str(warehouse)}
    _seconds(_denominator("refresh", [before]), own)
    kept = folder / "kept"
    shutil.copytree(warehouse, kept)

    def new() -> float:
        shutil.rmtree(warehouse)
        shutil.copytree(kept, warehouse)
        return _seconds(_denominator("refresh", [before, added]), own)

    only = Warehouse.at(folder / "alone")
    alone = _whole_refresh(only, {**environment, "DENOMINATOR_WAREHOUSE": str(only.root)}, [added])
    return new, alone


def _dbt_build(folder: Path, warehouse: Warehouse) -> Timed:
    database = folder / "bare" / "build.duckdb"
    database.parent.mkdir()
    project = str(dbt_project())
    command = [sys.executable, "-m", "dbt.cli.main", "build", *NO_UNIT_TESTS]
    command += ["--project-dir", project, "--profiles-dir", project]
    command += ["--target-path", str(folder / "bare" / "target")]
    command += ["--log-path", str(folder / "bare" / "log")]
    environment = {
        **os.environ,
        "DENOMINATOR_LANDING": str(warehouse.landing),
        "DENOMINATOR_BUILD_DB": str(database),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }

    def run() -> float:
        database.unlink(missing_ok=True)
        return _seconds(command, environment)

    return run


def _own_sql(folder: Path, warehouse: Warehouse) -> Timed:
    """Run what the last refresh of the warehouse has compiled, in a process of its own."""
    folder.mkdir()
    database = folder / warehouse.build_db.name  # the SQL names it
    program = "import sys; from dagster_project import bench; bench.run_own_sql(*sys.argv[1:])"
    command = [sys.executable, "-c", program, str(warehouse.root), str(database)]

    def run() -> float:
        database.unlink(missing_ok=True)
        copy_what_is_no_sql(warehouse, database)
        return _seconds(command, os.environ)

    return run


def copy_what_is_no_sql(warehouse: Warehouse, database: Path) -> None:
    """Put the schemas, the seeds and the tables of Python models into a new database."""
    import duckdb

    nodes = read_manifest(dbt_project()).nodes.values()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse.build_db}' as made (read_only)")
        connection.execute(f"attach '{database}' as fresh")
        for schema in {node.schema for node in nodes}:
            connection.execute(f"create schema if not exists fresh.{schema}")
        for node in nodes:
            if node.kind == "seed" or node.path.endswith(".py"):
                table = f'"{node.schema}"."{node.table}"'
                connection.execute(f"create table fresh.{table} as from made.{table}")


def run_own_sql(root: str, database: str) -> int:
    """Make every model of a refreshed warehouse and run every test; the number of statements."""
    import duckdb

    manifest = read_manifest(dbt_project())
    compiled = Warehouse.at(Path(root)).private / "target" / "compiled"
    sql = {file.stem: file.read_text("utf-8") for file in compiled.rglob("*.sql")}
    models = [node for node in manifest.nodes.values() if node.path.endswith(".sql")]
    with duckdb.connect(database) as connection:
        for node in models:
            kind = "view" if node.is_view else "table"
            connection.execute(f'create {kind} "{node.schema}"."{node.table}" as {sql[node.name]}')
        for test in manifest.tests.values():
            found = connection.execute(sql[test.name]).fetchall()
            if found and test.blocking:
                raise SystemExit(f"{test.label} are broken: {found}")
    return len(models) + len(manifest.tests)


def _seconds(command: list[str], environment: Mapping[str, str]) -> float:
    began = perf_counter()
    done = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True)
    seconds = perf_counter() - began
    if done.returncode:
        print(done.stdout[-4000:], done.stderr[-4000:], file=sys.stderr)
        raise SystemExit(f"This did not work, so there is nothing to measure: {' '.join(command)}")
    return seconds


def table(pairs: list[Pair]) -> str:
    """The performance table in Markdown: medians, the range of the rounds, ratio and limit."""
    lines = [
        "| measured in one run | ours | baseline | ratio | limit |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for pair in pairs:
        ours, baseline = _spread(pair.ours), _spread(pair.baseline)
        lines.append(f"| {pair.what} | {ours} | {baseline} | {pair.ratio:.2f} | {pair.limit:g} |")
    return "\n".join(lines)


def _spread(seconds: tuple[float, ...]) -> str:
    return f"{statistics.median(seconds):.1f} s ({min(seconds):.1f}-{max(seconds):.1f})"


if __name__ == "__main__":
    main()
