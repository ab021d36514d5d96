"""The whole site, page by page.

Belongs here: which kinds of page there are. Does not: what stands on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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

KINDS = (index, bridge, councils, council, outcomes, in_control, quality, definitions)


def pages(data: Data, beside: Sequence[str] = ()) -> Iterator[Page]:
    """Every page of the site; `beside` are the files to download that lie beside it."""
    explained = list(explanations(data.connection))
    view = View(data, figures.places(explained))
    for kind in KINDS:
        yield from kind.pages(view)
    yield from notes.pages(view, beside)
    yield from figures.pages(view, explained)
