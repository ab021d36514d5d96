"""The report of the example, written once for every test that looks at it (group `example`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from released import Released

from dagster_project import report
from dagster_project.paths import Warehouse


@pytest.fixture(scope="session")
def site(example: Released, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the report."""
    folder = tmp_path_factory.mktemp("report") / "site"
    report.write(Warehouse.at(example.warehouse), folder)
    return folder
