"""The raw tree: `<source>/<year>/<release>/<files>`, several roots laid over each other.

Belongs here: finding publications, and files in no known place. Does not: opening any file.

Lists that somebody may drop in (`reference/neighbours/<files>`) have no years and no releases; each
is one publication, of all years.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dagster_project.formats.problem import FileProblem
from dagster_project.landing.file_rules import refused
from dagster_project.landing.forgotten import ForgottenYear
from dagster_project.landing.order import hold_back
from dagster_project.landing.outcome import FileOutcome, LandingError, Publication, RawTree
from dagster_project.names import shown
from dagster_project.sources import (
    ALL_YEARS,
    OWN_LIST,
    REFERENCE,
    SOURCES,
    WAVE,
    is_list,
    year_folder,
)
from dagster_project.sources.councils import is_financial_year

METADATA = "source.yml"
_WAVE = re.compile(r"20\d\d")
# What editors and file managers leave behind, and notes for people.
_IGNORED = re.compile(r"\..*|~\$.*|.*~|thumbs\.db|desktop\.ini|readme(\..*)?", re.IGNORECASE)


def discover(
    roots: Sequence[Path],
    comparators: Path | None = None,
    register: Path | None = None,
    corrections: Path | None = None,
    forgotten: Sequence[ForgottenYear] = (),
) -> RawTree:
    """Every publication under the roots; for the same source, year and release a later root wins.

    `comparators` is a list of one's own, which takes the place of the neighbours under the roots.
    `register` is the source folder of the register of published figures (docs/decisions/0010): it
    lies under the roots where none of them brings one of its own.
    `corrections` is a file of corrections, whose entries go to the publications of their files.
    `forgotten` are sources' years that are not read again: each of their files is a stray.
    Raises `LandingError` if a root is not a folder that can be listed, the list no file, or the
    corrections invalid.
    """
    found = [one for root in roots for one in _root(Path(root))]
    if register is not None and roots and not _brings(found, register.name):
        found += _source(register)
    publications = {one.key: one for one in found if isinstance(one, Publication)}
    if comparators is not None:
        own = _own_list(comparators)
        publications = {key: one for key, one in publications.items() if one.source != own.source}
        publications[own.key] = own
    ordered = hold_back([publications[key] for key in sorted(publications)])
    strays = tuple(one for one in found if isinstance(one, FileOutcome))
    days = {(one.source, one.year): one.forgotten_on for one in forgotten}
    strays += tuple(_forgotten_files(found, days))
    ordered = tuple(one for one in ordered if (one.source, one.year) not in days)
    if corrections is not None:
        ordered, unmatched = _with_corrections(ordered, corrections)
        strays += unmatched
    return RawTree(tuple(roots), ordered, strays)


def _forgotten_files(
    found: Sequence[Publication | FileOutcome], days: Mapping[tuple[str, str], str]
) -> Iterator[FileOutcome]:
    """The files of forgotten years that lie in any root, also where another is laid over it."""
    for one in found:
        if isinstance(one, Publication) and (one.source, one.year) in days:
            for path in one.files:
                yield refused(
                    FileOutcome(path=one.label(path)),
                    FileProblem(
                        "year-forgotten",
                        f"{one.source}/{one.year} was forgotten on {days[one.source, one.year]}",
                    ),
                )


def _with_corrections(
    publications: Sequence[Publication], path: Path
) -> tuple[tuple[Publication, ...], tuple[FileOutcome, ...]]:
    """The publications with the corrections of their files, and corrections of no file."""
    from dagster_project.landing.corrections import Correction, read_corrections

    by_file: dict[str, list[Correction]] = {}
    for one in read_corrections(path):
        by_file.setdefault(one.file, []).append(one)
    corrected = []
    for publication in publications:
        labels = [publication.label(file) for file in publication.files]
        own = [one for label in labels for one in by_file.pop(label, ())]
        corrected.append(replace(publication, corrections=tuple(own)))
    unmatched = (
        refused(
            FileOutcome(path=path.name),
            FileProblem("correction-without-file", f"there is no file {file} in the raw tree"),
        )
        for file in by_file
    )
    return tuple(corrected), tuple(unmatched)


OUTSIDE = "file-outside-tree"


def link_problem(root: Path, path: Path) -> FileProblem | None:
    """What is wrong with a link: it leads out of the root, to nothing, or in a circle."""
    if not path.is_symlink():
        return None
    try:
        is_inside = path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return FileProblem("file-not-a-file", "it is a link to nothing, or in a circle")
    return (
        None if is_inside else FileProblem(OUTSIDE, "it is a link that leads out of the raw tree")
    )


def inside(root: Path, path: Path) -> None:
    """Make sure that a path is no such link; raises `FileProblem`."""
    problem = link_problem(root, path)
    if problem is not None:
        raise problem


def _root(root: Path) -> Iterator[Publication | FileOutcome]:
    if not root.is_dir():
        raise LandingError(
            "there is no such folder",
            file=shown(root),
            rule="raw-root-missing",
            remedy="Name the folder that holds the source folders, such as data/raw.",
        )
    try:
        found = list(_walk(root))
    except OSError as error:
        raise LandingError(
            f"the folder cannot be listed: {(error.strerror or str(error)).lower()}",
            file=shown(root),
            rule="raw-root-missing",
            remedy="Give the user who runs this the permission to read it.",
        ) from error
    yield from found


def _brings(found: Sequence[Publication | FileOutcome], source: str) -> bool:
    return any(isinstance(one, Publication) and one.source == source for one in found)


def _source(folder: Path) -> Iterator[Publication | FileOutcome]:
    """What lies in the folder of one source, wherever it is; nothing if it is not there."""
    if folder.is_dir():
        yield from _guarded(folder.parent, folder, _years)


def _own_list(file: Path) -> Publication:
    if not file.is_file():
        raise LandingError(
            "there is no such file",
            file=shown(file),
            rule="comparators-missing",
            remedy="Name the list of comparators, or leave --comparators out.",
        )
    return Publication("neighbours", ALL_YEARS, OWN_LIST, file.parent, file.parent, (file,))


def is_ignored(path: Path) -> bool:
    """Whether a file or folder is none of the data: hidden, a lock, or a note for people."""
    return bool(_IGNORED.fullmatch(path.name))


def year_problem(source: str, year: str) -> str | None:
    """What is wrong with the name of a year folder, in words; None if nothing is."""
    expected = year_folder(source)
    if expected == WAVE:
        fits = bool(_WAVE.fullmatch(year))
    else:
        fits = year == ALL_YEARS if expected == ALL_YEARS else is_financial_year(year)
    return None if fits else f"'{year}' is not {expected}"


def source_problem(source: str) -> str | None:
    """What is wrong with the name of a source folder, in words; None if nothing is."""
    if is_list(source):
        return f"the files of '{source}' lie in {REFERENCE}/{source}"
    if source in SOURCES:
        return None
    near = difflib.get_close_matches(source, SOURCES, n=1)
    nearest = f"the nearest is '{near[0]}'" if near else f"known are {', '.join(SOURCES)}"
    return f"no source is called '{shown(source)}'; {nearest}"


def _walk(root: Path) -> Iterator[Publication | FileOutcome]:
    for source in _entries(root):
        problem = source_problem(source.name)
        if (link := link_problem(root, source)) is not None:
            yield _stray(root, source, link.rule_id, link.reason)
        elif not source.is_dir():
            yield _stray(root, source, "file-misplaced", "it lies at the top of the raw tree")
        elif source.name == REFERENCE:
            yield from _guarded(root, source, _lists)
        elif problem:
            yield _stray(root, source, "source-unknown", problem)
        else:
            yield from _guarded(root, source, _years)


def _years(root: Path, source: Path) -> Iterator[Publication | FileOutcome]:
    for year in _entries(source):
        problem = year_problem(source.name, year.name)
        if (link := link_problem(root, year)) is not None:
            yield _stray(root, year, link.rule_id, link.reason)
        elif not year.is_dir():
            yield _stray(root, year, "file-misplaced", "it lies in no year folder")
        elif problem:
            yield _stray(root, year, "file-misplaced", problem)
        else:
            yield from _guarded(root, year, _releases)


def _releases(root: Path, year: Path) -> Iterator[Publication | FileOutcome]:
    for release in _entries(year):
        if (link := link_problem(root, release)) is not None:
            yield _stray(root, release, link.rule_id, link.reason)
        elif release.is_dir():
            yield from _guarded(root, release, _publication)
        else:
            yield _stray(root, release, "file-misplaced", "it lies in no release folder")


def _lists(root: Path, folder: Path) -> Iterator[Publication | FileOutcome]:
    for found in _entries(folder):
        if (link := link_problem(root, found)) is not None:
            yield _stray(root, found, link.rule_id, link.reason)
        elif not found.is_dir():
            yield _stray(root, found, "file-misplaced", f"it lies in no folder of {REFERENCE}")
        elif not is_list(found.name):
            known = ", ".join(filter(is_list, SOURCES))
            yield _stray(
                root,
                found,
                "source-unknown",
                f"no list is called '{shown(found.name)}'; known: {known}",
            )
        else:
            yield from _guarded(root, found, _list)


def _list(root: Path, folder: Path) -> Iterator[Publication]:
    files = tuple(path for path in _entries(folder) if path.name != METADATA)
    if files:
        yield Publication(folder.name, ALL_YEARS, folder.name, root, folder, files)


def _publication(root: Path, release: Path) -> Iterator[Publication | FileOutcome]:
    files = tuple(path for path in _entries(release) if path.name != METADATA)
    if files:
        source, year = release.parent.parent.name, release.parent.name
        yield Publication(source, year, shown(release.name), root, release, files)


def _guarded(root: Path, folder: Path, walk: object) -> Iterator[Publication | FileOutcome]:
    """The walk of a folder, or the folder itself as a stray if it cannot be listed."""
    try:
        yield from walk(root, folder)  # type: ignore[operator]
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        yield _stray(root, folder, "file-not-readable", reason)


def _entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not is_ignored(path))


def _stray(root: Path, path: Path, rule_id: str, reason: str) -> FileOutcome:
    return refused(FileOutcome(path=shown(path.relative_to(root))), FileProblem(rule_id, reason))
