"""One digest over the files of a folder: whether it is the folder it was.

Belongs here: the digests. Does not: which folder, and what follows from a change.
"""

import hashlib
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

_MADE = {"target", "logs", "dbt_packages", "__pycache__"}


def tree_digest(root: Path, without: Collection[str] = ()) -> str:
    """SHA-256 over the names and contents of the files below `root`, made ones left out.

    Left out too is what lies where a pattern of `without` says; a star there passes over folders.
    """
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if _MADE.intersection(inside.parts) or path.suffix == ".pyc" or not path.is_file():
            continue
        if not any(fnmatchcase(inside.as_posix(), pattern) for pattern in without):
            digest.update(f"{inside.as_posix()}\x1f{path.stat().st_size}\x1f".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def files_digest(root: Path, glob: str) -> str:
    """SHA-256 over the names and contents of the files that `glob` finds below `root`."""
    digest = hashlib.sha256()
    for path in sorted(root.glob(glob)):
        with path.open("rb") as file:  # they may be larger than memory
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()}\x1f{content}\x1f".encode())
    return digest.hexdigest()
