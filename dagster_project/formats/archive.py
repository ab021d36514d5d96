"""Zip archives, which most workbooks are: opened under limits, every member verified.

Belongs here: sizes, checksums and names of members. Does not: what a member holds.

A member is inflated to one byte more than the archive says at most, so that an archive that lies
about its sizes is found out and never fills the memory.
"""

from __future__ import annotations

import copy
import io
import zipfile
import zlib

from dagster_project.formats.limits import LIMITS, beyond
from dagster_project.formats.problem import FileProblem

_PIECE = 1 << 20
_ENCRYPTED = 0x1
# Below this, no ratio is a danger: a sheet of blank formatted cells may well shrink a thousandfold.
_SMALL = 20_000_000


class Archive:
    """A zip archive in memory whose sizes are within the limits.

    Raises `FileProblem`: `file-damaged`, `file-locked`, or `file-too-large`.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise _damaged(str(error)) from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            name = _folded(info.filename)
            if name in self._members:
                raise _damaged(f"'{info.filename}' is in it twice")
            self._members[name] = info
        self._verified: set[str] = set()
        self._refuse_sizes(len(data))

    def _refuse_sizes(self, packed: int) -> None:
        if len(self._members) > LIMITS.archive_members:
            raise beyond("archive_members", f"it has {len(self._members):,} members")
        inflated = sum(info.file_size for info in self._members.values())
        if inflated > LIMITS.archive_bytes:
            raise beyond("archive_bytes", f"unpacked it has {inflated:,} bytes")
        if inflated > _SMALL and inflated > LIMITS.archive_ratio * packed:
            raise beyond(
                "archive_ratio", f"unpacked it is {inflated // packed:,} times as large as packed"
            )
        if any(info.flag_bits & _ENCRYPTED for info in self._members.values()):
            raise locked()

    @property
    def names(self) -> list[str]:
        """The names of the members, in the archive's order and spelling."""
        return [info.filename for info in self._members.values()]

    def __contains__(self, name: str) -> bool:
        return _folded(name) in self._members

    def read(self, name: str) -> bytes:
        """The bytes of a member, verified; raises `KeyError` if there is none of that name."""
        return b"".join(self._pieces(_folded(name)))

    def verify(self) -> None:
        """Make sure that every member is as long as the archive says, and has its checksum."""
        for name in self._members:
            if name not in self._verified:
                for _ in self._pieces(name):
                    pass

    def _pieces(self, name: str) -> list[bytes]:
        info = self._members[name]
        if info.is_dir():
            return []
        longer = copy.copy(info)
        longer.file_size += 1
        pieces, size = [], 0
        try:
            with self._zip.open(longer) as member:
                while piece := member.read(_PIECE):
                    size += len(piece)
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise _damaged(f"'{info.filename}': {error}") from error
        if size != info.file_size:
            raise _damaged(f"'{info.filename}' is not as long as the archive says")
        self._verified.add(name)
        return pieces


def locked() -> FileProblem:
    """The problem of a file that asks for a password."""
    return FileProblem("file-locked", "it is protected by a password")


def _folded(name: str) -> str:
    return name.replace("\\", "/").casefold()


def _damaged(reason: str) -> FileProblem:
    return FileProblem("file-damaged", f"the workbook or archive is damaged: {reason}")
