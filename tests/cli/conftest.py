"""The toy warehouse for the tests in this folder."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from toy.fixtures import built_once, toy
from toy.kit import Toy

__all__ = ["built_once", "toy"]


@pytest.fixture(scope="session")
def published(built_once: Toy, tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """A toy that has been refreshed once; do not change it."""
    toy = built_once.copy(tmp_path_factory.mktemp("published"))
    for year in ("2011-12", "2012-13"):
        toy.unland(year)
        toy.write_raw(year, users=1000 + int(year[:4]))
    done = toy.run("refresh")
    assert done.returncode == 0, done.stderr
    assert "SYNTHETIC" in done.stdout
    assert "2012-13" in done.stdout
    assert done.stdout.splitlines()[-2].endswith(str(toy.warehouse.published))
    assert done.stderr.splitlines() == [
        "preparing",
        "reading (2)",
        "building and testing (16)",
        "publishing",
    ]
    return toy
