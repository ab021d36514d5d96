"""The report: a static site of one release, readable from a folder, without a network or a script.

Belongs here: what the report shows and how it looks; `data` asks, `charts` draws, `pages` chooses,
`templates` say it in HTML, `site` writes.
Does not: any figure that is not in the published file, anything of Dagster.
"""

from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from dagster_project.paths import Warehouse

__all__ = ["Written", "write"]


@dataclass(frozen=True)
class Written:
    """What was written, and how long it took."""

    path: Path
    pages: int
    bytes: int
    seconds: float


def write(warehouse: Warehouse, to: Path | None = None) -> Written:
    """Write the report of what is published, by default into `report` beside the database.

    Raises `NotPublishedError`, and `ReportError` where the folder holds something else.
    """
    from dagster_project.publish.read import opened
    from dagster_project.report import site
    from dagster_project.report.data import Data
    from dagster_project.report.pages.all import pages

    began = monotonic()
    folder = to or warehouse.root / "report"
    with opened(warehouse) as connection:
        data = Data(connection)
        beside = site.beside(warehouse, data.release.release_id, folder)
        written = site.write(data, pages(data, beside), folder)
    return Written(folder, written.pages, written.bytes, monotonic() - began)
