"""A published toy for the tests of the command."""

from __future__ import annotations

import pytest
from once import once
from toy.kit import Toy


@pytest.fixture(scope="session")
def published(built_once: Toy, tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """A toy that has been refreshed once; do not change it."""
    return Toy(once(tmp_path_factory, "published", lambda here: _publish(built_once.copy(here))))


def _publish(toy: Toy) -> None:
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
