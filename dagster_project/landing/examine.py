"""One publication: all its files read, all its rows judged.

Belongs here: the order of judgement, what goes to quarantine, what is flagged, and the counts.
Does not: opening files (reading), what the rules are (sources), writing (store).

Rules that refuse come first: where one bad row makes the whole file worthless. The others are
applied in the source's order; a row is quarantined by the first rule it breaks, and later rules do
not see it. Then pandera validates what is left, eagerly, against the source's row model;
rows that fail one of the model's own checks go to quarantine under that check's rule, and the rest
is validated again. A cell that is withheld costs the row nothing else. Flags are looked for in the
rows that are loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from dagster_project.formats.content import read_content
from dagster_project.formats.problem import FileProblem
from dagster_project.landing.corrections import (
    VALUE_CORRECTED,
    AppliedCorrection,
    Effect,
    apply,
    flag,
)
from dagster_project.landing.file_rules import refused, rule_outcomes
from dagster_project.landing.metadata import Metadata, read_metadata
from dagster_project.landing.outcome import (
    FileOutcome,
    LandedPublication,
    Publication,
    paragraph,
)
from dagster_project.landing.reading import read_file
from dagster_project.landing.tree import METADATA, inside
from dagster_project.sources import SOURCES, is_list
from dagster_project.sources.frames import FileRows, to_frame
from dagster_project.sources.model import BOUNDS, UNREADABLE, columns_of, landed_schema
from dagster_project.sources.source import (
    Broken,
    Context,
    Rows,
    Rule,
    Severity,
    TableSource,
)


@dataclass(frozen=True)
class Examined:
    """A publication judged: the rows to load, and what is written beside them."""

    landed: LandedPublication
    metadata: Metadata | None
    rows: pd.DataFrame
    quarantine: list[dict[str, Any]]
    flags: list[dict[str, Any]]


def examine(publication: Publication, seen: dict[str, str], *, loose: bool = False) -> Examined:
    """Read and judge every file of a publication, without writing anything.

    A `loose` one is a file in no raw tree: nothing is said of it yet, and its year may be blank.
    """
    source = SOURCES[publication.source]
    assert isinstance(source, TableSource)
    context = Context(publication.year or None, publication.release or None)
    metadata, problem = (None, None) if loose else metadata_of(publication)
    outcomes: list[FileOutcome] = []
    files: list[FileRows] = []
    for path in publication.files:
        outcome, rows = _open(publication, path, source, context, seen, problem)
        outcomes.append(outcome)
        if rows is not None:
            files.append(rows)
    files, corrected = apply(publication.corrections, source, files)
    judged = judge(source, files, context, metadata)
    judged.flags.extend(_corrected(publication, files, corrected))
    counted = [count(source, outcome, judged) for outcome in outcomes]
    rules = rule_outcomes((*source.rules, VALUE_CORRECTED), counted, _broken(judged))
    landed = LandedPublication(publication, tuple(counted), rules, corrections=tuple(corrected))
    return Examined(landed, metadata, judged.rows, judged.quarantine, judged.flags)


def _corrected(
    publication: Publication, files: Sequence[FileRows], corrected: Sequence[AppliedCorrection]
) -> Iterator[dict[str, Any]]:
    """A flag for each value that was corrected."""
    digests = {file.path: file.sha256 for file in files}
    names = ("source", "financial_year", "release")
    where = dict(zip(names, publication.key, strict=True))
    for one in corrected:
        if one.effect is Effect.APPLIED:
            yield flag(one, where | {"source_sha256": digests[one.correction.file]})


def refuse_deadly(publication: Publication, path: Path) -> None:
    """Refuse a file that ended the process that read it."""
    if path in publication.deadly:
        raise out_of_memory()


def out_of_memory() -> FileProblem:
    """The problem of a file that ended the process that read it."""
    return FileProblem(
        "reader-died", "the process that read it came to an end, perhaps for want of memory"
    )


def metadata_of(publication: Publication) -> tuple[Metadata | None, FileProblem | None]:
    """What `source.yml` says of a publication, or what is wrong with it."""
    if publication.held_back is not None:
        held = publication.held_back
        return None, FileProblem(held.rule_id, held.reason)
    if is_list(publication.source) and not (publication.folder / METADATA).exists():
        return None, None  # a list gives no figure whose worth would have to be told
    try:
        inside(publication.root, publication.folder / METADATA)
        return read_metadata(publication.folder), None
    except FileProblem as problem:
        return None, problem


def _open(
    publication: Publication,
    path: Any,
    source: TableSource,
    context: Context,
    seen: dict[str, str],
    problem: FileProblem | None,
) -> tuple[FileOutcome, FileRows | None]:
    label = publication.label(path)
    outcome = FileOutcome(label, *publication.key)
    try:
        inside(publication.root, path)
        content = read_content(path)
        outcome = replace(outcome, sha256=content.sha256, bytes=len(content.data))
        if problem is not None:
            raise problem
        refuse_deadly(publication, path)
        read = read_file(path, label, content, source, context, seen)
    except FileProblem as found:
        return refused(outcome, found), None
    outcome = replace(outcome, layout=read.layout, encoding=read.encoding, note=read.note)
    return outcome, FileRows(label, content.sha256, read.rows)


@dataclass(frozen=True)
class Judged:
    """Rows to load, the records of quarantine and flags, and why files are refused, by label."""

    rows: pd.DataFrame
    quarantine: list[dict[str, Any]]
    flags: list[dict[str, Any]]
    refused: dict[str, FileProblem]


def judge(
    source: TableSource, files: Sequence[FileRows], context: Context, metadata: Metadata | None
) -> Judged:
    """Apply every rule of the source to all rows of a publication at once."""
    constants = {
        "source": source.name,
        "financial_year": context.year or "",
        "release": context.release or "",
        "published_on": metadata.published_on if metadata else None,
        "evidence_class": metadata.evidence_class if metadata else "published",
    }
    frame = to_frame(source.row, files, constants, context)
    originals = _Originals(files)
    frame, unfit = _refuse(source, frame, context, originals)
    everything = frame
    quarantine: list[dict[str, Any]] = []
    flags: list[dict[str, Any]] = []
    for rule in source.rules:
        if rule.severity is Severity.QUARANTINE and rule.check is not None:
            frame = _sift(frame, rule, list(rule.check(frame, context)), originals, quarantine)
    for rule in source.rules:
        if rule.severity is Severity.WITHHOLD and rule.check is not None and len(frame):
            found = list(rule.check(frame, context))
            for broken in found:
                flags.extend(_flags(frame, rule, broken, originals))
            frame = _withhold(frame, found)
    frame = _validate(source, frame, originals, quarantine)
    for rule in source.rules:
        if rule.severity is Severity.FLAG and rule.check is not None and len(frame):
            seen = _with_loaded(everything, frame) if rule.whole else frame
            for broken in rule.check(seen, context):
                flags.extend(_flags(frame, rule, broken, originals))
    return Judged(frame, quarantine, flags, unfit)


def _with_loaded(everything: pd.DataFrame, loaded: pd.DataFrame) -> pd.DataFrame:
    return everything.assign(_loaded=everything.index.isin(loaded.index))


def _refuse(
    source: TableSource, frame: pd.DataFrame, context: Context, originals: _Originals
) -> tuple[pd.DataFrame, dict[str, FileProblem]]:
    """Take files out of the frame that a row makes worthless; the first such row says why."""
    unfit: dict[str, FileProblem] = {}
    for rule in source.rules:
        if rule.severity is Severity.REFUSE and rule.check is not None:
            for broken in rule.check(frame, context):
                for row in _rows(frame, broken.rows):
                    place = originals.place(row, broken.field)
                    problem = FileProblem(rule.id, broken.message(row), place)
                    unfit.setdefault(row["source_file"], problem)
    return frame[~frame["source_file"].isin(list(unfit))], unfit


class _Originals:
    """Rows as printed and the places of cells, found again from a row of the frame."""

    def __init__(self, files: Sequence[FileRows]) -> None:
        self._files = files

    def verbatim(self, row: Mapping[str, Any]) -> str:
        rows, number = self._find(row)
        return json.dumps(rows.verbatim(number), ensure_ascii=False)

    def place(self, row: Mapping[str, Any], field: str | None) -> str:
        rows, number = self._find(row)
        cells = rows.cell_places[number] if rows.cell_places is not None else {}
        return cells.get(field or "", str(row["source_locator"]))

    def _find(self, row: Mapping[str, Any]) -> tuple[Rows, int]:
        number = int(row["_row"])
        for rows in self._files[int(row["_file"])].rows:
            if number < len(rows):
                return rows, number
            number -= len(rows)
        raise IndexError(number)


def _sift(
    frame: pd.DataFrame,
    rule: Rule,
    found: Sequence[Broken],
    originals: _Originals,
    quarantine: list[dict[str, Any]],
) -> pd.DataFrame:
    """Take the rows that break a rule out of the frame, each once, into quarantine."""
    gone: set[Any] = set()
    for broken in found:
        fresh = [index for index in broken.rows if index not in gone]
        gone.update(fresh)
        quarantine.extend(
            _record(row, originals, broken, rule) | {"content": originals.verbatim(row)}
            for row in _rows(frame, fresh)
        )
    return frame.drop(index=list(gone)) if gone else frame


def _withhold(frame: pd.DataFrame, found: Sequence[Broken]) -> pd.DataFrame:
    """The rows without the cells that break a rule: no value and no bounds, the text as printed."""
    if found:
        frame = frame.copy()
    for broken in found:
        frame.loc[broken.rows, [f"{broken.field}{part}" for part in ("", *BOUNDS)]] = np.nan
        frame.loc[broken.rows, f"{broken.field}_status"] = UNREADABLE
    return frame


def _rows(frame: pd.DataFrame, indices: Any) -> Iterator[dict[str, Any]]:
    """Some rows of the frame for messages, each with its label under `_index`."""
    for index, row in frame.loc[indices].to_dict("index").items():
        yield {str(name): _shown(value) for name, value in row.items()} | {"_index": index}


def _shown(value: Any) -> Any:
    """A cell for a message: nothing where there is none."""
    return "" if value is None or value is pd.NA or value is pd.NaT or value != value else value


def _record(
    row: Mapping[str, Any], originals: _Originals, broken: Broken, rule: Rule
) -> dict[str, Any]:
    keys = ("source", "financial_year", "release", "source_file", "source_sha256")
    return {key: row[key] for key in keys} | {
        "source_locator": originals.place(row, broken.field),
        "rule_id": rule.id,
        "field": broken.field,
        "message": broken.message(row),
        "remedy": rule.remedy,
    }


def _flags(
    frame: pd.DataFrame, rule: Rule, broken: Broken, originals: _Originals
) -> list[dict[str, Any]]:
    records = []
    for row in _rows(frame, broken.rows):
        field = broken.field or ""
        token = row.get(f"{field}_token", row.get(f"{field}_text", row.get(field)))
        records.append(
            _record(row, originals, broken, rule)
            | {
                "area_code": row.get("area_id") or row.get("area_code") or None,
                "token": None if token is None else str(token),
            }
        )
    return records


def _validate(
    source: TableSource,
    frame: pd.DataFrame,
    originals: _Originals,
    quarantine: list[dict[str, Any]],
) -> pd.DataFrame:
    """Pandera's word on every row that is to be loaded."""
    schema = landed_schema(source.row)
    names = list(schema.columns)
    try:
        schema.validate(frame[names], lazy=True)
    except pa.errors.SchemaErrors as errors:
        frame = _sift_failures(source, frame, errors.failure_cases, originals, quarantine)
        schema.validate(frame[names])
    return frame


