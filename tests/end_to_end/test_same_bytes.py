"""The same inputs by the same code give the same bytes, wherever and however they are refreshed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from few import Few
from released import run

ELSEWHERE = {
    "TZ": "Pacific/Auckland",
    "LC_ALL": "C",
    "PYTHONHASHSEED": "12345",
    "COLUMNS": "60",
}
"""Another zone, locale and hash seed than those of the first refresh."""

# On one processor DuckDB and dbt have other threads, and other sums would be taken first.
ON_ONE = "import os; hasattr(os, 'sched_setaffinity') and os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})"


def refreshed_elsewhere(few: Few, folder: Path) -> Path:
    """The warehouse of a refresh of copies, made in the opposite order, under `ELSEWHERE`."""
    raw = folder / "a deeper folder" / "raw"
    for file in sorted((path for path in few.given.raw.rglob("*") if path.is_file()), reverse=True):
        copy = raw / file.relative_to(few.given.raw)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    warehouse = folder / "a deeper folder" / "warehouse"
    for command in (
        ("refresh", "--raw", raw, "--comparators", few.own_list),
        ("export",),
        ("report",),
    ):
        arguments = [*map(str, command), "--warehouse", str(warehouse)]
        done = subprocess.run(
            [
                *(sys.executable, "-c"),
                f"{ON_ONE}; import sys; sys.argv = {['denominator', *arguments]!r}; "
                "from dagster_project.cli import main; main()",
            ],
            env=os.environ | ELSEWHERE | {"DAGSTER_HOME": str(folder / "dagster")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return warehouse


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_exports_and_report_are_the_same_bytes_in_other_surroundings(
    few: Few, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    shutil.copytree(few.released.warehouse, here)
    for command in ("export", "report"):
        done = run(tmp_path, command, "--warehouse", here)
        assert done.returncode == 0, done.stderr
    there = refreshed_elsewhere(few, tmp_path / "there")
    for what in ("exports", "report"):
        one, two = contents(here / what), contents(there / what)
        assert sorted(one) == sorted(two)
        assert [name for name in one if one[name] != two[name]] == []
    kinds = {name.rpartition(".")[2] for name in contents(here / "exports")}
    assert kinds == {"csv", "json", "md", "ods", "parquet", "xlsx"}
