"""The whole site, page by page.

Belongs here: which kinds of page there are. Does not: what stands on them.
"""

from __future__ import annotations

from collections.abc import Iterator

from dagster_project.explain import explanations
from dagster_project.report.data import Data
from dagster_project.report.pages import (
    bridge,
    council,
    councils,
    definitions,
    figures,
    in_control,
    index,
    notes,
    outcomes,
    quality,
)
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Page

KINDS = (index, bridge, councils, council, outcomes, in_control, quality, definitions, notes)


def pages(data: Data) -> Iterator[Page]:
    """Every page of the site."""
    explained = list(explanations(data.connection))
    view = View(data, figures.places(explained))
    for kind in KINDS:
        yield from kind.pages(view)
    yield from figures.pages(view, explained)
