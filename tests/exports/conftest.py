"""Exports that several tests look at, each written once."""

from __future__ import annotations

import pytest
from exports import published

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
def whole(example, tmp_path_factory: pytest.TempPathFactory) -> exports.Exported:
    """The bundled example in every format."""
    return exports.export(
        Warehouse.at(example.warehouse), to=tmp_path_factory.mktemp("whole") / "exported"
    )
