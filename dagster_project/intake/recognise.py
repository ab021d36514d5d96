"""What a file is: its source, its year and its release, each with how that is known.

Belongs here: asking the sources, and reading years and releases where publishers print them: in
the rows, in the lines above the headings, and last in the file's name. Does not: where it goes.

The content has the last word. A name is somebody's word about a file, and so it may only choose
among the years that the content leaves open; what neither tells is asked for.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dagster_project import landing
from dagster_project.formats.bulk import read_head, scan
from dagster_project.formats.content import read_content, regular
from dagster_project.formats.problem import FileProblem
from dagster_project.formats.sheets import Document, Sheet, read_document
from dagster_project.intake.facts import Given
from dagster_project.intake.problem import IntakeError
from dagster_project.landing.file_rules import FILE_RULES
from dagster_project.landing.loose import years_in_name
from dagster_project.landing.reading import matches, recognise_source, unrecognised
from dagster_project.landing.tree import year_problem
from dagster_project.sources import ALL_YEARS, REFERENCE, is_list, year_folder
from dagster_project.sources.seeds import seed
from dagster_project.sources.source import BulkSource, Context, Source, TableSource

# Titles, headings and the first rows: where a file says that its figures are invented.
_TOP = 60
_INVENTED = "synthetic"
_WITHOUT_WORD = "final"
_REGISTER = "register"
_RELEASE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_CONTAINERS = ("[Content_Types].xml", "mimetype")


@dataclass(frozen=True)
class Known:
    """Something told of a file, and how it is known."""

    value: str
    how: str


@dataclass(frozen=True)
class Recognised:
    """A file of a source. A list has neither year nor release; `invented` if it says so itself."""

    path: Path
    sha256: str
    bytes: int
    source: str
    year: Known | None
    release: Known | None
    invented: bool

    @property
    def folder(self) -> Path:
        """Its release folder, relative to a raw root."""
        if self.year is None or self.release is None:
            return Path(REFERENCE) / self.source
        return Path(self.source) / self.year.value / self.release.value


def recognise(path: Path, given: Given) -> Recognised:
    """Tell what a file is. Raises `IntakeError` if it cannot be told."""
    try:
        regular(path)
        _refuse_containers(path)
        found = scan(path)
        head = read_head(path)
        source = recognise_source(head)
        if source is None:
            raise unrecognised(head)
        document = head if isinstance(source, BulkSource) else _whole(path)
        titles = list(_titles(source, document))
        year = _year(path, source, document, given)
    except FileProblem as problem:
        remedy = FILE_RULES[problem.rule_id].remedy
        raise IntakeError(path, problem.reason, remedy, problem.rule_id, problem.place) from problem
    return Recognised(
        path,
        found.sha256,
        found.bytes,
        source.name,
        year,
        _release(path, source, titles, given),
        _is_invented(document),
    )


def _whole(path: Path) -> Document:
    return read_document(read_content(path).data, path.name)


def _refuse_containers(path: Path) -> None:
    """Refuse what holds a table in a way that no source is read from."""
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            raise IntakeError(
                path,
                "it is a Parquet file, and no source is read from Parquet",
                "Ask for the publisher's own CSV or workbook.",
                "file-unrecognised",
            )
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if not any(name in names for name in _CONTAINERS):
        raise IntakeError(
            path,
            f"it is a zip archive of {len(names)} files",
            "Unpack it, and add the files that are in it.",
            "file-unrecognised",
        )


def _titles(source: Source, document: Document) -> Iterator[str]:
    """The cells above the headings of the sheets that are the source's."""
    for sheet, match in matches(source, document):
        yield from (cell for row in sheet.rows[: match.found.row] for cell in row if cell.strip())


def _is_invented(document: Document) -> bool:
    return any(_INVENTED in cell.casefold() for sheet in document.sheets for cell in _top(sheet))


def _top(sheet: Sheet) -> Iterator[str]:
    return (cell for row in sheet.rows[:_TOP] for cell in row)


# ---------------------------------------------------------------- the year


