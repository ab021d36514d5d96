"""The example's explanations, made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import duckdb
import pytest
from released import Released

from dagster_project import explain


@pytest.fixture(scope="session")
def opened(
    example: Released, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy: DuckDB opens a file with one set of settings in a process, and others open it too."""
    copy = tmp_path_factory.mktemp("explained") / "indicators.duckdb"
    shutil.copyfile(example.warehouse / "indicators.duckdb", copy)
    with duckdb.connect(copy, read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def everything(opened: duckdb.DuckDBPyConnection) -> list[explain.Explanation]:
    """Every figure of the example that can be explained."""
    return list(explain.explanations(opened, kinds=explain.KINDS))
