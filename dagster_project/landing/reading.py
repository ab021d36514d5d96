"""One file: opened, recognised, read.

Belongs here: the way from a path to rows of text, and every reason to refuse a file on it.
Does not: judging rows, and writing anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dagster_project.formats.content import Content
from dagster_project.formats.limits import LIMITS, beyond
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import Document, Sheet, read_document
from dagster_project.sources import SOURCES
from dagster_project.sources.source import Context, Match, Near, Rows, Source, TableSource

# Below this, what a table lacks says nothing about what it is.
_NEAR_ENOUGH = 0.4


@dataclass(frozen=True)
class Reading:
    """The rows of one file as text, one `Rows` for each sheet that was read."""

    rows: tuple[Rows, ...]
    layout: str
    encoding: str | None
    note: str | None


def read_file(
    path: Path,
    label: str,
    content: Content,
    source: TableSource,
    context: Context,
    seen: dict[str, str],
) -> Reading:
    """Recognise a file as one of its source's and read it.

    Raises `FileProblem` if it is a duplicate, damaged, of another source or year, or unknown.
    """
    first = seen.get(content.sha256, label)
    if first != label:
        raise FileProblem("file-duplicate", f"it has the same bytes as {first}")
    document = read_document(content.data, path.name)
    found = list(matches(source, document))
    if not found:
        raise unknown(source, document)
    for sheet, match in found:
        refuse_width(sheet, match)
    rows = tuple(source.read(sheet, match, context) for sheet, match in found)
    check_year(frozenset[str]().union(*(each.years for each in rows)), context)
    if not any(len(each) for each in rows):
        raise FileProblem("file-empty", "the headings are there, and no row is below them")
    seen[content.sha256] = label
    layouts = dict.fromkeys(each.layout for each in rows)
    return Reading(rows, ", ".join(layouts), document.encoding, _note(document, found, rows))


def recognise_source(document: Document) -> Source | None:
    """The source that knows a file by its content, or None."""
    for source in SOURCES.values():
        if _is_of(source, document):
            return source
    return None


def matches(source: Source, document: Document) -> Iterator[tuple[Sheet, Match]]:
    """The sheets of a document that are a source's, each with how it is known."""
    for sheet in document.sheets:
        match = source.recognise(sheet)
        if isinstance(match, Match):
            yield sheet, match


def refuse_width(sheet: Sheet, match: Match) -> None:
    """Refuse a table with more columns than the limit."""
    width = len(match.found.headings)
    if width > LIMITS.columns:
        raise beyond("columns", f"it has {width:,} columns", sheet.place(match.found.row))


def _is_of(source: Source, document: Document) -> bool:
    try:
        return any(matches(source, document))
    except FileProblem:
        return False


def unknown(source: Source, document: Document) -> FileProblem:
    """Why a document is none of a source's: it is another's, it lacks a heading, or nobody's."""
    for other in SOURCES.values():
        if other is not source and _is_of(other, document):
            return FileProblem(
                "source-contradicts-folder",
                f"the content is of '{other.name}', and the folder is of '{source.name}'",
            )
    near = nearest(source, document.sheets)
    if near and near.score >= _NEAR_ENOUGH:
        return FileProblem(near.rule_id, near.reason, near.place)
    what = f"; nearest: {near.reason}" if near else f"; it begins with {_beginning(document)}"
    return FileProblem("file-unrecognised", f"it is no known table of '{source.name}'{what}")


def nearest(source: Source, sheets: Sequence[Sheet]) -> Near | None:
    """What comes nearest to one of the source's layouts in any of the sheets."""
    nears = (source.recognise(sheet) for sheet in sheets)
    return max(
        (near for near in nears if isinstance(near, Near)),
        key=lambda near: near.score,
        default=None,
    )


def _beginning(document: Document) -> str:
    for sheet in document.sheets:
        for row in sheet.rows:
            filled = [cell.strip()[:40] for cell in row if cell.strip()][:6]
            if filled:
                return ", ".join(f"'{cell}'" for cell in filled)
    return "nothing"


def check_year(years: frozenset[str], context: Context) -> None:
    """Raise `FileProblem` if the years of a content do not have that of its folder."""
    if context.year and years and context.year not in years:
        raise FileProblem(
            "year-contradicts-content",
            f"the content is of {_span(years)}, and the folder is of {context.year}",
        )


def _span(years: frozenset[str]) -> str:
    ordered = sorted(years)
    return " or ".join(ordered) if len(ordered) < 3 else f"{ordered[0]} to {ordered[-1]}"


def _note(
    document: Document, matches: Sequence[tuple[Sheet, Match]], rows: Sequence[Rows]
) -> str | None:
    read = {sheet.name for sheet, _ in matches}
    unread = [sheet.name for sheet in document.sheets if sheet.name not in read]
    notes = [note for note in dict.fromkeys(each.note for each in rows) if note]
    if document.is_workbook and unread:
        notes.append(f"sheets not read: {', '.join(name or '' for name in unread)}")
    return "; ".join(notes) or None
