"""A disk that is full, only to be read, or closed to this user: in words, and nothing is harmed."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from needed import missing
from toy.kit import Toy

from dagster_project import disk
from dagster_project.disk import DiskError
from dagster_project.errors import DenominatorError
from dagster_project.paths import Warehouse

HEADROOMS = (500, 1000, 2000, 8000)
"""In kB: what is free beside the warehouse. A build of the toy takes about 10,000."""


def mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        missing(f"this user cannot mount a file system: {done.stderr.strip()}")


def room(folder: Path) -> int:
    """What a folder takes on the disk, in kB."""
    return sum(path.lstat().st_blocks for path in (folder, *folder.rglob("*"))) // 2


# Run before a command: drops CAP_DAC_OVERRIDE (bit 1) and CAP_DAC_READ_SEARCH (bit 2), capabilities(7).
ROOT_LIKE_OTHERS = """
import ctypes, os
if os.geteuid() == 0:
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert libc.capget(header, sets) == 0
    sets[0] &= ~0b110
    sets[1] &= ~0b110
    assert libc.capset(header, sets) == 0
"""

Disk = Callable[[Toy, int], None]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """Puts the warehouse of a toy on a disk of its own, with so many kB free."""
    if os.geteuid() != 0:
        missing("only root can mount a file system")
    mounted: list[Path] = []

    def place(toy: Toy, free: int) -> None:
        root = toy.warehouse.root
        elsewhere = root.with_name("elsewhere")
        root.rename(elsewhere)
        root.mkdir()
        mount("-t", "tmpfs", "-o", f"size={room(elsewhere) + free}k", "tmpfs", str(root))
        mounted.append(root)
        subprocess.run(["cp", "-a", f"{elsewhere}/.", str(root)], check=True)

    yield place
    for root in mounted:
        subprocess.run(["umount", "--lazy", str(root)], check=True)


def assert_in_words(said: str) -> None:
    assert "Traceback" not in said
    assert "fault of the program" not in said


@pytest.mark.parametrize("free", HEADROOMS)
def test_a_refresh_on_a_disk_that_fills_ends_in_words_and_the_next_one_succeeds(
    toy: Toy, small_disk: Disk, free: int
) -> None:
    toy.write_raw("2012-13", users=8000)
    assert toy.run("refresh").returncode == 0
    before = toy.digest
    small_disk(toy, free)
    # the journal lies elsewhere; another file of models makes everything from nothing
    (toy.dbt_dir / "macros").mkdir(exist_ok=True)
    (toy.dbt_dir / "macros" / "another.sql").write_text("{% macro another() %}{% endmacro %}\n")
    toy.write_raw("2012-13", users=9000)
    done = toy.run("refresh")
    assert_in_words(done.stderr)
    if done.returncode == 0:
        assert toy.digest != before
        assert free == max(HEADROOMS)
        return
    assert done.returncode == 1
    assert toy.digest == before
    assert f"The disk of {toy.warehouse.root} is full: " in done.stderr
    assert f"MB are needed in {toy.warehouse.root}." in done.stderr
    assert "the previous release is untouched" in done.stderr
    mount("-o", "remount,size=200m", str(toy.warehouse.root))
    again = toy.run("refresh")
    assert again.returncode == 0, again.stderr
    assert toy.digest != before


def test_a_first_refresh_on_a_full_disk_ends_in_words(toy: Toy, small_disk: Disk) -> None:
    """Nothing is known of how much a build takes: it begins, and meets the end of the disk."""
    toy.write_raw("2012-13")
    for path in (toy.warehouse.build_db, toy.warehouse.built):
        path.unlink()
    small_disk(toy, 700)
    done = toy.run("refresh")
    assert done.returncode == 1
    assert_in_words(done.stderr)
    assert f"The disk of {toy.warehouse.root} is full: " in done.stderr
    assert not toy.warehouse.published.exists()


def test_publishing_on_a_full_disk_says_so_and_takes_no_room(toy: Toy, small_disk: Disk) -> None:
    toy.publish()
    before = toy.digest
    small_disk(toy, 100)
    with pytest.raises(DiskError, match=r"The disk of .* is full: .* MB are needed in"):
        toy.publish()
    assert toy.digest == before
    assert not toy.warehouse.candidate.exists()


def test_a_disk_that_can_only_be_read_is_named(toy: Toy, small_disk: Disk) -> None:
    toy.publish()
    small_disk(toy, 30_000)
    mount("-o", "remount,ro", str(toy.warehouse.root))
    toy.write_raw("2012-13", users=9000)
    done = toy.run("refresh")
    assert done.returncode == 1
    assert_in_words(done.stderr)
    assert "can only be read" in done.stderr
    asked = toy.run("query", "select count(*) from marts.fct_observation", "--format", "csv")
    assert asked.returncode == 0
    assert asked.stdout.split()[-1] == "9"


def test_a_warehouse_that_is_a_file_is_named(toy: Toy, tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("mine")
    toy.write_raw("2012-13")
    for place in (file, file / "below"):
        for command in (["refresh"], ["query", "select 1"], ["export"], ["report"]):
            done = toy.run(*command, "--warehouse", str(place))
            assert done.returncode == 1, command
            assert_in_words(done.stderr)
            assert "a file" in done.stderr, command
    assert file.read_text() == "mine"


def test_a_folder_without_permission_is_named(toy: Toy) -> None:
    """Where root runs the tests, without the capability by which no permission stops root."""
    toy.publish()
    toy.write_raw("2012-13")
    try:
        for mode, commands in (
            (0o555, (["refresh"],)),
            (0o000, (["refresh"], ["status"], ["query", "select 1"], ["export"], ["report"])),
        ):
            toy.warehouse.root.chmod(mode)
            for command in commands:
                done = toy.run(*command, first=ROOT_LIKE_OTHERS)
                assert done.returncode == 1, command
                assert_in_words(done.stderr)
                assert "no permission for" in done.stderr, (command, done.stderr)
    finally:
        toy.warehouse.root.chmod(0o755)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/w/x"), "The disk of /w/x is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "The disk of the files of this command"),
        (duckdb.IOException('IO Error: write "/w": No space left on device'), "is full"),
        (RuntimeError("(sqlite3.OperationalError) database or disk is full"), "is full"),
        (OSError(errno.EROFS, "Read-only file system", "/w"), "/w can only be read"),
        (PermissionError(errno.EACCES, "Permission denied", "/w"), "no permission for /w"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "/w"), "/w is a file"),
        (OSError(errno.EIO, "Input/output error", "/w"), "The disk of /w fails"),
    ],
)
def test_what_the_system_says_is_put_into_words(error: Exception, said: str) -> None:
    wrapped = RuntimeError("something went wrong")
    wrapped.__cause__ = error
    for one in (error, wrapped):
        assert said in (disk.in_words(one) or "")


def test_other_errors_keep_their_own_words() -> None:
    for error in (ValueError("x"), DenominatorError("in words"), FileNotFoundError(2, "no", "/x")):
        assert disk.in_words(error) is None


def test_what_is_needed_rests_on_the_last_release(tmp_path: Path) -> None:
    warehouse = Warehouse.at(tmp_path)
    assert disk.room_needed(warehouse) == 80_000_000  # the least: 64 MB and 16 MB
    warehouse.private.mkdir()
    for file, size in ((warehouse.build_db, 100_000_000), (warehouse.published, 20_000_000)):
        with file.open("wb") as sparse:
            sparse.truncate(size)
    assert disk.room_needed(warehouse) == 150_000_000  # a quarter more than 100 and than 20
