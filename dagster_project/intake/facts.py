"""What `source.yml` says of a file: what is given, and what is known of its publication.

Belongs here: the facts of a release, from the command's options and from `publications.csv`, and
the error that asks for what neither has. Does not: reading a `source.yml` (landing.metadata).
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dagster_project.intake.problem import IntakeError
from dagster_project.landing.metadata import Metadata
from dagster_project.sources.model import EVIDENCE_CLASSES

_NEEDED = ("publisher", "title", "licence", "evidence_class")
_NOT_STATED = "not stated in the file"
_SYNTHETIC = "synthetic"
# What can be said of a file that says of itself that it is invented.
_INVENTED = {
    "publisher": _NOT_STATED,
    "title": "SYNTHETIC: invented figures",
    "licence": _NOT_STATED,
    "evidence_class": _SYNTHETIC,
}


@dataclass(frozen=True)
class Given:
    """What the person who adds a file says of it; None where they say nothing."""

    year: str | None = None
    release: str | None = None
    published_on: str | None = None
    evidence_class: str | None = None
    url: str | None = None
    publisher: str | None = None
    title: str | None = None
    licence: str | None = None


def dates(given: Given, today: dt.date) -> dt.date | None:
    """The day a file was published, if it is given. Raises `IntakeError` if it cannot be one."""
    if given.published_on is None:
        return None
    try:
        day = dt.date.fromisoformat(given.published_on)
    except ValueError as error:
        raise IntakeError(
            "--published-on",
            f"'{given.published_on}' is not a date",
            "Write the day as 2013-07-10, or leave it out if it is not known.",
        ) from error
    if day > today:
        raise IntakeError(
            "--published-on",
            f"{day} is still to come",
            "Write the day on which the file came out, or leave it out if it is not known.",
        )
    return day


def facts(
    paths: tuple[Path, ...], source: str, year: str, invented: bool, given: Given, today: dt.date
) -> Metadata:
    """What is to be written of a release. Raises `IntakeError` naming the options that lack."""
    known = _INVENTED if invented else _known(source, year)
    stated = {name: getattr(given, name) or known.get(name) for name in _NEEDED}
    lacking = [name for name, value in stated.items() if not value]
    if lacking:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in lacking)
        raise IntakeError(
            paths[0],
            f"a file of {' '.join([source, year]).strip()} does not tell its "
            f"{', '.join(lacking).replace('_', ' ')}",
            f"Say it with {options}; where a publisher states no licence, say that.",
            "fact-missing",
        )
    if stated["evidence_class"] not in EVIDENCE_CLASSES:
        raise IntakeError(
            "--evidence-class",
            f"'{stated['evidence_class']}' is no evidence class",
            f"Use one of {', '.join(EVIDENCE_CLASSES)}.",
        )
    return Metadata(
        **{name: str(value) for name, value in stated.items()},
        published_on=dates(given, today),
        retrieved_on=today,
        url=given.url,
        obtained_from=", ".join(path.name for path in paths),
    )


def contradiction(stands: Metadata, given: Given, source: str, year: str, invented: bool) -> str:
    """In what the `source.yml` of a release is unlike a file to be put beside it; empty if not.

    Invented figures and others never lie in one release, whoever says which they are.
    """
    worth = _INVENTED if invented else _known(source, year)
    is_invented = (given.evidence_class or worth.get("evidence_class")) == _SYNTHETIC
    if is_invented != (stands.evidence_class == _SYNTHETIC):
        return f"its evidence_class is '{stands.evidence_class}', and the file's would not be"
    for name in (*_NEEDED, "published_on", "url"):
        said = getattr(given, name)
        if said is not None and str(getattr(stands, name)) != said:
            return f"its {name} is '{getattr(stands, name)}', and you say '{said}'"
    return ""


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    with (Path(__file__).parent / "publications.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _known(source: str, year: str) -> Mapping[str, str]:
    """What is known of a source's publication of a year, if anything is."""
    for row in _rows():
        if row["source"] != source:
            continue
        if not row["first_year"] or row["first_year"] <= year <= row["last_year"]:
            return {**row, "title": row["title"].format(year=year)}
    return {}
