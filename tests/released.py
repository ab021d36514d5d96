"""Whole refreshes, as a person would type them, and questions to what they published."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.paths import Warehouse

EXAMPLE = Path(__file__).parents[1] / "data" / "raw"


@dataclass(frozen=True)
class Released:
    """A warehouse after a refresh: what the command printed, and the published file."""

    warehouse: Path
    printed: str

    def rows(self, sql: str, *parameters: object) -> list[dict[str, Any]]:
        with duckdb.connect(self.warehouse / "indicators.duckdb", read_only=True) as connection:
            found = connection.execute(sql, list(parameters))
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def compiled(self) -> dict[str, str]:
        """The SQL that made each model, by the model's name; a model in Python has none."""
        nodes = json.loads(Warehouse.at(self.warehouse).built.read_text("utf-8"))["nodes"]
        return {one.rpartition(".")[2]: made["sql"] for one, made in nodes.items() if made["sql"]}


def run(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dagster_project.cli", *map(str, arguments)],
        env=os.environ | {"DAGSTER_HOME": str(folder / "dagster"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def refresh(folder: Path, roots: Sequence[Path], *options: str | Path) -> Released:
    raw = [part for root in roots for part in ("--raw", root)]
    done = run(folder, "refresh", *raw, "--warehouse", folder / "warehouse", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "printed").write_text(done.stdout, "utf-8")
    return read(folder)


def read(folder: Path) -> Released:
    """What `refresh` left in this folder."""
    return Released(folder / "warehouse", (folder / "printed").read_text("utf-8"))