def _year(path: Path, source: Source, document: Document, given: Given) -> Known | None:
    if is_list(source.name) or year_folder(source.name) == ALL_YEARS:
        if given.year is not None:
            raise IntakeError(path, f"'{source.name}' is of all years", "Leave --year out.")
        return None if is_list(source.name) else Known(ALL_YEARS, "one register for all years")
    told = _years_told(path, source, document)
    if given.year is not None:
        return Known(_asked_for(path, source.name, given.year, told), "as you say")
    if len(told) == 1:
        return Known(_only(told), "its content names it")
    possible = _named(path, source.name, told)
    if len(possible) == 1:
        return Known(_only(possible), f"its name says so, and its content {_allows(told)}")
    _refuse_useless(path)
    example = "--year 2014" if _is_wave(source.name) else "--year 2015-16"
    raise IntakeError(
        path,
        f"its year cannot be told: its content {_allows(told)}",
        f"Say which with --year, such as {example}.",
        "year-unknown",
    )


def _refuse_useless(path: Path) -> None:
    """Say why nothing of a file would load, where that is why its year cannot be told."""
    for judged in landing.checked([path]):
        rules = [rule for rule in judged.rules if rule.severity == "quarantine" and rule.sample]
        if rules and not any(file.rows_loaded for file in judged.files):
            first = rules[0]
            raise IntakeError(
                path,
                f"none of its rows would load: {first.sample[0].rstrip('.')}",
                "Mend that, or say the year with --year.",
                first.rule_id,
            )


def _named(path: Path, source: str, told: frozenset[str]) -> frozenset[str]:
    """The years in a file's name that its content leaves open."""
    named = years_in_name(path.name)
    possible = named & told if told else named
    return frozenset(year for year in possible if year_problem(source, year) is None)


def _is_wave(source: str) -> bool:
    return year_problem(source, "2014") is None


def _asked_for(path: Path, source: str, year: str, told: frozenset[str]) -> str:
    wrong = year_problem(source, year)
    if wrong:
        raise IntakeError(path, f"--year: {wrong}", "Write the year as its folders are named.")
    if told and year not in told:
        raise IntakeError(
            path,
            f"its content {_allows(told)}, and --year is {year}",
            "Leave --year out, or name a year that the content allows.",
            "year-contradicts-content",
        )
    return year


def _years_told(path: Path, source: Source, document: Document) -> frozenset[str]:
    """The years that a file's content allows; none if it does not speak of years."""
    if isinstance(source, TableSource):
        read = (source.read(*found, Context(None)) for found in matches(source, document))
        return frozenset[str]().union(*(rows.years for rows in read))
    (outcome,) = landing.check([path])
    if outcome.refused:
        said = outcome.reason or "", outcome.remedy or ""
        raise IntakeError(path, *said, outcome.rule_id, outcome.place)
    return frozenset({outcome.year} if outcome.year else ())


def _allows(years: Iterable[str]) -> str:
    ordered = sorted(years)
    if not ordered:
        return "names none, or more than one"
    if len(ordered) < 3:
        return f"is of {' or '.join(ordered)}"
    return f"may be of {ordered[0]} to {ordered[-1]}"


# ---------------------------------------------------------------- the release


def _release(path: Path, source: Source, titles: Sequence[str], given: Given) -> Known | None:
    if is_list(source.name):
        if given.release is not None:
            raise IntakeError(path, "a list has no releases", "Leave --release out.")
        return None
    if given.release is not None:
        if not _RELEASE_NAME.fullmatch(given.release):
            raise IntakeError(
                path,
                f"--release: '{given.release}' is no name for a folder",
                "Use letters, digits and hyphens, such as final-v2.",
            )
        return Known(given.release, "as you say")
    if year_folder(source.name) == ALL_YEARS:
        return Known(_REGISTER, "one register for all years")
    for where, texts in (
        ("the lines above its headings say so", titles),
        ("its name says so", [path.name]),
    ):
        words = _release_words(texts)
        if len(words) > 1:
            raise IntakeError(
                path,
                f"its release cannot be told: it names {' and '.join(sorted(words))}",
                "Say which with --release.",
                "release-unknown",
            )
        if words:
            return Known(_only(words), where)
    return Known(_WITHOUT_WORD, "nothing in it says which; name another with --release")


def _release_words(texts: Iterable[str]) -> frozenset[str]:
    known = {row["release"] for row in seed("releases") if row["release"].isalpha()}
    words = (word for text in texts for word in re.split(r"[^a-z]+", text.casefold()))
    return frozenset(known.intersection(words))


def _only(found: frozenset[str]) -> str:
    (one,) = found
    return one
