"""What a run of tests makes once, whichever of its processes comes first.

Belongs here: letting one process make a folder while the others wait for it. Does not: what is in it.

A session fixture is made by every worker of xdist for itself. Keeping all tests of it on one worker
makes them wait for each other, and what several groups need is still made several times.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder of this name, which `make` has filled; for reading only."""
    run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent  # a worker has a folder of its own in that of the run
    folder, made = run / name, run / f"{name}.made"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what a failure left; it will say so again
            folder.mkdir()
            make(folder)
            made.touch()
    return folder
