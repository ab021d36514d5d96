"""Whether a refresh would publish anything but what is published.

Belongs here: comparing the published file's own account of itself with the raw tree and the code.
Does not: reading raw files beyond their digest, and what is overdue (`status`).
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dagster_project.build import code_version
from dagster_project.landing import RawTree, raw_digest
from dagster_project.paths import Warehouse
from dagster_project.publish import history
from dagster_project.publish.read import NotPublishedError, opened


@dataclass(frozen=True)
class Standing:
    """The published release that a refresh would only repeat."""

    release_no: int
    release_id: str
    finished_at: datetime


def standing(warehouse: Warehouse, tree: RawTree, dbt_dir: Path) -> Standing | None:
    """The release that was made of this very tree by this very code; None if there is none.

    A release of some years only (`--year`) is none: what else lay in the tree was not looked at.
    """
    try:
        with opened(warehouse) as connection:
            last = history.runs(connection)[0]
    except NotPublishedError:
        return None
    # a file published before the digest was kept has no such column, and other code anyway
    if last["code_version"] != code_version(dbt_dir) or last["raw_digest"] != raw_digest(tree):
        return None
    return Standing(last["release_no"], last["release_id"], last["finished_at"])


def last_number(warehouse: Warehouse) -> int:
    """The number of the release that is published now; 0 if there is none."""
    try:
        with opened(warehouse) as connection:
            return int(history.runs(connection)[0]["release_no"])
    except NotPublishedError:
        return 0
