"""One refresh at a time for a warehouse.

Belongs here: the lock, and clearing away what a refresh that was killed has left.
Does not: anything that a refresh does while it holds the lock.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dagster_project import disk, private
from dagster_project.errors import DenominatorError
from dagster_project.paths import Warehouse

_held: dict[Path, int] = {}
"""How often this process holds each lock: a command holds it round a run that asks for it too."""


class WarehouseBusyError(DenominatorError):
    """Another refresh holds the warehouse."""


@contextmanager
def hold(warehouse: Warehouse, patience: float = 1.0) -> Iterator[None]:
    """Hold the warehouse for one refresh; waits at most `patience` seconds.

    The lock is the kernel's, so it ends with the process that holds it, however that ends. What is
    created meanwhile is for its owner alone (`private`).
    Raises `WarehouseBusyError` if another process holds it.
    """
    if _held.get(warehouse.lock):
        _held[warehouse.lock] += 1
        try:
            yield
        finally:
            _held[warehouse.lock] -= 1
        return
    with disk.worded(warehouse.root, outcome=disk.UNTOUCHED):
        warehouse.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(warehouse.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _acquire(descriptor, warehouse, patience)
        _held[warehouse.lock] = 1
        try:
            with private.owner_only((warehouse.landing, warehouse.private)):
                yield
        finally:
            del _held[warehouse.lock]
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, warehouse: Warehouse, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, 64, 0).decode("ascii", "replace").strip()
                raise WarehouseBusyError(
                    f"Another refresh of {warehouse.root} is under way"
                    f"{f' (process {holder})' if holder else ''}; nothing was changed. "
                    "Wait for it to end and run the command again, or give this refresh a "
                    "warehouse of its own with --warehouse."
                ) from None
            time.sleep(0.05)
        else:
            with suppress(OSError):  # on a full disk nobody is told who holds it
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
            return


def clear_remains(warehouse: Warehouse) -> None:
    """Remove what a refresh that was killed left: an unfinished build and a half-written file.

    Call it with the lock held. A good build stays: the next one keeps what has not changed.
    """
    if not warehouse.built.is_file():
        remove_build(warehouse)
    clear_candidate(warehouse)


def remove_build(warehouse: Warehouse) -> None:
    """Remove the build database. Call it with the lock held."""
    _remove_database(warehouse.build_db)


def clear_candidate(warehouse: Warehouse) -> None:
    """Remove a half-written next release. Call it with the lock held."""
    _remove_database(warehouse.candidate)


def _remove_database(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.with_name(file.name + ".wal").unlink(missing_ok=True)
