"""How long the report takes: against the refresh of the same warehouse, in turns, in one run.

153 councils in 15 years: the bundled example, whose table of 2015-16 is copied into the year before
it and the seven after, and whose counts of 2009-10 into the year before. The figures of the copies are as
invented as the example's. The report has a page for every council; how large the pages are is
printed below the table, and what is above its limit ends with code 1.

Belongs here: the grown example, the row of the performance table, the sizes. Does not: how a pair
is printed (`dagster_project.bench`), and what a page holds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import duckdb

from dagster_project.bench import Pair, table
from dagster_project.paths import PROJECT, Warehouse

EXAMPLE = PROJECT / "data" / "raw"
REPORT = "report of 153 councils in 15 years / refresh of the same"
LIMIT = 1.0
# a page may have so many bytes, besides the chart library that all pages share
PAGE = 300_000


def grown(folder: Path) -> Path:
    """The example with more years: a raw tree of its own."""
    raw = folder / "raw"
    shutil.copytree(EXAMPLE, raw)
    for first in (2014, *range(2016, 2023)):
        year = f"{first}-{(first + 1) % 100:02d}"
        _copied(raw / "ascof" / "2015-16", raw / "ascof" / year, "2015-16", year)
    _copied(raw / "ccs" / "2009-10", raw / "ccs" / "2008-09", "2009-10", "2008-09")
    return raw


def _copied(year: Path, to: Path, old: str, new: str) -> None:
    """A year's files, with the year in their titles, and so their bytes, changed."""
    shutil.copytree(year, to)
    for path in to.rglob("*.*"):
        text = path.read_bytes()
        path.write_bytes(text.replace(old.encode(), new.encode()))
        if old.encode() not in text:  # the same bytes twice would be refused
            path.write_bytes(text + b"\n" * int(new[2:4]))


def timed(command: list[str], environment: dict[str, str]) -> float:
    began = perf_counter()
    done = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True)
    seconds = perf_counter() - began
    if done.returncode:
        sys.exit(f"There is nothing to measure: {' '.join(command)}\n{done.stdout}{done.stderr}")
    return seconds


def measure(folder: Path, rounds: int) -> Pair:
    """Refresh and report in turns, after one round that does not count."""
    raw, warehouse = grown(folder), Warehouse.at(folder / "warehouse")
    environment = os.environ | {"DAGSTER_HOME": str(folder / "dagster")}
    denominator = [sys.executable, "-m", "dagster_project.cli"]
    where = ["--warehouse", str(warehouse.root)]

    def refresh() -> float:
        warehouse.published.unlink(missing_ok=True)  # or little would be read and made
        for folder in (warehouse.landing, warehouse.private):
            shutil.rmtree(folder, ignore_errors=True)
        return timed([*denominator, "refresh", "--raw", str(raw), *where], environment)

    def report() -> float:
        return timed([*denominator, "report", *where], environment)

    turns: list[Callable[[], float]] = [report, refresh]
    refresh(), report()
    ours, baseline = zip(*([work() for work in turns] for _ in range(rounds)), strict=True)
    return Pair(REPORT, ours, baseline, LIMIT)


def councils_and_years(published: Path) -> tuple[int, int]:
    """How many councils and years of official or survey figures the report is of."""
    with duckdb.connect(published, read_only=True) as connection:
        found = connection.execute(
            "select count(distinct council_id), count(distinct financial_year) "
            "from marts.target_attainment"
        ).fetchone()
    assert found is not None
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="denominator-bench-") as folder:
        pair = measure(Path(folder), rounds)
        warehouse = Warehouse.at(Path(folder) / "warehouse")
        councils, years = councils_and_years(warehouse.published)
        pages = {path: path.stat().st_size for path in (warehouse.root / "report").rglob("*.html")}
    print(table([pair]))
    largest = max(pages, key=lambda path: pages[path])
    print(
        f"{councils} councils that ever were, {years} years, {len(pages)} pages of "
        f"{sum(pages.values()) / 1e6:.1f} MB; the largest is {largest.name}, {pages[largest]:,} bytes"
    )
    if pair.ratio > pair.limit or pages[largest] > PAGE:
        sys.exit("Above its limit.")


if __name__ == "__main__":
    main()
