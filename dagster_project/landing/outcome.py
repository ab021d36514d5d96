"""What landing takes and gives: publications in, outcomes of files and rules out.

Belongs here: the types other packages see, and the error. Does not: any work.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.errors import DenominatorError
from dagster_project.names import folder_name, shown

if TYPE_CHECKING:
    from dagster_project.landing.corrections import AppliedCorrection, Correction


class LandingError(DenominatorError):
    """Something about the raw tree or the landing folder that stops the work.

    Carries `file`, `place`, `rule` and `remedy`; `str()` is one paragraph.
    """

    def __init__(
        self, reason: str, *, file: str, rule: str, remedy: str, place: str | None = None
    ) -> None:
        super().__init__(paragraph(file, place, reason, rule, remedy))
        self.file, self.place, self.rule, self.remedy = file, place, rule, remedy


def paragraph(
    file: str, place: str | None, reason: str, rule: str | None, remedy: str | None
) -> str:
    """File, place, reason, rule and remedy in one paragraph."""
    where = f"{file}, {place}" if place else file
    which = f" [{rule}]" if rule else ""
    what_to_do = f" {remedy}" if remedy else ""
    return f"{where}: {reason}{which}.{what_to_do}"


@dataclass(frozen=True)
class Held:
    """Why nothing of a release is loaded: the rule that it breaks, and in which way."""

    rule_id: str
    reason: str


@dataclass(frozen=True)
class Publication:
    """One release of one source for one year: a folder of the raw tree and the files in it.

    `corrections` are those of its files. `deadly` are files that ended the process that read them,
    and are refused. `held_back` says why no file of it is loaded, whatever is
    in them; it is None where nothing is in the way.
    """

    source: str
    year: str
    release: str
    root: Path
    folder: Path
    files: tuple[Path, ...]
    corrections: tuple[Correction, ...] = ()
    held_back: Held | None = None
    deadly: frozenset[Path] = frozenset()

    @property
    def key(self) -> tuple[str, str, str]:
        """Source, year and release, by which a later root replaces an earlier one."""
        return self.source, self.year, self.release

    def label(self, path: Path) -> str:
        """A file's path relative to its raw root, with forward slashes, as `names.shown`."""
        return shown(path.relative_to(self.root))

    def landed_in(self, landing: Path) -> Path:
        """The folder under `landing` that holds what is read of it."""
        source, year, release = self.key
        return landing / source / year / folder_name(release)


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file.

    `status` is `loaded` or `refused`. `rows_read` is always `rows_loaded` + `rows_quarantined`.
    `rule_id`, `reason`, `place` and `remedy` say why a file was refused and are None otherwise.
    """

    path: str
    source: str | None = None
    year: str | None = None
    release: str | None = None
    sha256: str | None = None
    status: str = "loaded"
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    cells_flagged: int = 0
    rule_id: str | None = None
    reason: str | None = None
    remedy: str | None = None
    place: str | None = None
    bytes: int | None = None
    layout: str | None = None
    encoding: str | None = None
    note: str | None = None

    @property
    def refused(self) -> bool:
        """Whether the file was not loaded at all."""
        return self.status == "refused"

    @property
    def message(self) -> str:
        """Why the file was refused, or how many rows were read, in one paragraph."""
        if self.refused:
            return paragraph(self.path, self.place, self.reason or "", self.rule_id, self.remedy)
        return (
            f"{self.path}: {self.rows_read} rows read, {self.rows_loaded} loaded, "
            f"{self.rows_quarantined} quarantined, {self.cells_flagged} values flagged."
        )


@dataclass(frozen=True)
class RuleOutcome:
    """How a rule fared over one publication: how much broke it, and up to five examples.

    `severity` is `refuse`, `quarantine` or `flag`; `failed` counts files, rows or values.
    """

    rule_id: str
    severity: str
    description: str
    failed: int = 0
    sample: tuple[str, ...] = ()


@dataclass(frozen=True)
class LandedPublication:
    """What became of one publication: every file, and every rule of its source.

    `read_anew` is false if that is known from the last time.
    """

    publication: Publication
    files: tuple[FileOutcome, ...]
    rules: tuple[RuleOutcome, ...]
    read_anew: bool = True
    corrections: tuple[AppliedCorrection, ...] = ()


@dataclass(frozen=True)
class RawTree:
    """All publications, later roots laid over earlier ones, and files in no known place."""

    roots: tuple[Path, ...]
    publications: tuple[Publication, ...]
    strays: tuple[FileOutcome, ...]
