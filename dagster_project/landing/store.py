"""What landed, on disk: Parquet and a manifest for each publication, replaced in one step.

Belongs here: the files of a landing folder, their columns, and swapping a folder for a new one.
Does not: what the rows mean.

A folder is written aside, in `<landing>/.aside`, where no pattern over landing looks, and moved in
place by renaming. If a run is killed between the two renames the publication is missing until the
next run lands it again; every run lands every publication it is asked for.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from dagster_project.landing.corrections import record
from dagster_project.landing.examine import Examined
from dagster_project.landing.metadata import Metadata
from dagster_project.landing.outcome import (
    FileOutcome,
    LandedPublication,
    LandingError,
    Publication,
    RawTree,
)
from dagster_project.names import folder_name
from dagster_project.sources import SOURCES
from dagster_project.sources.model import landed_schema
from dagster_project.sources.source import BulkSource
from dagster_project.sql import place

if TYPE_CHECKING:
    import pandas as pd

    from dagster_project.landing.bulk.examine import BulkExamined

EMPTY = "_empty"
_ASIDE = ".aside"
_WHERE = ("source", "financial_year", "release")
_TEXT, _COUNT, _DAY = pa.string(), pa.int64(), pa.date32()
_QUARANTINE = pa.schema(
    [
        (name, _TEXT)
        for name in (
            *_WHERE,
            "source_file",
            "source_sha256",
            "source_locator",
            "rule_id",
            "field",
            "message",
            "remedy",
            "content",
        )
    ]
)
# Whole rows of persons' records that were quarantined: they go no further than landing.
_WITHHELD = pa.schema(
    [
        (name, _TEXT)
        for name in (
            *_WHERE,
            "source_file",
            "source_sha256",
            "source_locator",
            "rule_id",
            "content",
        )
    ]
)
_FLAGS = pa.schema(
    [
        (name, _TEXT)
        for name in (
            *_WHERE,
            "source_file",
            "source_sha256",
            "source_locator",
            "area_code",
            "field",
            "rule_id",
            "token",
            "message",
            "remedy",
        )
    ]
)
_FILES = pa.schema(
    [
        *((name, _TEXT) for name in (*_WHERE, "path", "sha256")),
        ("bytes", _COUNT),
        ("rows_read", _COUNT),
        ("rows_loaded", _COUNT),
        ("rows_quarantined", _COUNT),
        ("cells_flagged", _COUNT),
        *((name, _TEXT) for name in ("status", "rule_id", "reason", "remedy")),
        *((name, _TEXT) for name in ("layout", "encoding", "note")),
        *((name, _TEXT) for name in ("publisher", "title", "licence", "evidence_class")),
        ("published_on", _DAY),
        ("retrieved_on", _DAY),
        ("url", _TEXT),
    ]
)
_CORRECTIONS = pa.schema(
    [
        (name, _TEXT)
        for name in (
            *_WHERE,
            "source_file",
            "source_locator",
            "field",
            "token",
            "expected_token",
            "corrected_token",
            "effect",
            "reason",
            "provider",
            "status",
            "message",
        )
    ]
)
_ARROW = {
    "string[pyarrow]": _TEXT,
    "float64": pa.float64(),
    "Int32": pa.int32(),
    "Int64": pa.int64(),
    "bool": pa.bool_(),
}


def write(examined: Examined, landing: Path) -> None:
    """Write a publication's folder and put it in the place of the old one.

    Raises `LandingError` if the landing folder cannot be written.
    """
    tables = {
        "rows": _rows(examined.landed.publication.source, examined.rows),
        "quarantine": _table(examined.quarantine, _QUARANTINE),
        "flags": _table(examined.flags, _FLAGS),
    }
    _replace(landing, examined.landed, examined.metadata, tables)


def adopt(examined: BulkExamined, landing: Path) -> None:
    """Put a publication whose tables are written already in the place of the old one.

    A table that is not there has no rows. Raises `LandingError` as `write` does.
    """
    tables: dict[str, pa.Table | Path] = dict(_nothing(examined.landed.publication.source))
    tables |= {path.stem: path for path in examined.folder.glob("*.parquet") if path.stem in tables}
    _replace(landing, examined.landed, examined.metadata, tables)


@contextmanager
def workspace(landing: Path, publication: Publication) -> Iterator[Path]:
    """A folder aside in which a publication is worked on; it is gone afterwards."""
    folder = _aside(landing, publication.key, "work")
    _attempt(landing, lambda: shutil.rmtree(folder, ignore_errors=True))
    _attempt(landing, lambda: folder.mkdir(parents=True))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_empty(landing: Path) -> None:
    """Write `<source>/_empty/_empty` for every source, and clear away what was left aside."""
    _attempt(landing, lambda: shutil.rmtree(landing / _ASIDE, ignore_errors=True))
    for name in SOURCES:
        empty = landing / name / EMPTY / EMPTY
        landed = LandedPublication(Publication(name, EMPTY, EMPTY, landing, empty, ()), (), ())
        _replace(landing, landed, None, _nothing(name))


def _nothing(source: str) -> dict[str, pa.Table]:
    """The tables of a source, of no row."""
    tables = {
        "rows": _rows(source, None),
        "quarantine": _table([], _QUARANTINE),
        "flags": _table([], _FLAGS),
    }
    if isinstance(SOURCES[source], BulkSource):
        tables["withheld"] = _table([], _WITHHELD)
    return tables


def remove_gone(tree: RawTree, landing: Path) -> None:
    """Remove the folders of publications that the raw tree does not have."""
    kept = {publication.landed_in(landing) for publication in tree.publications}
    kept |= {landing / name / EMPTY / EMPTY for name in SOURCES}
    for manifest in sorted(landing.glob("*/*/*/manifest.json")):
        folder = manifest.parent
        if folder not in kept:
            _attempt(landing, lambda folder=folder: shutil.rmtree(folder))
            for parent in (folder.parent, folder.parent.parent):
                if not any(parent.iterdir()):
                    parent.rmdir()


def _rows(source: str, frame: pd.DataFrame | None) -> pa.Table:
    schema = rows_schema(source)
    if frame is None:
        return schema.empty_table()
    return pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)


def rows_schema(source: str) -> pa.Schema:
    """The columns of a source's `rows.parquet`, from its pandera model."""
    columns = landed_schema(SOURCES[source].row).columns
    return pa.schema([(name, _arrow(str(column.dtype))) for name, column in columns.items()])


