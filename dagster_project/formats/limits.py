"""How large a file may be, and each part of it: far above what publishers make, far below harm.

Belongs here: the limits, their meaning, and how a user moves one. Does not: where each is enforced.

A limit is moved by an environment variable: `DENOMINATOR_LIMIT_SHEET_CELLS=20000000`.
docs/limits.md has them all. The largest published file known has 83,500 rows of ten columns and
12 MB; the widest workbook 29 sheets and 11 MB of XML.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, fields

from dagster_project.formats.problem import FileProblem

_WHOSE = "Make sure that the file is the publisher's."
ENV = "DENOMINATOR_LIMIT_"


@dataclass(frozen=True)
class Limits:
    """What a file may have at most; sizes in bytes, `_ratio` in bytes inflated for each packed."""

    file_bytes: int = 200_000_000
    archive_bytes: int = 500_000_000
    archive_ratio: int = 200
    archive_members: int = 5_000
    sheets: int = 250
    sheet_cells: int = 5_000_000
    columns: int = 250
    cell_characters: int = 131_072
    reader_bytes: int = 4_000_000_000


def _configured() -> Limits:
    """The limits, with those that the environment names in place of the defaults.

    Raises `ValueError` for a limit that is no whole number above zero, or is no limit.
    """
    known = {ENV + field.name.upper(): field.name for field in fields(Limits)}
    given = {name: text for name, text in os.environ.items() if name.startswith(ENV)}
    moved = {}
    for name, text in given.items():
        if name not in known:
            raise ValueError(f"{name} is not a limit; the limits are {', '.join(known)}")
        if not text.isascii() or not text.isdigit() or int(text) == 0:
            raise ValueError(f"{name} is '{text}', and a limit is a whole number above zero")
        moved[known[name]] = int(text)
    return Limits(**moved)


LIMITS = _configured()


def stated() -> str:
    """All limits as text: what is read under others is read again."""
    return " ".join(f"{name}={value}" for name, value in asdict(LIMITS).items())


def beyond(limit: str, reason: str, place: str | None = None, mend: str = "") -> FileProblem:
    """The problem of a file that is beyond a limit: the reason, the limit, how to move it.

    `mend` is a sentence on how to mend the file, if there is more to say than that it may be wrong.
    """
    return FileProblem(
        "file-too-large",
        f"{reason}; the limit is {getattr(LIMITS, limit):,}",
        place,
        remedy=f"{mend or _WHOSE} If it is meant to be so large, set "
        f"{ENV}{limit.upper()} to a higher number and run again.",
    )
