"""Publications that need not be read again: what landed of them was made of the same by the same.

Belongs here: the fingerprint of a publication, and taking up what became of it last time.
Does not: the digests of raw files (`digests`), reading and judging (`examine`).

The fingerprint covers all that a publication's rows and findings depend on: its files and what is
said of them, which of its files are known under another path, where it lies, the code that reads
and judges, the seeds that code looks at, and the libraries it uses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

from dagster_project.digest import tree_digest
from dagster_project.formats.limits import stated
from dagster_project.landing.corrections import AppliedCorrection
from dagster_project.landing.digests import digest_of
from dagster_project.landing.outcome import (
    FileOutcome,
    LandedPublication,
    Publication,
    RuleOutcome,
)
from dagster_project.landing.tree import METADATA
from dagster_project.paths import PROJECT, dbt_project

_NOTE = "outcome.json"
_ROOMS = ("formats", "sources", "landing")
_LIBRARIES = ("duckdb", "pandas", "pandera", "pyarrow", "python-calamine", "pyyaml", "xlrd")


def fingerprint(publication: Publication, seen: Mapping[str, str]) -> str:
    """One digest over everything that what becomes of a publication depends on."""
    held = str(publication.held_back or "")
    parts = [*publication.key, _reader(), held, *map(repr, publication.corrections)]
    for path in (publication.folder / METADATA, *publication.files):
        digest = digest_of(publication, path)
        parts += [publication.label(path), digest, seen.get(digest, "")]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


@cache
def _reader() -> str:
    """The code that reads and judges, its seeds and libraries, as one digest."""
    rooms = [tree_digest(PROJECT / "dagster_project" / room) for room in _ROOMS]
    libraries = [f"{name} {version(name)}" for name in _LIBRARIES]
    return " ".join([*rooms, tree_digest(dbt_project() / "seeds"), *libraries, stated()])


def taken_up(
    publication: Publication, landing: Path, mark: str, seen: dict[str, str]
) -> LandedPublication | None:
    """What became of a publication with this fingerprint, if that is what lies in the landing.

    `seen` is added to, as reading would. None if it has to be read.
    """
    try:
        note = json.loads(_note(publication, landing).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    folder = publication.landed_in(landing)
    if note["fingerprint"] != mark or note["tables"] != _tables(folder):
        return None
    files = tuple(FileOutcome(**file) for file in note["files"])
    rules = tuple(RuleOutcome(**rule | {"sample": tuple(rule["sample"])}) for rule in note["rules"])
    for file in files:
        if not file.refused and file.sha256 is not None:
            seen.setdefault(file.sha256, file.path)
    corrections = tuple(AppliedCorrection.from_json(one) for one in note["corrections"])
    return LandedPublication(publication, files, rules, read_anew=False, corrections=corrections)


def note_down(landed: LandedPublication, landing: Path, mark: str) -> None:
    """Keep what became of a publication beside its rows; the folder's next content is without."""
    note = {
        "fingerprint": mark,
        "tables": _tables(landed.publication.landed_in(landing)),
        "files": [asdict(file) for file in landed.files],
        "rules": [asdict(rule) for rule in landed.rules],
        "corrections": [asdict(one) for one in landed.corrections],
    }
    text = json.dumps(note, ensure_ascii=False, indent=1)
    _note(landed.publication, landing).write_text(text + "\n", "utf-8")


def _note(publication: Publication, landing: Path) -> Path:
    return publication.landed_in(landing) / _NOTE


def _tables(folder: Path) -> dict[str, int]:
    """The tables of a landed publication with their sizes: a power cut may leave an empty file."""
    return {path.name: path.stat().st_size for path in sorted(folder.glob("*.parquet"))}
