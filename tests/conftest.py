"""Fixtures that several rooms' tests share, and what the workers of xdist do in which order."""

from __future__ import annotations

import os
from pathlib import Path

import outputs
import pytest
from few import Few
from few import make as make_few
from given import Given
from needed import missing
from once import once
from outputs import Outputs
from released import EXAMPLE, Released, read, refresh
from toy.fixtures import built_once, toy
from toy.kit import Toy

__all__ = ["built_once", "toy"]

PROJECT = Path(__file__).resolve().parent.parent
LONGEST_FIRST = (
    "tests/deploy/test_deploy.py",
    "example",
    "tests/cli/test_commands.py",
    "real",
    "tests/end_to_end/test_bad_input.py",
    "tests/cli/test_killed.py",
    "tests/end_to_end/test_bad_rows.py",
    "tests/ui/test_browser.py",
    "exports",
    "tests/build/test_kept.py",
    "tests/build/test_build.py",
    "tests/defs/test_run.py",
    "tests/defs/test_automation.py",
    "tests/reconciliation/test_revision.py",
    "tests/scorecard/test_comparators.py",
    "tests/defs/test_rebuild.py",
)
"""Groups of tests that take from one minute to several: one that begins late is waited for."""


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file on one worker, as they share its fixtures; the longest go first.

    A mark `xdist_group` holds together what shares more than that.
    """
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    items.sort(key=lambda item: order.get(_group(item), len(order)))


def _group(item: pytest.Item) -> str:
    mark = item.get_closest_marker("xdist_group")
    assert mark is not None
    name: str = mark.args[0]
    return name


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
def written(
    example: Released, built_once: Toy, tmp_path_factory: pytest.TempPathFactory
) -> Outputs:
    """The report and the exports of the example, as Dagster's job makes them."""
    folder = once(
        tmp_path_factory, "outputs", lambda here: outputs.write(here, example, built_once.dbt_dir)
    )
    return outputs.read(folder)


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Few:
    """Few councils, for the tests that work everything out by hand."""
    return Few(once(tmp_path_factory, "few", make_few))


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory, real_raw: Path) -> Released:
    """The publishers' own files alone, without the example."""
    return read(once(tmp_path_factory, "real", lambda here: refresh(here, [real_raw])))


@pytest.fixture(scope="session")
def overlaid(tmp_path_factory: pytest.TempPathFactory, real_raw: Path) -> Released:
    """The publishers' own files laid over the example."""
    return read(once(tmp_path_factory, "overlaid", lambda here: refresh(here, [EXAMPLE, real_raw])))
