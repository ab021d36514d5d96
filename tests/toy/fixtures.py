"""The toy warehouse, for whichever test asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from once import once
from toy.kit import Toy, new_toy


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """A toy with two years landed and built; copy it, do not change it."""
    return Toy(once(tmp_path_factory, "toy", _build))


def _build(folder: Path) -> None:
    toy = new_toy(folder)
    toy.land("_empty", 0)
    toy.land("2011-12", 4)
    toy.land("2012-13", 5)
    assert toy.build().good


@pytest.fixture
def toy(built_once: Toy, tmp_path: Path) -> Iterator[Toy]:
    """A toy of one's own, landed and built."""
    yield built_once.copy(tmp_path)
