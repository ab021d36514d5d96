"""A refresh that is killed at any moment: the published file stays, the next refresh succeeds."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import duckdb
from toy.kit import Toy

MOMENTS = 5

# Run before the command: the process kills itself when it comes to a certain call, so that every
# boundary between phases is hit exactly and not only when a clock happens to be right.
AT_A_CALL = """
import importlib, os, signal
owner = importlib.import_module({module!r})
real = getattr(owner, {name!r})

def die(*args, **kwargs):
    if {when!r} == "after":
        real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, {name!r}, die)
"""

BOUNDARIES = [
    ("dagster_project.lock", "clear_remains", "after"),
    ("dagster_project.landing", "prune", "before"),
    ("dagster_project.build", "warm_up", "after"),
    ("dagster_project.defs.ingest", "landed_files", "after"),
    ("dagster_project.build.invoke", "build", "after"),
    ("dagster_project.publish.release", "_copy_table", "after"),
    ("dagster_project.publish.release", "_verify", "after"),
    ("dagster_project.atomic", "flush", "after"),
]


def readable(toy: Toy) -> bool:
    with duckdb.connect(str(toy.warehouse.published), read_only=True) as connection:
        found = connection.execute("select count(*) > 0 from marts.fct_observation").fetchone()
    return found == (True,)


def releases(toy: Toy) -> int:
    with duckdb.connect(str(toy.warehouse.published), read_only=True) as connection:
        return len(connection.execute("select * from quality.refresh_run").fetchall())


def assert_the_next_refresh_succeeds(toy: Toy) -> None:
    before = toy.digest
    toy.write_raw("2011-12", users=9500)  # a kill after the swap would leave nothing to do
    done = toy.run("refresh")
    assert done.returncode == 0, done.stderr
    assert toy.digest != before
    assert readable(toy)
    left = {path.name for path in toy.warehouse.root.iterdir()}
    assert left == {"indicators.duckdb", "landing", ".lock", ".build"}


def test_killed_at_moments_spread_over_its_duration(published: Toy, tmp_path: Path) -> None:
    toy = published.copy(tmp_path)
    toy.write_raw("2012-13", users=8000)
    assert toy.run("refresh").returncode == 0  # the first one parses the models, the next do not
    toy.write_raw("2012-13", users=8500)
    began = time.monotonic()
    assert toy.run("refresh").returncode == 0
    duration = time.monotonic() - began
    before, released = toy.digest, releases(toy)
    unchanged = 0
    for moment in range(MOMENTS):
        toy.write_raw("2012-13", users=9000 + moment)  # what is read next is not what is published
        with toy.start("refresh") as refresh:
            refresh.wait(duration * (moment + 0.5) / MOMENTS)
            refresh.kill()
        assert readable(toy)
        if toy.digest == before:
            unchanged += 1
        else:  # the kill came after the swap, or the machine was quick: a release like any other
            assert releases(toy) == released + 1
            before, released = toy.digest, released + 1
    # how many depends on the machine; the boundaries between phases are each met below
    assert unchanged >= MOMENTS / 4
    assert_the_next_refresh_succeeds(toy)


def test_killed_at_every_boundary_between_phases(published: Toy, tmp_path: Path) -> None:
    """In the order of the phases: each refresh gets past the place where the last one died."""
    toy = published.copy(tmp_path)
    toy.write_raw("2012-13", users=9000)
    before = toy.digest
    for module, name, when in BOUNDARIES:
        done = toy.run("refresh", first=AT_A_CALL.format(module=module, name=name, when=when))
        assert done.returncode == -signal.SIGKILL, (name, done.stderr)
        assert toy.digest == before, name
        assert readable(toy), name
    assert_the_next_refresh_succeeds(toy)
