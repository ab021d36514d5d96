"""Judging files without landing them, wherever they lie.

Belongs here: telling from a path whether a file lies in a raw tree, and judging it as if it did or
by its content alone. Does not: the judging itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from dagster_project.formats.bulk import read_head
from dagster_project.formats.content import read_content
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import read_document
from dagster_project.landing.bulk import examine as bulk
from dagster_project.landing.examine import examine, out_of_memory
from dagster_project.landing.file_rules import refused
from dagster_project.landing.order import hold_back
from dagster_project.landing.outcome import FileOutcome, Publication, RuleOutcome
from dagster_project.landing.reading import matches, recognise_source, unrecognised
from dagster_project.landing.tree import (
    METADATA,
    discover,
    is_ignored,
    source_problem,
    year_problem,
)
from dagster_project.names import shown
from dagster_project.sources import ALL_YEARS, REFERENCE, SOURCES, is_list, year_folder
from dagster_project.sources.source import BulkSource, Context, Source, TableSource


@dataclass(frozen=True)
class Checked:
    """Files judged together: the outcome of each, every rule that is broken, and what is open.

    `open_question` says what cannot be told of a file that lies in no raw tree.
    """

    files: tuple[FileOutcome, ...]
    rules: tuple[RuleOutcome, ...] = ()
    open_question: str = ""


def check_paths(paths: Sequence[Path]) -> tuple[Checked, ...]:
    """What a refresh would make of every file in or under the paths; nothing is written."""
    seen: dict[str, str] = {}
    return tuple(checked for path in paths for checked in _check(_resolved(Path(path)), seen))


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a link in a circle
        return path.absolute()


def _check(path: Path, seen: dict[str, str]) -> Iterator[Checked]:
    try:
        yield from _walk(path, seen)
    except OSError as error:
        problem = FileProblem("file-not-readable", (error.strerror or str(error)).lower())
        yield Checked((refused(FileOutcome(shown(path)), problem),))


def _walk(path: Path, seen: dict[str, str]) -> Iterator[Checked]:
    if _is_root(path):
        tree = discover([path])
        if tree.strays:
            yield Checked(tree.strays)
        for publication in tree.publications:
            yield judged(publication, seen)
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


def _check_release(path: Path, seen: dict[str, str]) -> Iterator[Checked]:
    folder = path if path.is_dir() else path.parent
    publication = _place(folder / "file")
    if publication is None:
        yield _check_loose(path, seen)
    elif path.is_dir() or path.name != METADATA:
        files = sorted(folder.iterdir()) if path.is_dir() else [path]
        kept = tuple(each for each in files if each.name != METADATA and not is_ignored(each))
        yield judged(replace(_beside_others(publication), files=kept), seen)


def _beside_others(publication: Publication) -> Publication:
    """A publication as it is in its tree, among the other releases of its source and year."""
    if is_list(publication.source):
        return publication
    folders = sorted(each for each in publication.folder.parent.iterdir() if each.is_dir())
    releases = [
        replace(publication, release=shown(folder.name), folder=folder)
        for folder in folders
        if not is_ignored(folder)
    ]
    return next(one for one in hold_back(releases) if one.folder == publication.folder)


def judged(publication: Publication, seen: dict[str, str], *, loose: bool = False) -> Checked:
    """A publication as a refresh judges it; all files are refused if the memory is too small.

    A `loose` one is a file that has no `source.yml` yet.
    """
    source = SOURCES[publication.source]
    try:
        if isinstance(source, BulkSource):
            with TemporaryDirectory(prefix="denominator-check-") as folder:
                landed = bulk.examine(source, publication, seen, Path(folder), loose=loose).landed
        else:
            landed = examine(publication, seen, loose=loose).landed
    except MemoryError:
        named = [
            FileOutcome(publication.label(path), *publication.key) for path in publication.files
        ]
        return Checked(tuple(refused(each, out_of_memory()) for each in named))
    return Checked(landed.files, tuple(rule for rule in landed.rules if rule.failed))


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
    return Publication(source, year, shown(folder.name), root, folder, ())


def _check_loose(path: Path, seen: dict[str, str]) -> Checked:
    """A file that lies in no raw tree, judged as if it lay in the folder of its source and year."""
    outcome = FileOutcome(shown(path))
    try:
        head = read_head(path)
        source = recognise_source(head)
        if source is None:
            raise unrecognised(head)
        years = _years(path, source)
    except FileProblem as problem:
        return Checked((refused(_digested(outcome, path), problem),))
    except MemoryError:
        return Checked((refused(_digested(outcome, path), out_of_memory()),))
    as_of = {year: _as_of(path, source, year, seen) for year in years or (None,)}
    latest = max(as_of, key=lambda year: year or "")
    found = as_of[latest]
    (file,) = found.files
    year = latest if len(as_of) == 1 and latest != ALL_YEARS else None
    if isinstance(source, BulkSource) and latest is None:
        year = file.year or None
    file = replace(file, path=outcome.path, year=year, release=None)
    return Checked((file,), found.rules, _open_question(as_of))


def _years(path: Path, source: Source) -> tuple[str, ...]:
    """The year folders that a file may belong in: what its content allows, chosen by its name."""
    if is_list(source.name) or year_folder(source.name) == ALL_YEARS:
        return (ALL_YEARS,)
    if isinstance(source, BulkSource):
        return ()  # its rows name their wave, which is found out when they are read
    document = read_document(read_content(path).data, path.name)
    assert isinstance(source, TableSource)
    read = (source.read(*found, Context(None)) for found in matches(source, document))
    told = frozenset[str]().union(*(rows.years for rows in read))
    named = years_in_name(path.name)
    possible = (told & named or told) if told else named
    return tuple(sorted(year for year in possible if year_problem(source.name, year) is None))


_YEARS_IN_NAME = re.compile(
    r"(?<!\d)(?:20)?(\d\d)(?:(?:[-_ ]|[-_ ]?to[-_ ]?)(?:20)?|(?<!20)(?!21))(\d\d)(?!\d)"
)
"""2014-15, 2014_15, 17-18, 1617, 2014 to 2015; but 2021 alone is a year, not 2020-21."""


def years_in_name(name: str) -> frozenset[str]:
    """The financial years in a file's name: `asc-of-1617`, `2014-15 ASCOF`, `Data_2012_13`."""
    return frozenset(
        f"20{first}-{last}"
        for first, last in _YEARS_IN_NAME.findall(name)
        if (int(first) + 1) % 100 == int(last)
    )


