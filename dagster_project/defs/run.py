"""What one run is asked to do, and what became of it.

Belongs here: the settings that assets share, and the outcome they leave for whoever started them.
Does not: the assets (`ingest`, `models`, `release`), and Dagster itself, so that the command line
can build settings before Dagster is imported.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.paths import Warehouse, own_register
from dagster_project.progress import Progress, Silent

if TYPE_CHECKING:
    from dagster_project.build import BuildResult
    from dagster_project.landing import FileOutcome, RawTree
    from dagster_project.landing.corrections import AppliedCorrection
    from dagster_project.publish import Gate, Release, Withheld


@dataclass(frozen=True)
class Settings:
    """What to refresh, and where to.

    `years` are the year folders to read anew, all if empty; `without` is left out on purpose.
    `comparators` is a list of one's own, in the place of the neighbours in the raw tree;
    `corrections` a file of corrections of published cells.
    `meanwhile` is called while the files are read by another process.
    """

    raw: tuple[Path, ...]
    warehouse: Warehouse
    dbt_dir: Path
    years: frozenset[str] = frozenset()
    without: "frozenset[Withheld]" = frozenset()
    comparators: Path | None = None
    corrections: Path | None = None
    progress: Progress = field(default_factory=Silent)
    meanwhile: Callable[[], None] = lambda: None
    debug: bool = False

    def raw_tree(self) -> "RawTree":
        """What there is to read: the raw roots, with the project's own register under them.

        A source and year in `without` is not read, whether it was published before or not.
        """
        from dagster_project import landing

        tree = landing.discover(
            self.raw,
            self.comparators,
            own_register(self.dbt_dir),
            self.corrections,
            landing.forgotten_years(self.warehouse),
        )
        left_out = {(each.source, each.financial_year) for each in self.without}
        read = tuple(one for one in tree.publications if one.key[:2] not in left_out)
        return replace(tree, publications=read)


@dataclass
class Outcome:
    """What became of a run, filled in as it goes; `problem` is what ended it early.

    `files_read` counts those that were read anew; of the others it is known from before.
    """

    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    files: "list[FileOutcome]" = field(default_factory=list)
    files_read: int = 0
    corrections: "list[AppliedCorrection]" = field(default_factory=list)
    built: "BuildResult | None" = None
    gates: "tuple[Gate, ...]" = ()
    release: "Release | None" = None
    problem: Exception | None = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Keep what goes wrong inside, as it was raised: Dagster hands on only its text."""
        try:
            yield
        except Exception as error:
            self.problem = self.problem or error
            raise
