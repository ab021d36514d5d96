"""One digest over the files of a folder: whether it is the folder it was.

Belongs here: the digest. Does not: which folder, and what follows from a change.
"""

import hashlib
from pathlib import Path

_MADE = {"target", "logs", "dbt_packages", "__pycache__"}


def tree_digest(root: Path) -> str:
    """SHA-256 over the names and contents of the files below `root`, made ones left out."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if _MADE.intersection(inside.parts) or path.suffix == ".pyc" or not path.is_file():
            continue
        digest.update(f"{inside.as_posix()}\x1f{path.stat().st_size}\x1f".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
