"""Where things lie: the project, the raw tree, and everything inside one warehouse.

Belongs here: names of places, and the environment variables that move them.
Does not: reading or writing any of them.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

RAW_ENV = "DENOMINATOR_RAW"
WAREHOUSE_ENV = "DENOMINATOR_WAREHOUSE"
DBT_ENV = "DENOMINATOR_DBT"
COMPARATORS_ENV = "DENOMINATOR_COMPARATORS"
CORRECTIONS_ENV = "DENOMINATOR_CORRECTIONS"


def dbt_project() -> Path:
    """The dbt project: `dbt` beside the package, unless `DENOMINATOR_DBT` names another."""
    return Path(os.environ.get(DBT_ENV) or PROJECT / "dbt").resolve()


def own_register(dbt_dir: Path) -> Path:
    """The register of published figures that a project keeps beside its models, in `data/raw`."""
    return dbt_dir.parent / "data" / "raw" / "published"


def default_raw() -> tuple[Path, ...]:
    """The raw roots of `DENOMINATOR_RAW` (as in PATH, later ones laid over), else `data/raw`."""
    named = [part for part in os.environ.get(RAW_ENV, "").split(os.pathsep) if part]
    return tuple(Path(part) for part in named) or (PROJECT / "data" / "raw",)


def default_comparators() -> Path | None:
    """One's own list of comparators, of `DENOMINATOR_COMPARATORS`; None if it names none."""
    named = os.environ.get(COMPARATORS_ENV)
    return Path(named).expanduser().resolve() if named else None


def default_corrections() -> Path | None:
    """The file of `DENOMINATOR_CORRECTIONS`, else `data/corrections.yml` if there is one."""
    named = os.environ.get(CORRECTIONS_ENV)
    if named:
        return Path(named).expanduser().resolve()
    usual = PROJECT / "data" / "corrections.yml"
    return usual if usual.is_file() else None


def default_warehouse() -> Path:
    """The warehouse of `DENOMINATOR_WAREHOUSE`, else `data/warehouse`."""
    return Path(os.environ.get(WAREHOUSE_ENV) or PROJECT / "data" / "warehouse")


def dagster_home() -> Path:
    """Dagster's instance: `DAGSTER_HOME`, else `.dagster` in the project, never a user's home."""
    return Path(os.environ.get("DAGSTER_HOME") or PROJECT / ".dagster").resolve()


def absolute(roots: Sequence[Path]) -> tuple[Path, ...]:
    """The same roots, from the top of the file system, in the same order."""
    return tuple(root.expanduser().resolve() for root in roots)


@dataclass(frozen=True)
class Warehouse:
    """The places inside one warehouse folder."""

    root: Path

    @classmethod
    def at(cls, folder: Path) -> "Warehouse":
        """The warehouse in `folder`, which need not exist yet."""
        return cls(folder.expanduser().resolve())

    @cached_property
    def published(self) -> Path:
        """The one file people open."""
        return self.root / "indicators.duckdb"

    @cached_property
    def landing(self) -> Path:
        """Typed rows, one folder a publication."""
        return self.root / "landing"

    @cached_property
    def lock(self) -> Path:
        """The file whose lock says that a refresh is under way."""
        return self.root / ".lock"

    @cached_property
    def exports(self) -> Path:
        """The exports, one folder a release."""
        return self.root / "exports"

    @cached_property
    def private(self) -> Path:
        """What a refresh leaves lying between its start and its end; nothing here is published."""
        return self.root / ".build"

    @cached_property
    def build_db(self) -> Path:
        """dbt's database. Its name never changes: a parsed project calls it so."""
        return self.private / "build.duckdb"

    @cached_property
    def built(self) -> Path:
        """What the good build that lies there was made from; absent if there is none."""
        return self.private / "built.json"

    @cached_property
    def candidate(self) -> Path:
        """The next published file while it is being written, in the folder it will be moved in."""
        return self.root / ".indicators.duckdb.next"
