"""One publication of a bulk source: every file opened, every row judged, everything counted.

Belongs here: the order of the work, and the outcome of each file and rule. Does not: opening a
file, the SQL of judgement, putting the result in its place (store).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dagster_project.formats.bulk import scan
from dagster_project.formats.problem import FileProblem
from dagster_project.landing.bulk.judge import Bench, judge
from dagster_project.landing.bulk.opening import BulkFile, Opening
from dagster_project.landing.bulk.sql import engine
from dagster_project.landing.examine import metadata_of, refuse_deadly
from dagster_project.landing.file_rules import refused, rule_outcomes
from dagster_project.landing.metadata import Metadata
from dagster_project.landing.outcome import (
    FileOutcome,
    LandedPublication,
    LandingError,
    Publication,
    paragraph,
)
from dagster_project.landing.tree import OUTSIDE, link_problem
from dagster_project.sources.model import landed_schema
from dagster_project.sources.source import BulkSource, Context
from dagster_project.sql import identifier, literal, quoted_place

_SAMPLE = 5
_DISTINCT_BATCH = 100_000


@dataclass(frozen=True)
class BulkExamined:
    """A publication judged; its tables are Parquet files in `folder`."""

    landed: LandedPublication
    metadata: Metadata | None
    folder: Path


def examine(
    source: BulkSource,
    publication: Publication,
    seen: dict[str, str],
    workspace: Path,
    *,
    loose: bool = False,
) -> BulkExamined:
    """Read and judge every file of a publication; its tables are left in the workspace.

    A `loose` one is a file in no raw tree: nothing is said of it yet, and its rows tell its year.
    Raises `LandingError` if the workspace cannot be written.
    """
    metadata, problem = (None, None) if loose else metadata_of(publication)
    outcomes: list[FileOutcome] = []
    files: list[BulkFile] = []
    context = Context(publication.year or None, publication.release or None)
    with _at_work(workspace) as connection:
        opening = Opening(connection, source, context, seen, workspace)
        for path in publication.files:
            outcome = FileOutcome(publication.label(path), *publication.key)
            outcome, file = _open(
                opening, len(files), path, outcome, problem or _in_the_way(publication, path)
            )
            if loose and file is not None:
                outcome = replace(outcome, year=file.year)
            outcomes.append(outcome)
            files += [file] if file else []
        counted, broken = _judged(opening, outcomes, files, metadata)
    rules = rule_outcomes(source.rules, counted, broken)
    landed = LandedPublication(publication, tuple(counted), rules)
    return BulkExamined(landed, metadata, workspace)


def _in_the_way(publication: Publication, path: Path) -> FileProblem | None:
    try:
        refuse_deadly(publication, path)
    except FileProblem as problem:
        return problem
    return link_problem(publication.root, path)


@contextmanager
def _at_work(workspace: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        with engine(workspace) as connection:
            yield connection
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        # DuckDB is out of memory too where the disk has no room for what does not fit
        if isinstance(error, duckdb.OutOfMemoryException) and "temp_directory" not in str(error):
            raise MemoryError(str(error)) from error
        raise LandingError(
            f"the rows cannot be worked on: {str(error).splitlines()[0]}",
            file=str(workspace),
            rule="landing-not-writable",
            remedy="Free space in the landing folder, and run the refresh again.",
        ) from error


def _open(
    opening: Opening,
    number: int,
    path: Path,
    outcome: FileOutcome,
    problem: FileProblem | None,
) -> tuple[FileOutcome, BulkFile | None]:
    try:
        if problem is not None and problem.rule_id == OUTSIDE:
            raise problem
        found = scan(path)
        outcome = replace(outcome, sha256=found.sha256, bytes=found.bytes)
        if problem is not None:
            raise problem
        file = opening.open(number, path, outcome.path, found)
    except FileProblem as found_problem:
        return refused(outcome, found_problem), None
    return replace(outcome, layout=file.layout, encoding=found.encoding, note=file.note), file


def _judged(
    opening: Opening,
    outcomes: Sequence[FileOutcome],
    files: Sequence[BulkFile],
    metadata: Metadata | None,
) -> tuple[list[FileOutcome], dict[str, tuple[int, Sequence[str]]]]:
    """The outcomes of the files with their counts, and how often each rule was broken."""
    if not files:
        return list(outcomes), {}
    context = _context(opening.context, files)
    constants = _constants(opening.source, context, metadata)
    bench = Bench(opening.connection, opening.source, context, files, constants, opening.workspace)
    judge(bench)
    _validate(bench)
    broken: dict[str, tuple[int, Sequence[str]]] = {
        rule_id: (failed, _samples(bench, table, rule_id))
        for table in ("quarantine", "flags")
        for rule_id, failed in _counts(bench, table, "rule_id").items()
    }
    return _counted(bench, outcomes), broken


def _context(context: Context, files: Sequence[BulkFile]) -> Context:
    """The year of the folder, or of the rows where there is no folder."""
    years = {file.year for file in files}
    return replace(context, year=context.year or (years.pop() if len(years) == 1 else None))


def _constants(source: BulkSource, context: Context, metadata: Metadata | None) -> dict[str, Any]:
    return {
        "source": source.name,
        "financial_year": context.year or "",
        "release": context.release or "",
        "published_on": metadata.published_on if metadata else None,
        "evidence_class": metadata.evidence_class if metadata else "published",
    }


def _validate(bench: Bench) -> None:
    """Pandera's word on what is landed, column by column.

    Every check of a bulk source's model is on single values, so it holds for a column if it holds
    for the column's distinct values: these are all looked at, whatever the number of rows. Where
    there is no check but that a value is there, one value is looked at, and a null if there is any.
    """
    rows = f"read_parquet({quoted_place(bench.folder / 'rows.parquet')})"
    for field, column in landed_schema(bench.source.row).columns.items():
        values = f"select distinct {identifier(field)} from {rows}"
        if not column.checks:
            cell = identifier(field)
            values = " union all ".join(
                f"(select {cell} from {rows} where {cell} is {kind} limit 1)"
                for kind in ("not null", "null")
            )
        cursor = bench.connection.cursor().execute(values)
        while batch := cursor.fetchmany(_DISTINCT_BATCH):
            found = pd.Series([value for (value,) in batch], name=field, dtype=object)
            column.validate(found.astype(column.dtype.type).to_frame())


def _counted(bench: Bench, outcomes: Sequence[FileOutcome]) -> list[FileOutcome]:
    loaded = _counts(bench, "rows", "source_file")
    quarantined = _counts(bench, "quarantine", "source_file")
    flagged = _counts(bench, "flags", "source_file")
    counted = [
        outcome
        if outcome.refused
        else replace(
            outcome,
            rows_read=loaded.get(outcome.path, 0) + quarantined.get(outcome.path, 0),
            rows_loaded=loaded.get(outcome.path, 0),
            rows_quarantined=quarantined.get(outcome.path, 0),
            cells_flagged=flagged.get(outcome.path, 0),
        )
        for outcome in outcomes
    ]
    _nothing_lost(bench, counted)
    return counted


def _nothing_lost(bench: Bench, counted: Sequence[FileOutcome]) -> None:
    rows = {file.label: file.rows for file in bench.files}
    lost = {each.path for each in counted if not each.refused and each.rows_read != rows[each.path]}
    if lost:
        raise AssertionError(f"rows were lost or doubled on the way: {', '.join(sorted(lost))}")


def _counts(bench: Bench, table: str, column: str) -> dict[str, int]:
    path = quoted_place(bench.folder / f"{table}.parquet")
    found = bench.run(f"select {column}, count(*) from read_parquet({path}) group by 1").fetchall()
    return {str(key): int(count) for key, count in found}


def _samples(bench: Bench, table: str, rule_id: str) -> tuple[str, ...]:
    path = quoted_place(bench.folder / f"{table}.parquet")
    found = bench.run(
        "select source_file, source_locator, message, rule_id, remedy "
        f"from read_parquet({path}) where rule_id = {literal(rule_id)} limit {_SAMPLE}"
    ).fetchall()
    return tuple(paragraph(*row) for row in found)
