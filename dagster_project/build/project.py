"""The dbt project as files: its digest, and a manifest that belongs to exactly these files.

Belongs here: telling whether the manifest is of this project, and having dbt make it anew.
Does not: what stands in the manifest (`manifest`), running models (`run`).
"""

import hashlib
import shutil
from importlib.metadata import version
from pathlib import Path

import dagster_project
from dagster_project import atomic
from dagster_project.build import invoke
from dagster_project.build.manifest import manifest_file
from dagster_project.digest import tree_digest
from dagster_project.paths import Warehouse


def project_digest(dbt_dir: Path) -> str:
    """One digest for the dbt project and the programs that read it."""
    parts = [tree_digest(dbt_dir), version("dbt-core"), version("dbt-duckdb")]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def code_version(dbt_dir: Path) -> str:
    """Which code made a release: the package's version and a digest of its code and models."""
    package = tree_digest(Path(dagster_project.__file__).parent)
    digest = hashlib.sha256(f"{package} {tree_digest(dbt_dir)}".encode()).hexdigest()
    return f"{dagster_project.__version__}+{digest[:12]}"


def _stamp(dbt_dir: Path) -> Path:
    return manifest_file(dbt_dir).with_name("manifest.digest")


def parsed_file(dbt_dir: Path) -> Path:
    """Where dbt's own account of the parsed project lies, from which a build begins."""
    return manifest_file(dbt_dir).with_name(invoke.PARSED)


def is_prepared(dbt_dir: Path) -> bool:
    """Whether the manifest is there and was made from the project as it is now."""
    stamp = _stamp(dbt_dir)
    return (
        manifest_file(dbt_dir).is_file()
        and parsed_file(dbt_dir).is_file()
        and stamp.is_file()
        and stamp.read_text(encoding="ascii").strip() == project_digest(dbt_dir)
    )


def prepare(dbt_dir: Path, warehouse: Warehouse, *, debug: bool = False) -> bool:
    """Have dbt write the manifest, unless the one that is there is of these very files.

    True if dbt had to parse. Each file is put in place in one step, the stamp last, so that
    a kill in between only means parsing once more.
    """
    if is_prepared(dbt_dir):
        return False
    digest = project_digest(dbt_dir)
    invoke.parse(dbt_dir, warehouse, debug=debug)
    for place in (manifest_file(dbt_dir), parsed_file(dbt_dir)):
        _put(invoke.target(warehouse) / place.name, place)
    stamp = warehouse.private / "manifest.digest"
    stamp.write_text(digest + "\n", encoding="ascii")
    _put(stamp, _stamp(dbt_dir))
    return True


def warm_up(dbt_dir: Path) -> None:
    """Do what a build of the prepared project needs first, which takes seconds."""
    invoke.load(dbt_dir, parsed_file(dbt_dir))


def _put(made: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{place.name}.{made.stat().st_ino}")
    shutil.copyfile(made, aside)
    atomic.replace_file(aside, place)