def _arrow(dtype: str) -> pa.DataType:
    return _DAY if dtype.startswith("datetime") else _ARROW[dtype]


def _file_record(outcome: FileOutcome, metadata: Metadata | None) -> dict[str, Any]:
    record = {**vars(outcome), "financial_year": outcome.year}
    record |= {name: getattr(metadata, name, None) for name in _FILES.names if name not in record}
    return {name: record[name] for name in _FILES.names}


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: str(value) if hasattr(value, "isoformat") else value for key, value in record.items()
    }


def _table(records: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([dict(record) for record in records], schema=schema)


def _replace(
    landing: Path,
    landed: LandedPublication,
    metadata: Metadata | None,
    tables: Mapping[str, pa.Table | Path],
) -> None:
    key = landed.publication.key
    folder = landed.publication.landed_in(landing)
    files = [_file_record(outcome, metadata) for outcome in landed.files]
    corrections = [record(one, dict(zip(_WHERE, key, strict=True))) for one in landed.corrections]
    manifest = {
        **dict(zip(_WHERE, key, strict=True)),
        "files": [_plain(record) for record in files],
        "rules": [asdict(rule) for rule in landed.rules],
    }

    def swap() -> None:
        new, old = (_aside(landing, key, what) for what in ("new", "old"))
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
        new.mkdir(parents=True)
        written = {
            **tables,
            "files": _table(files, _FILES),
            "corrections": _table(corrections, _CORRECTIONS),
        }
        for name, table in written.items():
            _put(table, new / f"{name}.parquet")
        text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
        (new / "manifest.json").write_text(text + "\n", encoding="utf-8")
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)

    _attempt(landing, swap)


def _put(table: pa.Table | Path, to: Path) -> None:
    if isinstance(table, Path):
        table.rename(to)
    else:
        pq.write_table(table, place(to), compression="zstd")


def _aside(landing: Path, key: Sequence[str], what: str) -> Path:
    return landing / _ASIDE / f"{os.getpid()}-{folder_name('-'.join(key))}.{what}"


def _attempt(landing: Path, work: Any) -> None:
    try:
        work()
    except OSError as error:
        raise LandingError(
            f"the landing folder cannot be written: {(error.strerror or str(error)).lower()}",
            file=str(error.filename or landing),
            rule="landing-not-writable",
            remedy="Free space or give permission to write there, and run the refresh again.",
        ) from error
