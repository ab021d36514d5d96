"""`source.yml`: who published a release, under which licence, and what its rows are worth.

Belongs here: reading and judging it. Does not: the files it speaks of.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.formats.content import decode, read_content
from dagster_project.formats.problem import FileProblem
from dagster_project.landing.tree import METADATA
from dagster_project.sources.model import EVIDENCE_CLASSES

_REQUIRED = ("publisher", "title", "licence", "evidence_class")
_DATES = ("published_on", "retrieved_on")
_TEXTS = ("url", "obtained_from", "note")


@dataclass(frozen=True)
class Metadata:
    """What `source.yml` says of a release."""

    publisher: str
    title: str
    licence: str
    evidence_class: str
    published_on: dt.date | None = None
    retrieved_on: dt.date | None = None
    url: str | None = None
    obtained_from: str | None = None
    note: str | None = None


def read_metadata(folder: Path) -> Metadata:
    """Read the `source.yml` of a release folder.

    Raises `FileProblem`: `source-yml-missing`, or `source-yml-invalid` with what is wrong with it.
    """
    path = folder / METADATA
    if not path.exists():
        raise FileProblem("source-yml-missing", f"there is no {METADATA} in its folder")
    try:
        text, _ = decode(read_content(path).data)
        given = parse_yaml(text)
        return Metadata(**_values(given))
    except FileProblem as problem:
        raise FileProblem(
            "source-yml-invalid", f"{METADATA}: {problem.reason}", problem.place
        ) from problem


def _invalid(reason: str) -> FileProblem:
    return FileProblem("source-yml-invalid", reason)


def parse_yaml(text: str) -> Mapping[str, Any]:
    """The keys and values of a YAML text. Raises `FileProblem` `source-yml-invalid`."""
    import yaml

    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" on line {mark.line + 1}" if mark else ""
        raise _invalid(f"it cannot be read as YAML{line}") from error
    except ValueError as error:  # a date such as 2013-02-30
        raise _invalid(f"it has a value that cannot be: {error}") from error
    if not isinstance(given, dict):
        raise _invalid("it has no 'key: value' lines")
    return given


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    known = (*_REQUIRED, *_DATES, *_TEXTS)
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"; the nearest is '{near[0]}'" if near else ""
            raise _invalid(f"'{key}' is not a known key{hint}")
    for key in _REQUIRED:
        if not str(given.get(key) or "").strip():
            raise _invalid(f"'{key}' is missing")
    values = {key: _text(key, given[key]) for key in (*_REQUIRED, *_TEXTS) if given.get(key)}
    if values["evidence_class"] not in EVIDENCE_CLASSES:
        raise _invalid(
            f"evidence_class is '{values['evidence_class']}', and can be "
            f"{', '.join(EVIDENCE_CLASSES)}"
        )
    return values | {key: _date(key, given[key]) for key in _DATES if given.get(key)}


def _text(key: str, value: object) -> str:
    if isinstance(value, dict | list):
        raise _invalid(f"'{key}' is not a text")
    return str(value).strip()


def _date(key: str, value: object) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError as error:
        raise _invalid(f"'{key}' is '{value}', not a date such as 2013-07-10") from error
