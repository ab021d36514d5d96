"""Who is counted: bases and definitions side by side, and which may be compared.

Belongs here: the definitions' rules. Does not: figures on them.
"""

from __future__ import annotations

from collections.abc import Iterator

from dagster_project.report import words
from dagster_project.report.data import grouped
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Page, Shelf, Table, cells, texts, tight
from dagster_project.report.words import Invented

_TIMES = {"snapshot_31_march": "on 31 March", "during_year": "during the year"}
_VERIFICATIONS = {
    "P": "seen on a public page",
    "DATA": "read from the publisher's file",
    "D": "derived",
    "U": "recalled, and not found again",
}
_COMPARABLE = ("same", "bridgeable", "bounds_only")


def pages(view: View) -> Iterator[Page]:
    """The page."""
    shelf = Shelf()
    shelf.put(_side_by_side(view), _comparability(view))
    yield shelf.page(
        "definitions.html",
        "Definitions side by side",
        "definitions.html",
        "Definitions",
        bases=grouped(
            (basis for basis in view.data.bases.values() if basis.person_scope is not None),
            lambda basis: basis.basis_id,
        ),
        definitions=[
            (view.names.definition(one.definition_id), one)
            for one in view.data.definitions.values()
        ],
        breaks=view.data.breaks,
        verifications=_VERIFICATIONS,
    )


def _side_by_side(view: View) -> Table:
    return Table(
        "side-by-side",
        "The rules in which definitions differ",
        [
            *texts("Definition"),
            *tight("Years"),
            *texts("People", "Base", "One-off budgets", "Direct payments", "Time"),
        ],
        [
            cells(
                view.names.definition(one.definition_id),
                words.years(one.valid_from_year, one.valid_to_year),
                words.people(one.person_scope),
                words.plain(one.denominator_base),
                words.plain(one.one_off),
                words.plain(one.direct_payments),
                _TIMES.get(one.time_basis, words.plain(one.time_basis)),
            )
            for one in view.data.definitions.values()
        ],
        Invented.NOTHING,
        "dim_definition",
    )


def _comparability(view: View) -> Table | None:
    """The pairs that compare at all, each once."""
    rows = [
        row
        for row in view.data.comparability
        if row.verdict in _COMPARABLE and row.definition_a < row.definition_b
    ]
    if not rows:
        return None
    return Table(
        "comparability",
        "Which definitions may be compared",
        [*texts("Definition", "With", "May be compared", "Why")],
        [
            cells(
                view.names.definition(row.definition_a),
                view.names.definition(row.definition_b),
                words.plain(row.verdict),
                row.reasons or "they count alike",
            )
            for row in rows
        ],
        Invented.NOTHING,
        "definition_comparability",
        "Pairs that are not here are not comparable; the database has the reason for each.",
    )
