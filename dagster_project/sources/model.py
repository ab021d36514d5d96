"""How a source states its layout: a pandera model whose fields know their headings.

Belongs here: the fields every landed row begins with, fields that are read from a heading, measured
fields, and the full schema of what is landed. Does not: any publisher's columns or rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from dagster_project.formats.headings import Wanted
from dagster_project.formats.tokens import STATUSES, Kind
from dagster_project.sources.seeds import seed

Date = np.dtype("datetime64[s]")
EVIDENCE_CLASSES = tuple(row["evidence_class"] for row in seed("evidence_classes"))
AREA_LEVELS = ("council", "region", "council_type", "england")
# A measured field is five columns: the value, the verbatim token, the status that stands in the
# value's place, and the bounds of a token that stands for a range.
PARTS = ("", "_token", "_status", "_lower", "_upper")
BOUNDS = ("_lower", "_upper")
UNREADABLE = "unreadable"

KindOf = Kind | Callable[[pd.DataFrame, str | None], "pd.Series[str]"]


def heading(
    *spellings: str,
    required: bool = True,
    rule: str | None = None,
    filled: bool = False,
    **checks: Any,
) -> Any:
    """A field that is read from a heading; no spelling given means the field's own name.

    `rule` is the id of the rule that a row breaks if it fails the field's own checks; if it must be
    `filled`, a blank fails them too.
    """
    return pa.Field(
        nullable=not filled,
        metadata={"headings": spellings, "required": required, "rule": rule},
        **checks,
    )


def derived(rule: str | None = None, *, filled: bool = False, **checks: Any) -> Any:
    """A field that no heading of its own fills."""
    return pa.Field(nullable=not filled, metadata={"rule": rule}, **checks)


def measured(*spellings: str, kind: KindOf = Kind.COUNT, required: bool = True) -> Any:
    """A field whose cells hold a number or a mark in its place; it lands as five columns.

    `kind` may be a function of all rows and the year, for tables that mix kinds in one column.
    """
    return pa.Field(
        nullable=True,
        metadata={"headings": spellings, "required": required, "kind": kind},
    )


def extended(
    name: str, model: type[pa.DataFrameModel], fields: Mapping[str, Any], doc: str
) -> type[pa.DataFrameModel]:
    """A model with more text fields, whose names are data: the items of a survey."""
    body = {"__annotations__": dict.fromkeys(fields, str), "__doc__": doc, **fields}
    return type(name, (model,), {**body, "__module__": model.__module__})


class LandedRow(pa.DataFrameModel):
    """What every landed row begins with: where it came from, to the line."""

    source: str
    financial_year: str
    release: str
    published_on: Date = pa.Field(nullable=True)  # type: ignore[valid-type]
    evidence_class: str = pa.Field(isin=EVIDENCE_CLASSES)
    source_file: str
    source_sha256: str = pa.Field(str_length=64)
    source_locator: str

    class Config:
        """Every column is there, in order, of its type, and no other."""

        strict = True
        ordered = True
        coerce = False  # coercion is silent; texts are read and judged before


PROVENANCE = tuple(LandedRow.to_schema().columns)


@dataclass(frozen=True)
class Column:
    """One field of a layout as the model states it."""

    name: str
    dtype: Any
    spellings: tuple[str, ...]
    required: bool
    kind: KindOf | None
    rule: str | None

    @property
    def is_measured(self) -> bool:
        """Whether it lands as five columns."""
        return self.kind is not None


@cache
def columns_of(model: type[pa.DataFrameModel]) -> tuple[Column, ...]:
    """The source's own fields, in order, without those that every row begins with."""
    schema = model.to_schema()
    return tuple(_columns(schema))


def _columns(schema: pa.DataFrameSchema) -> Iterator[Column]:
    for name, column in schema.columns.items():
        if name in PROVENANCE:
            continue
        meta = column.metadata or {}
        spellings = meta.get("headings")
        yield Column(
            name,
            column.dtype,
            () if spellings is None else (spellings or (name,)),
            bool(meta.get("required")),
            meta.get("kind"),
            meta.get("rule"),
        )


def wanted(model: type[pa.DataFrameModel], *, without: Sequence[str] = ()) -> tuple[Wanted, ...]:
    """The headings that the model's fields are read from."""
    return tuple(
        Wanted(column.name, column.spellings, column.required)
        for column in columns_of(model)
        if column.spellings and column.name not in without
    )


@cache
def landed_schema(model: type[pa.DataFrameModel]) -> pa.DataFrameSchema:
    """The schema of what is landed: the model, with each measured field as its five columns."""
    schema = model.to_schema()
    kinds = {column.name for column in columns_of(model) if column.is_measured}
    columns: dict[str, pa.Column] = {}
    checks: list[pa.Check] = []
    for name, column in schema.columns.items():
        columns[name] = column
        if name in kinds:
            columns |= _measured_columns(name)
            checks.append(_measured_check(name))
    return pa.DataFrameSchema(columns, checks=checks, strict=True, ordered=True, coerce=False)


def _measured_columns(name: str) -> dict[str, pa.Column]:
    return {
        f"{name}_token": pa.Column(str, nullable=True),
        f"{name}_status": pa.Column(str, pa.Check.isin(STATUSES), nullable=True),
        f"{name}_lower": pa.Column(float, pa.Check.ge(0), nullable=True),
        f"{name}_upper": pa.Column(float, nullable=True),
    }


def _measured_check(name: str) -> pa.Check:
    """A value or a status, never both and never neither; bounds only where a mark gives them."""

    def consistent(frame: pd.DataFrame) -> pd.Series[bool]:
        has_value = frame[name].notna()
        status = frame[f"{name}_status"]
        is_range = status.eq("range").fillna(False).astype(bool)
        lower, upper = frame[f"{name}_lower"], frame[f"{name}_upper"]
        bounded = lower.notna() & upper.notna() & (lower <= upper)
        unbounded = lower.isna() & upper.isna()
        return (has_value != status.notna()) & (bounded.where(is_range, unbounded))

    return pa.Check(consistent, name=f"{name}-value-or-status")
