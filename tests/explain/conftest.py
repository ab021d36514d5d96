"""The example's explanations, made once."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from released import Released

from dagster_project import explain
from dagster_project.paths import Warehouse
from dagster_project.publish.read import opened as published


@pytest.fixture(scope="session")
def opened(example: Released) -> Iterator[duckdb.DuckDBPyConnection]:
    with published(Warehouse.at(example.warehouse)) as connection:
        yield connection


@pytest.fixture(scope="session")
def everything(opened: duckdb.DuckDBPyConnection) -> list[explain.Explanation]:
    """Every figure of the example that can be explained."""
    return list(explain.explanations(opened, kinds=explain.KINDS))
