"""Known vulnerabilities of what is locked: `make audit ADVISORIES=FILE`.

Belongs here: holding the pins of both locks against advisories that lie on this machine, without a
network: files in the OSV schema (a JSON file, a folder of them, or the ecosystem's zip as
osv.dev gives it), or the `insecure_full.json` of the package safety-db. Does not: fetching them.
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from licences import LOCKS, PROJECT, locked
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


class AdvisoriesError(Exception):
    """The advisories cannot be used, in words."""


@dataclass(frozen=True, order=True)
class Finding:
    """A pin that an advisory names."""

    name: str
    version: str
    advisory: str
    summary: str


def records(path: Path) -> Iterator[Mapping[str, Any]]:
    """Every document of a JSON file, a folder of JSON files, or a zip of them."""
    if path.is_dir():
        for file in sorted(path.rglob("*.json")):
            yield json.loads(file.read_text("utf-8"))
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".json"):
                    yield json.loads(archive.read(name))
    else:
        found = json.loads(path.read_text("utf-8"))
        yield from found if isinstance(found, list) else [found]


def findings(pins: Mapping[str, str], documents: Iterator[Mapping[str, Any]]) -> set[Finding]:
    """Every pin that an advisory names. Raises `AdvisoriesError` if there is not one advisory."""
    found: set[Finding] = set()
    read = 0
    for document in documents:
        if "affected" in document:
            read += 1
            found.update(_of_osv(pins, document))
        elif "id" not in document:
            read += sum(isinstance(each, list) for each in document.values())
            found.update(_of_safety(pins, document))
    if not read:
        raise AdvisoriesError(
            "there is no advisory in it, neither of OSV's schema nor of safety-db"
        )
    return found


def _of_osv(pins: Mapping[str, str], advisory: Mapping[str, Any]) -> Iterator[Finding]:
    if advisory.get("withdrawn"):
        return
    for affected in advisory["affected"]:
        package = affected.get("package", {})
        name = canonicalize_name(package.get("name", ""))
        if package.get("ecosystem") == "PyPI" and name in pins and _hit(pins[name], affected):
            summary = advisory.get("summary") or advisory.get("details", "")[:120]
            yield Finding(name, pins[name], advisory["id"], summary)


def _hit(pin: str, affected: Mapping[str, Any]) -> bool:
    if pin in affected.get("versions", ()):
        return True
    version = Version(pin)
    return any(
        _within(version, each["events"])
        for each in affected.get("ranges", ())
        if each.get("type") == "ECOSYSTEM"
    )


def _within(version: Version, events: list[Mapping[str, str]]) -> bool:
    """Whether the last event at or before the version leaves it affected (OSV schema, evaluation)."""
    state = False
    for event in sorted(events, key=_order):
        [(kind, text)] = event.items()
        if kind == "introduced" and version >= _version(text):
            state = True
        fixed = kind == "fixed" and version >= _version(text)
        if fixed or (kind == "last_affected" and version > _version(text)):
            state = False
    return state


def _order(event: Mapping[str, str]) -> tuple[Version, bool]:
    [(kind, text)] = event.items()
    return _version(text), kind != "introduced"


def _version(text: str) -> Version:
    try:
        return Version(text)  # "0" stands for the first version of all
    except InvalidVersion as error:
        raise AdvisoriesError(f"'{text}' is no version") from error


def _of_safety(pins: Mapping[str, str], document: Mapping[str, Any]) -> Iterator[Finding]:
    for name, advisories in document.items():
        pin = pins.get(canonicalize_name(name))
        for one in advisories if pin and isinstance(advisories, list) else ():
            if any(SpecifierSet(spec).contains(pin, prereleases=True) for spec in one["specs"]):
                yield Finding(canonicalize_name(name), pin or "", one["id"], one["advisory"][:120])


def _bundled() -> Path | None:
    """The database that the package safety-db carries, where somebody has installed it."""
    spec = find_spec("safety_db")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).with_name("insecure_full.json")


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Hold the locks against advisories on this machine."
    )
    parser.add_argument("advisories", nargs="?", type=Path, help="OSV JSON, a folder, or a zip")
    path = parser.parse_args().advisories or _bundled()
    if path is None or not path.exists():
        sys.exit(
            "There are no advisories to hold the locks against. Download the PyPI zip of OSV "
            "(osv.dev, data dumps) and name it: make audit ADVISORIES=all.zip"
        )
    pins: dict[str, str] = {}
    for lock in LOCKS:
        pins |= locked(PROJECT / lock)
    try:
        found = findings(pins, records(path))
    except (AdvisoriesError, OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        sys.exit(f"The advisories in {path} cannot be read: {error}")
    for one in sorted(found):
        print(f"{one.name} {one.version}: {one.advisory} {one.summary}")
    print(f"{len(pins)} pinned packages, {len(found)} known vulnerabilities, by {path.name}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