def _sift_failures(
    source: TableSource,
    frame: pd.DataFrame,
    failures: pd.DataFrame,
    originals: _Originals,
    quarantine: list[dict[str, Any]],
) -> pd.DataFrame:
    """Quarantine rows that fail a check of the model; a failure without a rule is our mistake."""
    rules = {column.name: column.rule for column in columns_of(source.row)}
    by_id = {rule.id: rule for rule in source.rules}
    for field, cases in failures.groupby("column", dropna=False, sort=False):
        rule_id = rules.get(str(field))
        if rule_id is None or cases["index"].isna().any():
            raise AssertionError(f"rows of {source.name} do not fit their model:\n{cases}")
        rows = pd.Index(cases["index"].unique())
        rows = rows.intersection(frame.index)
        message = _not_listed(str(field))
        broken = Broken(rows, str(field), message)
        frame = _sift(frame, by_id[rule_id], [broken], originals, quarantine)
    return frame


def _not_listed(field: str) -> Any:
    return lambda row: f"'{row[field]}' is not one of the values that {field} can have"


def count(source: TableSource, outcome: FileOutcome, judged: Judged) -> FileOutcome:
    """The outcome of a file that was read, once its rows are judged."""
    if outcome.refused:
        return outcome
    if outcome.path in judged.refused:
        return refused(outcome, judged.refused[outcome.path], source.rules)
    loaded = int((judged.rows["source_file"] == outcome.path).sum())
    quarantined = sum(record["source_file"] == outcome.path for record in judged.quarantine)
    flagged = sum(record["source_file"] == outcome.path for record in judged.flags)
    return replace(
        outcome,
        rows_read=loaded + quarantined,
        rows_loaded=loaded,
        rows_quarantined=quarantined,
        cells_flagged=flagged,
    )


def _broken(judged: Judged) -> dict[str, tuple[int, Sequence[str]]]:
    """How often each rule of the source was broken, with examples."""
    texts: dict[str, list[str]] = {}
    for record in (*judged.quarantine, *judged.flags):
        text = paragraph(
            record["source_file"],
            record["source_locator"],
            record["message"],
            record["rule_id"],
            record["remedy"],
        )
        texts.setdefault(record["rule_id"], []).append(text)
    return {rule_id: (len(found), found) for rule_id, found in texts.items()}
