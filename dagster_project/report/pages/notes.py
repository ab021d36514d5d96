"""How figures are made, and where to get them.

Belongs here: the pages on methods and downloads. Does not: a figure of a council or of England.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dagster_project.report import funnel, words
from dagster_project.report.pages.view import View
from dagster_project.report.parts import Link, Page, Shelf, Table, cells, figures, texts
from dagster_project.report.words import Invented


def pages(view: View, beside: Sequence[str] = ()) -> Iterator[Page]:
    """Both pages."""
    yield Page(
        "methods.html",
        "How the figures are made",
        "methods.html",
        {"winsorised": words.exact(100 * funnel.WINSORISED), "marks": words.MARKS},
        section="Methods",
    )
    shelf = Shelf()
    shelf.put(_tables(view), _sources(view))
    yield shelf.page(
        "downloads.html",
        "Downloads, licence and how to cite",
        "downloads.html",
        "Downloads",
        about=view.data.about,
        beside=[Link(file.removeprefix("../"), file) for file in beside],
    )


def _tables(view: View) -> Table:
    return Table(
        "tables",
        "Tables of the database",
        [*texts("Table", "What it holds"), *figures("Rows")],
        [
            cells(
                f"{table.schema_name}.{table.table_name}",
                table.comment or "",
                words.count(table.estimated_size),
            )
            for table in view.data.tables
        ],
        Invented.NOTHING,
        "data_dictionary",
    )


def _sources(view: View) -> Table:
    """Each publisher's licence once."""
    found = dict.fromkeys(
        (row.source, row.publisher or words.NOT_AVAILABLE, row.licence or words.NOT_AVAILABLE)
        for row in view.data.files
    )
    return Table(
        "licences",
        "Licences of the sources",
        texts("Source", "Publisher", "Licence"),
        [cells(source.upper(), publisher, licence) for source, publisher, licence in found],
        Invented.NOTHING,
        "source_file",
    )
