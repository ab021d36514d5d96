"""Sources' years that were forgotten: what is not landed again, and is not missed.

Belongs here: the record of them, and removing what landed of one with every copy. Does not: leaving
them out of the raw tree (`tree`), and what is published without them (`publish`).

The record lies in the warehouse and is an input of every refresh from then on. A year is let in
again by taking its lines out of the record by hand.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dagster_project import atomic
from dagster_project.errors import DenominatorError
from dagster_project.landing.outcome import RawTree
from dagster_project.lock import clear_candidate
from dagster_project.paths import Warehouse

RECORD = "forgotten.json"


@dataclass(frozen=True, order=True)
class ForgottenYear:
    """A source and the name of a year folder, and the day on which it was forgotten."""

    source: str
    year: str
    forgotten_on: str


def forgotten_years(warehouse: Warehouse) -> tuple[ForgottenYear, ...]:
    """What the record of a warehouse lists, in order; nothing if there is no record.

    Raises `DenominatorError` if it cannot be read: a year must not come back by a slip of the hand.
    """
    record = warehouse.root / RECORD
    try:
        listed = json.loads(record.read_text("utf-8"))
        return tuple(sorted(ForgottenYear(**{k: str(v) for k, v in one.items()}) for one in listed))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DenominatorError(
            f"{record} cannot be read: {error}. It lists the years that were forgotten, each with "
            "source, year and forgotten_on; mend it, or what was forgotten would be read again."
        ) from error


def forget_year(warehouse: Warehouse, source: str, year: str, on: str) -> tuple[Path, ...]:
    """Record a source's year as forgotten, then remove what landed of it and every copy.

    Call it with the warehouse held. Returns the files and folders that were removed. The record
    comes first: if the rest is interrupted, the same command removes what is left.
    """
    known = {(one.source, one.year): one for one in forgotten_years(warehouse)}
    known.setdefault((source, year), ForgottenYear(source, year, on))
    listed = [vars(one) for one in sorted(known.values())]
    atomic.write_text(warehouse.root / RECORD, json.dumps(listed, indent=1) + "\n")
    removed = _existing(
        [
            warehouse.landing / source / year,
            # what an interrupted run was working on, and the build with its caches: persons'
            # answers are in its tables, grouped or not
            warehouse.landing / ".aside",
            warehouse.private,
        ]
    )
    for path in removed:
        shutil.rmtree(path)
    clear_candidate(warehouse)
    return removed


def known_years(warehouse: Warehouse, tree: RawTree, source: str) -> frozenset[str]:
    """The year folders of a source that landed, lie in the raw tree, or were forgotten before."""
    landed = (warehouse.landing / source).glob("*/*/manifest.json")
    return frozenset(
        [
            *(path.parent.parent.name for path in landed if path.parent.parent.name != "_empty"),
            *(one.year for one in tree.publications if one.source == source),
            *(one.year for one in forgotten_years(warehouse) if one.source == source),
        ]
    )


def files_of(roots: Sequence[Path], source: str, year: str) -> tuple[Path, ...]:
    """Every file in a source's year folder under any of the roots: the user's own to delete."""
    folders = [root / source / year for root in roots]
    return tuple(path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())


def _existing(paths: Sequence[Path]) -> tuple[Path, ...]:
    return tuple(path for path in paths if path.exists())
