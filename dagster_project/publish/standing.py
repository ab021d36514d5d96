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
from dagster_project.publish.read import NotPublishedError, ask


@dataclass(frozen=True)
class Standing:
    """The published release that a refresh would only repeat."""

    release_id: str
    finished_at: datetime


def standing(warehouse: Warehouse, tree: RawTree, dbt_dir: Path) -> Standing | None:
    """The release that was made of this very tree by this very code; None if there is none.

    A release of some years only (`--year`) is none: what else lay in the tree was not looked at.
    """
    try:
        last = ask(
            warehouse, "from quality.refresh_run order by finished_at desc, release_id desc limit 1"
        ).records()[0]
    except NotPublishedError:
        return None
    # a file published before the digest was kept has no such column, and other code anyway
    if last["code_version"] != code_version(dbt_dir) or last["raw_digest"] != raw_digest(tree):
        return None
    return Standing(last["release_id"], last["finished_at"])
