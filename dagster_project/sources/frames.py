"""From the text of rows to the typed frame that rules and pandera see.

Belongs here: the one place where text becomes numbers and dates, each with what was wrong with it
kept beside it. Does not: which rows are good.

Beside the columns that are landed, the frame has working columns: `_file` and `_row` (where the row
came from), `_overlong`, `<field>_problem` (the id of the rule that the text breaks) and
`<field>_text` (the text of a date or whole number).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from dagster_project.formats.tokens import Kind, Reading, read_cell, read_date, read_number, read_whole
from dagster_project.sources.model import PARTS, PROVENANCE, Column, Date, columns_of
from dagster_project.sources.source import Context, Rows
from dagster_project.sources.tables import memoised, stripped

_TEXT = pd.StringDtype(na_value=np.nan)


@dataclass(frozen=True)
class FileRows:
    """The rows of one file, and how the file is named in what is landed."""

    path: str
    sha256: str
    rows: Sequence[Rows]


def to_frame(
    model: type[pa.DataFrameModel],
    files: Sequence[FileRows],
    constants: Mapping[str, Any],
    context: Context,
) -> pd.DataFrame:
    """All rows of a publication as one typed frame, in the order of files and lines.

    `constants` are the provenance columns that are the same for every row. Nothing is dropped and
    nothing raises: a text that cannot be read leaves a null and a problem.
    """
    parts = [(number, file, rows) for number, file in enumerate(files) for rows in file.rows]
    total = sum(len(rows) for _, _, rows in parts)
    data: dict[str, Any] = _provenance(parts, constants, total)
    data |= _bookkeeping(parts)
    texts = {column.name: _gather(column.name, parts) for column in columns_of(model)}
    for column in columns_of(model):
        if not column.is_measured:
            data |= _plain(column, texts[column.name])
    frame = pd.DataFrame(data, index=pd.RangeIndex(total))
    measured = [
        _measured(column, texts[column.name], frame, context)
        for column in columns_of(model)
        if column.is_measured
    ]
    return pd.concat([frame, *measured], axis=1) if measured else frame


def _provenance(
    parts: Sequence[tuple[int, FileRows, Rows]], constants: Mapping[str, Any], total: int
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name in PROVENANCE:
        if name == "source_file":
            values: Any = _text([file.path for _, file, rows in parts for _ in range(len(rows))])
        elif name == "source_sha256":
            values = _text([file.sha256 for _, file, rows in parts for _ in range(len(rows))])
        elif name == "source_locator":
            values = _text([place for _, _, rows in parts for place in rows.places])
        elif name == "published_on":
            values = np.full(total, np.datetime64(constants[name] or "NaT", "s"), dtype=Date)
        else:
            values = _text([constants[name]] * total)
        data[name] = values
    return data


def _bookkeeping(parts: Sequence[tuple[int, FileRows, Rows]]) -> dict[str, Any]:
    # a file's rows are numbered through all its sheets
    counts: dict[int, int] = {}
    numbers: list[int] = []
    for file, _, rows in parts:
        start = counts.get(file, 0)
        numbers.extend(range(start, start + len(rows)))
        counts[file] = start + len(rows)
    return {
        "_file": np.array([file for file, _, rows in parts for _ in range(len(rows))], dtype="int64"),
        "_row": np.array(numbers, dtype="int64"),
        "_overlong": np.array(
            [index in rows.overlong for _, _, rows in parts for index in range(len(rows))],
            dtype=bool,
        ),
    }


def _gather(name: str, parts: Sequence[tuple[int, FileRows, Rows]]) -> list[str | None]:
    texts: list[str | None] = []
    for _, _, rows in parts:
        texts.extend(rows.columns.get(name) or [None] * len(rows))
    return texts


def _text(values: Sequence[str | None]) -> Any:
    return pd.array(values, dtype=_TEXT)  # type: ignore[call-overload]


def _plain(column: Column, texts: Sequence[str | None]) -> dict[str, Any]:
    dtype = str(column.dtype)
    if dtype.startswith("datetime"):
        return _parsed(column.name, texts, read_date, _dates)
    if dtype.startswith("Int"):
        return _parsed(column.name, texts, read_whole, lambda found: pd.array(found, dtype=dtype))  # type: ignore[call-overload]
    if dtype.startswith("float"):
        return _parsed(column.name, texts, read_number, _floats)
    return {column.name: _text(memoised(stripped, texts))}


def _dates(found: Sequence[dt.date | None]) -> Any:
    return np.array([np.datetime64(day or "NaT", "s") for day in found], dtype=Date)


def _parsed(
    name: str,
    texts: Sequence[str | None],
    read: Callable[[str | None], Any],
    build: Callable[[Sequence[Any]], Any],
) -> dict[str, Any]:
    def attempt(text: str | None) -> tuple[Any, bool]:
        try:
            return read(text), False
        except ValueError:
            return None, True

    found = memoised(attempt, texts)
    return {
        name: build([value for value, _ in found]),
        f"{name}_text": _text(texts),
        f"{name}_problem": np.array([wrong for _, wrong in found], dtype=bool),
    }


def _measured(
    column: Column, texts: Sequence[str | None], frame: pd.DataFrame, context: Context
) -> pd.DataFrame:
    kind = column.kind
    if isinstance(kind, Kind):
        codes, uniques = pd.factorize(np.array(texts, dtype=object), use_na_sentinel=False)
        keys = [(None if pd.isna(text) else text, kind) for text in uniques]
    else:
        assert kind is not None
        pairs = list(zip(texts, kind(frame, context.year), strict=True))
        known = {pair: number for number, pair in enumerate(dict.fromkeys(pairs))}
        codes = np.fromiter((known[pair] for pair in pairs), dtype="int64", count=len(pairs))
        keys = [(text, Kind(name)) for text, name in known]
    readings = [read_cell(text, each) for text, each in keys]
    problems = [_rule_id(reading, each) for reading, (_, each) in zip(readings, keys, strict=True)]
    name = column.name
    token, status, value, lower, upper = (f"{name}{part}" for part in _ORDER)
    return pd.DataFrame(
        {
            value: _floats([reading.value for reading in readings])[codes],
            token: _text(texts),
            status: _text([reading.status for reading in readings]).take(codes),
            lower: _floats([reading.lower for reading in readings])[codes],
            upper: _floats([reading.upper for reading in readings])[codes],
            f"{name}_problem": _text(problems).take(codes),
        },
        index=frame.index,
    )


_ORDER = ("_token", "_status", "", "_lower", "_upper")
assert set(_ORDER) == set(PARTS)


def _floats(values: Sequence[float | None]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([np.nan if value is None else value for value in values], dtype="float64")


_RULES = {
    (Kind.COUNT, "unreadable"): "count-unreadable",
    (Kind.COUNT, "percentage"): "count-is-percentage",
    (Kind.COUNT, "negative"): "count-negative",
    (Kind.COUNT, "fractional"): "count-fractional",
    (Kind.AMOUNT, "negative"): "amount-negative",
    (Kind.AMOUNT, "unreadable"): "amount-unreadable",
    (Kind.AMOUNT, "percentage"): "amount-unreadable",
    (Kind.RATE, "unreadable"): "rate-unreadable",
    (Kind.RATE, "negative"): "rate-unreadable",
    (Kind.FIGURE, "unreadable"): "register-value-invalid",
    (Kind.FIGURE, "percentage"): "register-value-invalid",
}


def _rule_id(reading: Reading, kind: Kind) -> str | None:
    if reading.problem is None:
        return None
    return _RULES[Kind.COUNT if kind is Kind.DASHED else kind, reading.problem]
