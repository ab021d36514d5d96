"""The whole site, page by page.

Belongs here: which kinds of page there are. Does not: what stands on them.
"""

from __future__ import annotations

from collections.abc import Iterator

from dagster_project.report.data import Data
from dagster_project.report.pages import bridge, council, councils, in_control, index, outcomes
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Page


def pages(data: Data) -> Iterator[Page]:
    """Every page of the site."""
    view = View(data)
    for kind in (index, bridge, councils, council, outcomes, in_control):
        yield from kind.pages(view)
