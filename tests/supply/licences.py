"""The licences of everything that is locked, as a table: `python tests/supply/licences.py`.

Belongs here: reading the licence that each installed distribution states. Does not: judging it
beyond the list of those that we may not ship.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
STRONG_COPYLEFT = re.compile(r"(?<!L)\b(AGPL|GPL|Affero)", re.IGNORECASE)
"""What a program that is given away under MIT cannot depend on at run time."""


def locked(lock: Path) -> dict[str, str]:
    """Name and version of every pinned distribution whose marker fits this interpreter."""
    pins: dict[str, str] = {}
    for line in lock.read_text("utf-8").splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.removesuffix("\\").strip())
            if requirement.marker is None or requirement.marker.evaluate():
                [pin] = requirement.specifier
                pins[canonicalize_name(requirement.name)] = pin.version
    return pins


def licence(distribution: Distribution) -> str:
    """The licence as the distribution states it: expression, classifiers, or free text."""
    metadata = distribution.metadata
    if metadata.get("License-Expression"):
        return metadata["License-Expression"]
    prefix = "License :: "
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier") or []
        if line.startswith(prefix)
    ]
    text = (metadata.get("License") or "").strip().splitlines()
    return "; ".join(classifiers) or (text[0] if text else "not stated")


def installed() -> dict[str, Distribution]:
    return {canonicalize_name(one.metadata["Name"]): one for one in distributions()}


def table(lock: Path) -> list[tuple[str, str, str]]:
    """Name, version and licence of everything in a lock; raises KeyError if it is not installed."""
    here = installed()
    return [(name, version, licence(here[name])) for name, version in sorted(locked(lock).items())]


def main() -> None:
    for name, version, stated in table(PROJECT / LOCKS[0]):
        print(f"{name:<36}{version:<16}{stated}")


if __name__ == "__main__":
    sys.exit(main())
