"""Fixtures that several rooms' tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from given import Given

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """A raw root and a landing folder of this test's own, both empty."""
    return Given(tmp_path)


@pytest.fixture(scope="session")
def real_raw() -> Path:
    """The raw root of the publishers' own files, beside the checkout.

    Skips where it is not; under REQUIRE_ALL=1 that is a failure.
    """
    folder = PROJECT.parent / "shared" / "real" / "raw"
    if not folder.is_dir():
        reason = f"the published files are not in {os.path.relpath(folder, PROJECT)}"
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
