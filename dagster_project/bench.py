"""How long a refresh takes, against what it cannot do without: a bare `dbt build`.

Belongs here: measuring both in one run, in turns, and the table of the results.
Does not: what is measured, or a limit for anything but the ratio.

Both are commands in processes of their own, imports included. Both are warm: dbt has parsed the
project before, each in its own target folder. The refresh reads every raw file anew, builds,
tests and publishes; the bare build starts from an empty database on the rows that the refresh has
landed, with dbt's own defaults.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from dagster_project.paths import Warehouse, absolute, dbt_project, default_raw

LIMIT = 1.5
"""The refresh may take at most this many times as long as the bare build."""


@dataclass(frozen=True)
class Pair:
    """Seconds of each round, in the order of the rounds."""

    what: str
    ours: tuple[float, ...]
    baseline: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Ratio of the medians."""
        return statistics.median(self.ours) / statistics.median(self.baseline)


def main() -> None:
    """Measure, print the table, and end with code 1 if the ratio is above the limit."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="denominator-bench-") as folder:
        pair = measure(Path(folder), rounds)
    print(table([pair]))
    if pair.ratio > LIMIT:
        print(f"The ratio is above {LIMIT}.", file=sys.stderr)
        sys.exit(1)


def measure(folder: Path, rounds: int) -> Pair:
    """Time both in turns, after one round of each that does not count."""
    warehouse = Warehouse.at(folder / "warehouse")
    ours = _refresh(folder, warehouse)
    baseline = _dbt_build(folder, warehouse)
    ours(), baseline()
    times = [(ours(), baseline()) for _ in range(rounds)]
    first, second = zip(*times, strict=True)
    return Pair("whole refresh / bare `dbt build`", first, second)


def _refresh(folder: Path, warehouse: Warehouse) -> Callable[[], float]:
    command = [sys.executable, "-m", "dagster_project.cli", "refresh"]
    command += ["--warehouse", str(warehouse.root)]
    for root in absolute(default_raw()):
        command += ["--raw", str(root)]
    environment = {**os.environ, "DAGSTER_HOME": str(folder / "dagster")}

    def run() -> float:
        warehouse.published.unlink(missing_ok=True)  # or there would be nothing new
        return _seconds(command, environment)

    return run


def _dbt_build(folder: Path, warehouse: Warehouse) -> Callable[[], float]:
    database = folder / "bare" / "build.duckdb"
    database.parent.mkdir()
    project = str(dbt_project())
    command = [sys.executable, "-m", "dbt.cli.main", "build"]
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


def _seconds(command: list[str], environment: Mapping[str, str]) -> float:
    began = perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    seconds = perf_counter() - began
    if done.returncode:
        print(done.stdout[-4000:], done.stderr[-4000:], file=sys.stderr)
        raise SystemExit(f"This did not work, so there is nothing to measure: {' '.join(command)}")
    return seconds


def table(pairs: list[Pair]) -> str:
    """The performance table in Markdown: medians, the range of the rounds, the ratio."""
    lines = ["| measured in one run | ours | baseline | ratio |", "| --- | ---: | ---: | ---: |"]
    for pair in pairs:
        ours, baseline = _spread(pair.ours), _spread(pair.baseline)
        lines.append(f"| {pair.what} | {ours} | {baseline} | {pair.ratio:.2f} |")
    return "\n".join(lines)


def _spread(seconds: tuple[float, ...]) -> str:
    return f"{statistics.median(seconds):.1f} s ({min(seconds):.1f}-{max(seconds):.1f})"


if __name__ == "__main__":
    main()
