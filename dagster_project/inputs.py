"""The inputs of a release that do not lie in the raw tree.

Belongs here: where each of them lies, one line each, and what they add to a digest of inputs.
Does not: reading them (whoever applies them), and raw files (`landing`).

A file that is named here is an input from then on: a release made with another content has another
`release_id`, and a refresh sees that there is something new.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from dagster_project.paths import Warehouse, dbt_project

FILES: Mapping[str, Callable[[Warehouse], Path]] = {
    "corrections": lambda _: dbt_project().parent / "data" / "corrections.yml",
}
"""By the name of an input: the file of it, for a warehouse. It need not exist."""


def with_files(
    digest: str, warehouse: Warehouse, files: Mapping[str, Callable[[Warehouse], Path]] = FILES
) -> str:
    """A digest of raw inputs, and of the content of every file in `files` that exists.

    It is `digest` itself where none of them exists.
    """
    found = [
        f"{name}\x1f{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for name, where in sorted(files.items())
        if (path := where(warehouse)).is_file()
    ]
    if not found:
        return digest
    return hashlib.sha256("\x1e".join([digest, *found]).encode()).hexdigest()
