"""Exports that several tests look at, each written once."""

from __future__ import annotations

import pytest
from exports import published
from outputs import Outputs

from dagster_project import exports
from dagster_project.paths import Warehouse


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse whose published file was made by hand."""
    return published.make(tmp_path_factory.mktemp("small") / "warehouse")


@pytest.fixture(scope="session")
def exported(small: Warehouse) -> exports.Exported:
    """That file in every format, in its own place."""
    return exports.export(small)


@pytest.fixture(scope="session")
def whole(written: Outputs) -> exports.Exported:
    """The bundled example in every format."""
    folder = written.exported
    files = {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*.*")}
    return exports.Exported(folder, folder.name, files)
