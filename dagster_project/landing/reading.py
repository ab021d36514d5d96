"""One file: opened, recognised, read.

Belongs here: the way from a path to rows of text, and every reason to refuse a file on it.
Does not: judging rows, and writing anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dagster_project.formats.content import Content
from dagster_project.formats.headings import counted
from dagster_project.formats.limits import LIMITS, beyond
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import Document, Sheet, read_document
from dagster_project.sources import SOURCES
from dagster_project.sources.model import wanted
from dagster_project.sources.source import Context, Match, Near, Rows, Source, TableSource

# Below this, what a table lacks says nothing about what it is.
_NEAR_ENOUGH = 0.4
_KNOWN_SHEET = re.compile(r"return|table[ _]?\d[a-z]?(\(\w{1,3}\))?", re.IGNORECASE)


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
    what = f"it is no known table of '{source.name}'"
    return FileProblem("file-unrecognised", f"{what}: {_contents(document, [source])}")


def unrecognised(document: Document) -> FileProblem:
    """Why no source knows a document: what the nearest of them expected beside what was found.

    A source is named only if the document is nearly one of its tables.
    """
    nears = [near for source in SOURCES.values() for near in _near(source, document)]
    score, name, problem = max(nears, key=lambda each: each[0], default=(0.0, "", None))
    if problem is not None and score >= _NEAR_ENOUGH:
        reason = f"no source knows its headings; the nearest is '{name}': {problem.reason}"
        return FileProblem(problem.rule_id, reason, problem.place)
    contents = _contents(document, list(SOURCES.values()))
    return FileProblem("file-unrecognised", f"no source knows its headings: {contents}")


def _near(source: Source, document: Document) -> Iterator[tuple[float, str, FileProblem]]:
    try:
        near = nearest(source, document.sheets)
    except FileProblem as problem:  # every heading is there, one of them twice
        yield 1.0, source.name, problem
        return
    if near is not None:
        yield near.score, source.name, FileProblem(near.rule_id, near.reason, near.place)


def nearest(source: Source, sheets: Sequence[Sheet]) -> Near | None:
    """What comes nearest to one of the source's layouts in any of the sheets."""
    nears = [
        _unnamed(near, sheet, number)
        for number, sheet in enumerate(sheets, start=1)
        if isinstance(near := source.recognise(sheet), Near)
    ]
    return max(nears, key=lambda near: near.score, default=None)


def _unnamed(near: Near, sheet: Sheet, number: int) -> Near:
    """The same without the name of the sheet, which may be anybody's words."""
    if sheet.name is None or _KNOWN_SHEET.fullmatch(sheet.name):
        return near
    named = f"sheet '{sheet.name}'"
    place = near.place and near.place.replace(named, f"sheet {number}")
    return replace(near, reason=near.reason.replace(named, f"sheet {number}"), place=place)


def _contents(document: Document, sources: Sequence[Source]) -> str:
    """What a document has, in numbers: a text of it may be a person's own."""
    known = [item for source in sources for item in wanted(source.row)]
    told = [counted(sheet.rows, known) for sheet in document.sheets]
    if len(told) == 1:
        return told[0]
    best = max(told, key=lambda text: int(text.split(" ")[0]), default="no columns")
    return f"{len(told)} sheets, one of {best}"


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
        notes.append(f"{len(unread)} sheet{'' if len(unread) == 1 else 's'} not read")
    return "; ".join(notes) or None
