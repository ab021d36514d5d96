"""`source.yml`: who published a release, under which licence, and what its rows are worth.

Belongs here: reading and judging it. Does not: the files it speaks of.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.formats.keyed import Keyed, brief, read_keyed
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
    if not path.exists() and not path.is_symlink():
        raise FileProblem("source-yml-missing", f"there is no {METADATA} in its folder")
    try:
        return Metadata(**_values(read_keyed(path)))
    except FileProblem as problem:
        where = f"{METADATA}, {problem.place}" if problem.place else METADATA
        raise FileProblem("source-yml-invalid", f"{where}: {problem.reason}") from problem


def _invalid(reason: str) -> FileProblem:
    return FileProblem("source-yml-invalid", reason)


def _values(given: Keyed) -> dict[str, Any]:
    known = (*_REQUIRED, *_DATES, *_TEXTS)
    for key, value in given.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"; the nearest is '{near[0]}'" if near else f"; known are {', '.join(known)}"
            raise _invalid(f"'{brief(key)}' is not a known key{hint}")
        if isinstance(value, dict | list):
            kind = "a list" if isinstance(value, list) else "a group of keys"
            raise _invalid(f"'{key}' is {kind}, and one text belongs there")
    texts = {key: value.strip() for key, value in given.items() if value and value.strip()}
    for key in _REQUIRED:
        if key not in texts:
            raise _invalid(f"'{key}' is missing")
    for key, text in texts.items():
        if not text.isprintable() and key != "note":
            raise _invalid(f"'{key}' is not one line of text")
    if texts["evidence_class"] not in EVIDENCE_CLASSES:
        raise _invalid(
            f"evidence_class is '{brief(texts['evidence_class'])}', and can be "
            f"{', '.join(EVIDENCE_CLASSES)}"
        )
    return texts | {key: _date(key, texts[key]) for key in _DATES if key in texts}


_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00)?)?")


def _date(key: str, text: str) -> dt.date:
    found = _DAY.fullmatch(text)
    try:
        return dt.date.fromisoformat(found[1] if found else "")
    except ValueError as error:
        raise _invalid(f"'{key}' is '{brief(text)}', not a date such as 2013-07-10") from error
