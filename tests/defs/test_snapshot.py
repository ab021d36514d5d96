"""The definitions of the project are those that were meant."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_the_definitions_are_as_written_down() -> None:
    """In a process of its own: which sensors there are depends on the environment."""
    done = subprocess.run(
        [sys.executable, HERE / "snapshot.py"], env={}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    written = (HERE / "definitions.txt").read_text("utf-8")
    assert done.stdout.splitlines() == written.splitlines(), (
        "If this is meant: python tests/defs/snapshot.py > tests/defs/definitions.txt"
    )
