"""What adding files would do: where each goes, what is written beside it, and what would load.

Belongs here: the order of the questions, and every reason not to add a file that has been
recognised. Does not: writing into a raw tree (place).

Landing itself says what would load: the release is made up in a folder aside, with the
files as they would lie in the tree, and landed there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dagster_project import landing
from dagster_project.formats.problem import FileProblem
from dagster_project.intake.facts import Given, contradiction, dates, facts
from dagster_project.intake.problem import IntakeError
from dagster_project.intake.recognise import Recognised, recognise
from dagster_project.intake.write import write_metadata
from dagster_project.landing.file_rules import FILE_RULES
from dagster_project.landing.metadata import Metadata, read_metadata
from dagster_project.landing.outcome import FileOutcome, LandedPublication, RuleOutcome
from dagster_project.landing.tree import METADATA, is_ignored
from dagster_project.sources import is_list


@dataclass(frozen=True)
class Addition:
    """The files that go into one release folder, and what comes of it.

    `metadata` is what is written, None if the folder has a `source.yml` already or needs none.
    `outcomes` are of `files`, in their order; `beside` are of the files that lie there, before and
    after; `rules` are those that are broken. `hidden` is the root whose release of this name a
    refresh over all roots would no longer see.
    """

    root: Path
    files: tuple[Recognised, ...]
    metadata: Metadata | None
    outcomes: tuple[FileOutcome, ...]
    beside: tuple[tuple[FileOutcome, FileOutcome], ...]
    rules: tuple[RuleOutcome, ...]
    hidden: Path | None

    @property
    def folder(self) -> Path:
        """The release folder."""
        return self.root / self.files[0].folder


def plan(
    paths: Sequence[Path], roots: Sequence[Path], given: Given, today: dt.date
) -> tuple[Addition, ...]:
    """What adding files to the last of some raw roots would do; nothing is written.

    Raises `IntakeError` for the first file that cannot be added.
    """
    dates(given, today)
    files = [recognise(path, given) for path in paths]
    _refuse_copies(files, roots)
    releases: dict[Path, list[Recognised]] = {}
    for file in files:
        _refuse_name(file, roots[-1])
        releases.setdefault(file.folder, []).append(file)
    return tuple(_addition(tuple(each), roots, given, today) for each in releases.values())


def _refuse_copies(files: Sequence[Recognised], roots: Sequence[Path]) -> None:
    """Refuse a file whose bytes are in one of the roots already, or that is given twice."""
    sizes = {file.bytes for file in files}
    there = {_sha256(path): path for path in _files_in(roots) if path.stat().st_size in sizes}
    for file in files:
        if file.sha256 in there:
            raise IntakeError(
                file.path,
                f"it is there already, byte for byte: {there[file.sha256]}",
                "There is nothing to add.",
                "file-duplicate",
            )
        there[file.sha256] = file.path


def _files_in(roots: Sequence[Path]) -> Iterator[Path]:
    for root in roots:
        for path in root.rglob("*"):
            if path.is_file() and not any(map(_is_hidden, path.relative_to(root).parts)):
                yield path


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_name(file: Recognised, root: Path) -> None:
    place = root / file.folder / file.path.name
    if is_ignored(place) or file.path.name == METADATA:
        raise IntakeError(
            file.path,
            f"a refresh passes over files called '{file.path.name}'",
            "Give it the name that its publisher gave it.",
        )
    if place.exists():
        remedy = "If both are to stay, name the other release with --release, such as final-v2."
        raise IntakeError(file.path, f"another file lies in its place, {place}", remedy)


def _addition(
    files: tuple[Recognised, ...], roots: Sequence[Path], given: Given, today: dt.date
) -> Addition:
    first, root = files[0], roots[-1]
    folder = root / first.folder
    paths = tuple(file.path for file in files)
    invented = any(file.invented for file in files)
    year = first.year.value if first.year else ""
    if (folder / METADATA).exists():
        metadata = None
        _refuse_contradiction(folder, first, given, year, invented)
    elif is_list(first.source) and given == Given():
        metadata = None
    else:
        metadata = facts(paths, first.source, year, invented, given, today)
    others = _lying_in(folder)
    with TemporaryDirectory(prefix="denominator-add-") as aside:
        before = _landed(Path(aside) / "before", first.folder, others, folder, None)
        after = _landed(Path(aside) / "after", first.folder, [*others, *paths], folder, metadata)
    assert after is not None
    outcomes = {Path(outcome.path).name: outcome for outcome in after.files}
    _refuse_refused(files, outcomes)
    _refuse_loss(first, before, after, outcomes)
    return Addition(
        root,
        files,
        metadata,
        tuple(outcomes[path.name] for path in paths),
        tuple((each, outcomes[Path(each.path).name]) for each in (before.files if before else ())),
        tuple(rule for rule in after.rules if rule.failed),
        None if others else _hidden(first.folder, roots),
    )


def _refuse_contradiction(
    folder: Path, file: Recognised, given: Given, year: str, invented: bool
) -> None:
    try:
        stands = read_metadata(folder)
    except FileProblem as problem:
        remedy = FILE_RULES[problem.rule_id].remedy
        raise IntakeError(folder / METADATA, problem.reason, remedy, problem.rule_id) from problem
    unlike = contradiction(stands, given, file.source, year, invented)
    if unlike:
        raise IntakeError(
            file.path,
            f"{folder} has a {METADATA}: {unlike}",
            "Name another release with --release, or a raw tree of your own with --raw.",
        )


def _lying_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if path.name != METADATA and not is_ignored(path)
    )


def _hidden(folder: Path, roots: Sequence[Path]) -> Path | None:
    return next((root for root in reversed(roots[:-1]) if _lying_in(root / folder)), None)


def _landed(
    aside: Path, release: Path, files: Sequence[Path], folder: Path, metadata: Metadata | None
) -> LandedPublication | None:
    """What becomes of a release of these files; None if there are none."""
    if not files:
        return None
    made = aside / "raw" / release
    made.mkdir(parents=True)
    for file in files:
        _same(file, made / file.name)
    if metadata is not None:
        write_metadata(metadata, made)
    elif (folder / METADATA).exists():
        _same(folder / METADATA, made / METADATA)
    (publication,) = landing.discover([aside / "raw"]).publications
    return landing.land(publication, aside / "landing", {})


def _same(file: Path, made: Path) -> None:
    """Put the same file there; a copy where the system cannot give it a second name."""
    try:
        made.hardlink_to(file.resolve())
    except OSError:
        shutil.copyfile(file, made)


def _refuse_refused(files: Sequence[Recognised], outcomes: dict[str, FileOutcome]) -> None:
    for file in files:
        found = outcomes[file.path.name]
        if found.refused:
            raise IntakeError(
                file.path, found.reason or "", found.remedy or "", found.rule_id, found.place
            )


def _refuse_loss(
    first: Recognised,
    before: LandedPublication | None,
    after: LandedPublication,
    outcomes: dict[str, FileOutcome],
) -> None:
    """Refuse a file of which nothing would load, or beside which less would load than without it.

    A second table of the same councils is one: their rows would contradict each other.
    """
    had = sum(each.rows_loaded for each in before.files) if before else 0
    has = sum(each.rows_loaded for each in after.files)
    if outcomes[first.path.name].rows_loaded and has >= had:
        return
    why = next((rule.sample[0] for rule in after.rules if rule.failed and rule.sample), "")
    beside = f", where {had} load without it" if before else ""
    raise IntakeError(
        first.path,
        f"{has} rows of {first.folder.as_posix()} would load{beside}: {why.rstrip('.')}",
        "If it is another release, name it with --release.",
    )