def _as_of(path: Path, source: Source, year: str | None, seen: dict[str, str]) -> Checked:
    folder = path.parent
    publication = Publication(source.name, year or "", "", folder, folder, (path,))
    return judged(publication, seen, loose=True)


def _open_question(as_of: Mapping[str | None, Checked]) -> str:
    """What is not known of a loose file because its year is not, and whether that matters."""
    if None in as_of:
        (file,) = as_of[None].files
        if file.year or file.refused:
            return ""
        return "nothing in it names one year; rules that ask for the year are not applied"
    if len(as_of) == 1:
        return ""
    counts: dict[tuple[int, int, int], list[str]] = {}
    for year, checked in as_of.items():
        (file,) = checked.files
        key = (file.rows_loaded, file.rows_quarantined, file.cells_flagged)
        counts.setdefault(key, []).append(year or "")
    span = f"it may be of {min(map(str, as_of))} to {max(map(str, as_of))}"
    if len(counts) == 1:
        return f"{span}, and is judged alike in each; `denominator add --year` says which"
    each = "; ".join(
        f"in {', '.join(years)}: {loaded} loaded, {quarantined} quarantined, {flagged} flagged"
        for (loaded, quarantined, flagged), years in counts.items()
    )
    return f"{span}: {each}. Judged here as of the latest; `denominator add --year` says which"


def _digested(outcome: FileOutcome, path: Path) -> FileOutcome:
    try:
        content = read_content(path)
    except FileProblem:
        return outcome
    return replace(outcome, sha256=content.sha256, bytes=len(content.data))
