"""Corrections of single cells of published files, each with its reason and a guard.

Belongs here: reading `corrections.yml` and applying its entries to the text of rows before any
rule sees them. Does not: changing a raw file, and records of persons.

An entry names a file by its path in the raw tree, a place as `quality.flagged_value` prints it, and
the field. It is applied only while the cell holds the text in `expect`. Once the publisher has
mended the cell, the entry is no longer applied and the refresh says so (after owid/etl's `expect`
guard).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from dagster_project.formats.keyed import brief, read_keyed
from dagster_project.formats.problem import FileProblem
from dagster_project.landing.outcome import LandingError
from dagster_project.sources import SOURCES
from dagster_project.sources.frames import FileRows
from dagster_project.sources.model import columns_of
from dagster_project.sources.source import BulkSource, Rows, Rule, Severity, TableSource

_REQUIRED = ("file", "place", "field", "expect", "value", "reason", "provider", "status")
VALUE_CORRECTED = Rule(
    "value-corrected",
    Severity.FLAG,
    "a published cell is read as it is printed, unless a correction with a reason says otherwise",
    "quality.correction has the reason; delete the entry once the publisher has mended the file.",
)
STATUSES = ("reported", "confirmed", "unanswered")
"""What the publisher has answered: told of it, agreed, or silent so far."""


class Effect(StrEnum):
    """What a refresh did with a correction."""

    APPLIED = "applied"
    MENDED = "mended"  # the cell holds the corrected value now
    SUPERSEDED = "superseded"  # the cell holds a third value
    PLACE_UNKNOWN = "place_unknown"  # the file has no such place or field
    FILE_REFUSED = "file_refused"


@dataclass(frozen=True)
class Correction:
    """An entry of `corrections.yml`; `expect` and `value` are the cell's text before and after."""

    file: str
    place: str
    field: str
    expect: str
    value: str
    reason: str
    provider: str
    status: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The cell that it corrects."""
        return self.file, self.place, self.field


@dataclass(frozen=True)
class AppliedCorrection:
    """A correction and what the refresh did with it; `token` is the cell's text as printed."""

    correction: Correction
    effect: Effect
    token: str | None = None
    area_code: str | None = None

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> AppliedCorrection:
        """Read what `dataclasses.asdict` made of one."""
        known = {"correction": Correction(**given["correction"]), "effect": Effect(given["effect"])}
        return cls(**{**given, **known})

    @property
    def message(self) -> str:
        """What happened, in one sentence that names file and place."""
        one = self.correction
        where = f"{one.file}, {one.place}, {one.field}"
        texts = {
            Effect.APPLIED: f"'{one.expect}' is corrected to '{one.value}': {one.reason}",
            Effect.MENDED: (
                f"the publisher now prints '{one.value}'; the correction is no longer applied. "
                "Delete its entry"
            ),
            Effect.SUPERSEDED: (
                f"the cell holds '{self.token or ''}', not '{one.expect}'; the correction is not "
                "applied. Compare it with the publisher's file"
            ),
            Effect.PLACE_UNKNOWN: (
                "the file has no such place or field; the correction is not applied. Copy place "
                "and field from quality.flagged_value"
            ),
            Effect.FILE_REFUSED: "the file is refused; the correction is not applied",
        }
        return f"{where}: {texts[self.effect]}."


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Every entry of the file, in its order.

    Raises `LandingError` with rule `corrections-invalid`, naming file and entry, if the file cannot
    be read or an entry is incomplete, repeated, or of a source of persons' records.
    """
    try:
        given = read_keyed(path)
    except FileProblem as problem:
        raise _invalid(path, problem.reason) from problem
    entries = given.get("corrections") if set(given) == {"corrections"} else None
    if not isinstance(entries, list):
        raise _invalid(path, "it has no list under the one key 'corrections'")
    found = [_entry(path, number, entry) for number, entry in enumerate(entries, start=1)]
    keys = [one.key for one in found]
    for number, key in enumerate(keys, start=1):
        if key in keys[: number - 1]:
            raise _invalid(path, f"it corrects {', '.join(key)} twice", number)
    return tuple(found)


def _entry(path: Path, number: int, entry: object) -> Correction:
    if not isinstance(entry, dict):
        raise _invalid(path, "it is no list of 'key: value' lines", number)
    for key in entry:
        if key not in _REQUIRED:
            near = difflib.get_close_matches(str(key), _REQUIRED, n=1)
            hint = f"; the nearest is '{near[0]}'" if near else ""
            raise _invalid(path, f"'{brief(key)}' is not a known key{hint}", number)
    for key in _REQUIRED:
        value = entry.get(key)
        if not isinstance(value, str) or not (value.strip() or key in ("expect", "value")):
            raise _invalid(path, f"'{key}' is missing, or not a text in quotation marks", number)
    one = Correction(**{key: entry[key].strip() for key in _REQUIRED})
    if one.status not in STATUSES:
        known = ", ".join(STATUSES)
        raise _invalid(path, f"status is '{one.status}', and can be {known}", number)
    if one.expect == one.value:
        raise _invalid(path, "'expect' and 'value' are the same", number)
    _check_field(path, number, one)
    return one


def _check_field(path: Path, number: int, one: Correction) -> None:
    source = SOURCES.get(one.file.partition("/")[0])
    if source is None:
        reason = f"'{one.file}' does not begin with a source, as in ccs/2012-13/final/table.csv"
        raise _invalid(path, reason, number)
    if isinstance(source, BulkSource):
        raise _invalid(
            path, f"'{source.name}' holds persons' records, which are not corrected here", number
        )
    fields = [column.name for column in columns_of(source.row)]
    if one.field not in fields:
        raise _invalid(
            path, f"'{source.name}' has no field '{one.field}'; it has {', '.join(fields)}", number
        )


def _invalid(path: Path, reason: str, number: int | None = None) -> LandingError:
    return LandingError(
        reason,
        file=str(path),
        place=f"entry {number}" if number else None,
        rule="corrections-invalid",
        remedy="Correct the file; docs/corrections.md shows an entry.",
    )


def apply(
    corrections: Sequence[Correction], source: TableSource, files: Sequence[FileRows]
) -> tuple[list[FileRows], list[AppliedCorrection]]:
    """The same files with corrected cells, and what happened to each correction.

    Rows keep their printed cells: what goes to quarantine is still verbatim.
    """
    done: list[AppliedCorrection] = []
    corrected = []
    for file in files:
        own = [one for one in corrections if one.file == file.path]
        rows = list(file.rows)
        for one in own:
            done.append(_apply(one, rows))
        corrected.append(replace(file, rows=tuple(rows)))
    read = {file.path for file in files}
    done += [
        AppliedCorrection(one, Effect.FILE_REFUSED) for one in corrections if one.file not in read
    ]
    return corrected, done


def _apply(one: Correction, sheets: list[Rows]) -> AppliedCorrection:
    found = ((number, _row(one, rows)) for number, rows in enumerate(sheets))
    number, row = next((each for each in found if each[1] is not None), (0, None))
    if row is None:
        return AppliedCorrection(one, Effect.PLACE_UNKNOWN)
    rows = sheets[number]
    texts = list(rows.columns[one.field])
    token = (texts[row] or "").strip()
    if token == one.value:
        return AppliedCorrection(one, Effect.MENDED, token)
    if token != one.expect:
        return AppliedCorrection(one, Effect.SUPERSEDED, token)
    texts[row] = one.value
    sheets[number] = replace(rows, columns={**rows.columns, one.field: texts})
    areas = rows.columns.get("area_code")
    return AppliedCorrection(one, Effect.APPLIED, token, areas[row] if areas else None)


def _row(one: Correction, rows: Rows) -> int | None:
    """The row whose place, or whose cell's place, is that of the correction."""
    if one.field not in rows.columns:
        return None
    cells: Sequence[Mapping[str, str]] = rows.cell_places or ({},) * len(rows)
    for row, (place, of_cells) in enumerate(zip(rows.places, cells, strict=True)):
        if of_cells.get(one.field, place) == one.place:
            return row
    return None


def flag(applied: AppliedCorrection, where: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `quality.flagged_value` for a corrected value; `where` as in `record`."""
    one = applied.correction
    return {
        **where,
        "source_file": one.file,
        "source_locator": one.place,
        "area_code": applied.area_code,
        "field": one.field,
        "rule_id": VALUE_CORRECTED.id,
        "token": applied.token,
        "message": applied.message,
        "remedy": VALUE_CORRECTED.remedy,
    }


def record(applied: AppliedCorrection, where: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `quality.correction`; `where` is source, financial_year, release."""
    one = applied.correction
    return {
        **where,
        "source_file": one.file,
        "source_locator": one.place,
        "field": one.field,
        "token": applied.token,
        "expected_token": one.expect,
        "corrected_token": one.value,
        "effect": str(applied.effect),
        "reason": one.reason,
        "provider": one.provider,
        "status": one.status,
        "message": applied.message,
    }
