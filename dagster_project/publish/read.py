"""Questions put to the published file.

Belongs here: opening it so that nothing can be changed, and the answers as plain values.
Does not: how an answer looks (`show`), which questions there are.
"""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dagster_project import disk
from dagster_project.errors import DenominatorError
from dagster_project.paths import Warehouse
from dagster_project.sql import SEALED, place

if TYPE_CHECKING:
    import duckdb


class NotPublishedError(DenominatorError):
    """There is no published file yet."""


@dataclass(frozen=True)
class Answer:
    """Column names and rows, in the order the database gave them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[dict[str, Any]]:
        """The rows by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@contextmanager
def opened(
    warehouse: Warehouse, settings: "Mapping[str, Any] | None" = None, *, writes: bool = False
) -> "Iterator[duckdb.DuckDBPyConnection]":
    """The published file for several questions, all answered by the same release.

    The connection opens no file but this one, unless it `writes` files of its answers. `settings`
    are DuckDB's, added to that.
    Raises `NotPublishedError`.
    """
    import duckdb

    with disk.worded(warehouse.root):
        if warehouse.root.is_file():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(warehouse.root))
        there = warehouse.published.is_file()
    if not there:
        raise NotPublishedError(
            f"Nothing is published in {warehouse.root} yet. Run `denominator refresh`, or name "
            "the warehouse you mean with --warehouse."
        )
    try:
        connection = duckdb.connect(
            place(warehouse.published),
            read_only=True,
            config=({} if writes else SEALED) | dict(settings or {}),
        )
    except duckdb.IOException as error:
        raise DenominatorError(
            f"{warehouse.published} cannot be opened: {' '.join(str(error).split())}. If another "
            "program has it open for writing, close that program."
        ) from error
    with connection:
        yield connection


def ask(warehouse: Warehouse, sql: str, parameters: list[Any] | None = None) -> Answer:
    """Run one of our own statements on the published file. Raises `NotPublishedError`."""
    with opened(warehouse) as connection:
        result = connection.execute(sql, parameters or [])
        columns = tuple(column[0] for column in result.description or ())
        return Answer(columns, tuple(result.fetchall()))
