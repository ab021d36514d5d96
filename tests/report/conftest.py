"""The report of the example, written once for every test that looks at it (group `example`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from outputs import Outputs


@pytest.fixture(scope="session")
def site(written: Outputs) -> Path:
    """The folder of the report, with the exports beside it."""
    return written.site
