"""A refresh that is killed at any moment: the published file stays, the next refresh succeeds."""

from __future__ import annotations

import signal
from pathlib import Path

import duckdb
import kills
from few import Few
from toy.kit import Toy

MOMENTS = 10

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


def assert_the_next_refresh_succeeds(toy: Toy) -> None:
    before = toy.digest
    toy.write_raw("2011-12", users=9500)  # a kill after the swap would leave nothing to do
    done = toy.run("refresh")
    assert done.returncode == 0, done.stderr
    assert toy.digest != before
    assert readable(toy)
    left = {path.name for path in toy.warehouse.root.iterdir()}
    assert left == {"indicators.duckdb", "landing", ".lock", ".build"}


def test_ten_kills_leave_the_old_or_the_new_and_never_half(few: Few, tmp_path: Path) -> None:
    """`make kills` has two hundred."""
    published = few.released.warehouse / "indicators.duckdb"
    found = kills.kill_all(kills.subjects(tmp_path, published), MOMENTS)
    assert [one.wrong for one in found.values()] == [[]] * 5
    assert list(found) == ["read", "build", "publish", "export", "report"]
    # a command may be quicker than the one that was timed, and end before it is killed
    killed = sum(one.kills for one in found.values())
    assert killed + sum(one.ended_before for one in found.values()) == MOMENTS
    assert killed >= MOMENTS / 2  # half of the moments are calls, which no clock can miss


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
