"""Fixtures that several rooms' tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from given import Given
from needed import missing
from once import once
from released import EXAMPLE, Released, read, refresh
from toy.fixtures import built_once, toy

__all__ = ["built_once", "toy"]

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """A raw root and a landing folder of this test's own, both empty."""
    return Given(tmp_path)


@pytest.fixture(scope="session")
def real_raw() -> Path:
    """The raw root of the publishers' own files, beside the checkout."""
    folder = PROJECT.parent / "shared" / "real" / "raw"
    if not folder.is_dir():
        missing(f"the published files are not in {os.path.relpath(folder, PROJECT)}")
    return folder


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Released:
    """The bundled example, refreshed from nothing, for every test that looks at it."""
    return read(once(tmp_path_factory, "example", lambda here: refresh(here, [EXAMPLE])))


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory, real_raw: Path) -> Released:
    """The publishers' own files alone, without the example."""
    return read(once(tmp_path_factory, "real", lambda here: refresh(here, [real_raw])))


@pytest.fixture(scope="session")
def overlaid(tmp_path_factory: pytest.TempPathFactory, real_raw: Path) -> Released:
    """The publishers' own files laid over the example."""
    return read(once(tmp_path_factory, "overlaid", lambda here: refresh(here, [EXAMPLE, real_raw])))
