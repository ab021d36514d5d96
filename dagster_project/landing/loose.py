"""Judging files without landing them, wherever they lie.

Belongs here: telling from a path whether a file lies in a raw tree, and judging it as if it did or
by its content alone. Does not: the judging itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from dagster_project.formats.bulk import read_head
from dagster_project.formats.content import read_content
from dagster_project.formats.problem import FileProblem
from dagster_project.landing.bulk import examine as bulk
from dagster_project.landing.examine import count, examine, judge, out_of_memory
from dagster_project.landing.file_rules import refused
from dagster_project.landing.order import hold_back
from dagster_project.landing.outcome import FileOutcome, Publication
from dagster_project.landing.reading import read_file, recognise_source
from dagster_project.landing.tree import (
    METADATA,
    discover,
    is_ignored,
    source_problem,
    year_problem,
)
from dagster_project.sources import ALL_YEARS, REFERENCE, SOURCES, is_list
from dagster_project.sources.frames import FileRows
from dagster_project.sources.source import BulkSource, Context, TableSource


def check_paths(paths: Sequence[Path]) -> tuple[FileOutcome, ...]:
    """The outcome of every file in or under the paths, nothing written."""
    seen: dict[str, str] = {}
    return tuple(outcome for path in paths for outcome in _check(Path(path).resolve(), seen))


def _check(path: Path, seen: dict[str, str]) -> Iterator[FileOutcome]:
    if _is_root(path):
        tree = discover([path])
        yield from tree.strays
        for publication in tree.publications:
            yield from judged(publication, seen)
    elif path.is_dir() and _place(path / "file") is None:
        for entry in sorted(path.iterdir()):
            if not is_ignored(entry):
                yield from _check(entry, seen)
    else:
        yield from _check_release(path, seen)


def _is_root(path: Path) -> bool:
    """Whether a folder holds source folders with year folders in them."""
    return path.is_dir() and any(
        source.is_dir() and not source_problem(source.name) and _has_years(source)
        for source in path.iterdir()
    )


def _has_years(source: Path) -> bool:
    return any(not year_problem(source.name, year.name) for year in source.iterdir())


def _check_release(path: Path, seen: dict[str, str]) -> Iterator[FileOutcome]:
    folder = path if path.is_dir() else path.parent
    publication = _place(folder / "file")
    if publication is None:
        yield _check_loose(path, seen)
    elif path.is_dir() or path.name != METADATA:
        files = sorted(folder.iterdir()) if path.is_dir() else [path]
        kept = tuple(each for each in files if each.name != METADATA and not is_ignored(each))
        yield from judged(replace(_beside_others(publication), files=kept), seen)


def _beside_others(publication: Publication) -> Publication:
    """A publication as it is in its tree, among the other releases of its source and year."""
    if is_list(publication.source):
        return publication
    folders = sorted(each for each in publication.folder.parent.iterdir() if each.is_dir())
    releases = [
        replace(publication, release=folder.name, folder=folder)
        for folder in folders
        if not is_ignored(folder)
    ]
    return next(one for one in hold_back(releases) if one.folder == publication.folder)


def judged(publication: Publication, seen: dict[str, str]) -> tuple[FileOutcome, ...]:
    """The outcome of every file of a publication; all are refused if the memory is too small."""
    source = SOURCES[publication.source]
    try:
        if not isinstance(source, BulkSource):
            return examine(publication, seen).landed.files
        with TemporaryDirectory(prefix="denominator-check-") as folder:
            return bulk.examine(source, publication, seen, Path(folder)).landed.files
    except MemoryError:
        named = [
            FileOutcome(publication.label(path), *publication.key) for path in publication.files
        ]
        return tuple(refused(each, out_of_memory()) for each in named)


def _place(path: Path) -> Publication | None:
    """The publication that a file's path says it is of, if it lies in a raw tree."""
    folder = path.parent
    if folder.parent.name == REFERENCE and is_list(folder.name):
        root = folder.parent.parent
        return Publication(folder.name, ALL_YEARS, folder.name, root, folder, ())
    source, year = folder.parent.parent.name, folder.parent.name
    if source_problem(source) or year_problem(source, year):
        return None
    root = folder.parent.parent.parent
    return Publication(source, year, folder.name, root, folder, ())


def _check_loose(path: Path, seen: dict[str, str]) -> FileOutcome:
    outcome = FileOutcome(str(path))
    try:
        source = recognise_source(read_head(path))
        if source is None:
            raise FileProblem("file-unrecognised", "no source knows its headings")
    except FileProblem as problem:
        return refused(_digested(outcome, path), problem)
    outcome = replace(outcome, source=source.name)
    try:
        if isinstance(source, BulkSource):
            with TemporaryDirectory(prefix="denominator-check-") as folder:
                return bulk.examine_loose(source, outcome, path, seen, Path(folder))
        assert isinstance(source, TableSource)
        return _check_table(source, outcome, path, seen)
    except MemoryError:
        return refused(_digested(outcome, path), out_of_memory())


def _digested(outcome: FileOutcome, path: Path) -> FileOutcome:
    try:
        content = read_content(path)
    except FileProblem:
        return outcome
    return replace(outcome, sha256=content.sha256, bytes=len(content.data))


def _check_table(
    source: TableSource, outcome: FileOutcome, path: Path, seen: dict[str, str]
) -> FileOutcome:
    try:
        content = read_content(path)
        outcome = replace(outcome, sha256=content.sha256, bytes=len(content.data))
        read = read_file(path, str(path), content, source, Context(None), seen)
    except FileProblem as problem:
        return refused(outcome, problem)
    years = sorted(frozenset[str]().union(*(rows.years for rows in read.rows)))
    year = years[0] if len(years) == 1 else None
    judged = judge(source, [FileRows(str(path), content.sha256, read.rows)], Context(year), None)
    outcome = replace(
        outcome, year=year, layout=read.layout, encoding=read.encoding, note=read.note
    )
    return count(source, outcome, judged)
