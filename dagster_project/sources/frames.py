"""From the text of rows to the typed frame that rules and pandera see.

Belongs here: the one place where text becomes numbers and dates, each with what was wrong with it
kept beside it. Does not: which rows are good.

Beside the columns that are landed, the frame has working columns: `_file` and `_row` (where the row
came from), `_overlong` and the others of `Shape`, `<field>_problem` (the id of the
rule that the text breaks) and `<field>_text` (the text of a date or whole number).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from dagster_project.formats.tokens import (
    Kind,
    Reading,
    read_cell,
    read_date,
    read_number,
    read_whole,
)
from dagster_project.sources.model import PARTS, PROVENANCE, Column, Date, columns_of
from dagster_project.sources.source import Context, Rows
from dagster_project.sources.tables import memoised, stripped

_TEXT = pd.StringDtype(na_value=np.nan)
# The columns that say how a row fits the headings.
SHAPES = ("_overlong", "_short", "_cut", "_shifted", "_unended")


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
    data |= _bookkeeping(parts, total)
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
    lengths = [len(rows) for _, _, rows in parts]
    of_part = np.repeat(np.arange(len(parts)), lengths)
    data: dict[str, Any] = {}
    for name in PROVENANCE:
        if name == "source_file":
            values: Any = _text([file.path for _, file, _ in parts]).take(of_part)
        elif name == "source_sha256":
            values = _text([file.sha256 for _, file, _ in parts]).take(of_part)
        elif name == "source_locator":
            values = _text([place for _, _, rows in parts for place in rows.places])
        elif name == "published_on":
            values = np.full(total, np.datetime64(constants[name] or "NaT", "s"), dtype=Date)
        else:
            values = _text([constants[name]]).take(np.zeros(total, dtype="int64"))
        data[name] = values
    return data


def _bookkeeping(parts: Sequence[tuple[int, FileRows, Rows]], total: int) -> dict[str, Any]:
    files = np.repeat([file for file, _, _ in parts], [len(rows) for _, _, rows in parts])
    starts: dict[int, int] = {}
    numbers = np.empty(total, dtype="int64")
    shapes = {name: np.zeros(total, dtype=bool) for name in SHAPES}
    begin = 0
    for file, _, rows in parts:
        # a file's rows are numbered through all its sheets
        first = starts.get(file, 0)
        numbers[begin : begin + len(rows)] = np.arange(first, first + len(rows))
        shape = rows.shape
        each = (shape.long, shape.short, shape.cut, shape.shifted)
        for name, found in zip(SHAPES, each, strict=False):
            shapes[name][[begin + index for index in found]] = True
        if shape.unended and len(rows):
            shapes["_unended"][begin + len(rows) - 1] = True
        starts[file] = first + len(rows)
        begin += len(rows)
    return {"_file": files.astype("int64"), "_row": numbers, **shapes}


def _gather(name: str, parts: Sequence[tuple[int, FileRows, Rows]]) -> list[str | None]:
    texts: list[str | None] = []
    for _, _, rows in parts:
        texts.extend(rows.columns.get(name) or [None] * len(rows))
    return texts


def _text(values: Sequence[str | None]) -> Any:
    return pd.array(values, dtype=_TEXT)


def _codes(texts: Sequence[str | None]) -> tuple[Any, list[str | None]]:
    """Texts as numbers into their distinct values: most texts of a table repeat."""
    values = np.empty(len(texts), dtype=object)
    values[:] = texts
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    return codes, [text if isinstance(text, str) else None for text in distinct]


def _plain(column: Column, texts: Sequence[str | None]) -> dict[str, Any]:
    dtype = str(column.dtype)
    if dtype.startswith("datetime"):
        return _parsed(column.name, texts, read_date, _dates)
    if dtype.startswith("Int"):
        return _parsed(column.name, texts, read_whole, lambda found: _whole(found, dtype))
    if dtype.startswith("float"):
        return _parsed(column.name, texts, read_number, _floats)
    codes, distinct = _codes(texts)
    return {column.name: _text([stripped(text) for text in distinct]).take(codes)}


def _whole(found: Sequence[int | None], dtype: str) -> Any:
    return pd.array(found, dtype=dtype)  # type: ignore[call-overload]


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
        codes, distinct = _codes(texts)
        token_codes = codes
        keys = [(text, kind) for text in distinct]
    else:
        assert kind is not None
        token_codes, distinct = _codes(texts)
        kind_codes, kinds = _codes(list(kind(frame, context.year)))
        _, firsts, codes = np.unique(
            token_codes * len(kinds) + kind_codes, return_index=True, return_inverse=True
        )
        keys = [(distinct[token_codes[at]], Kind(str(kinds[kind_codes[at]]))) for at in firsts]
    readings = [read_cell(text, each) for text, each in keys]
    problems = [_rule_id(reading, each) for reading, (_, each) in zip(readings, keys, strict=True)]
    name = column.name
    token, status, value, lower, upper = (f"{name}{part}" for part in _ORDER)
    return pd.DataFrame(
        {
            value: _floats([reading.value for reading in readings])[codes],
            token: _text(distinct).take(token_codes),
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
    (Kind.COUNT, "ambiguous"): "count-ambiguous",
    (Kind.COUNT, "sign"): "sign-unknown",
    (Kind.COUNT, "noted"): "note-beside-figure",
    (Kind.AMOUNT, "ambiguous"): "amount-unreadable",
    (Kind.AMOUNT, "sign"): "sign-unknown",
    (Kind.AMOUNT, "noted"): "note-beside-figure",
    (Kind.RATE, "sign"): "rate-unreadable",
    (Kind.RATE, "noted"): "note-beside-figure",
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
