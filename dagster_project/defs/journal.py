"""Dagster's event log in SQLite, kept open while a run writes to it.

Belongs here: the one change to Dagster's own store. Does not: which events there are.

Dagster opens, commits to the disk and closes a database for each event, in two files; that took 14
ms an event where a refresh has about a thousand. Here an engine is kept for each file, what is
planned for a run is stored in one transaction (`BATCH`), and SQLite leaves it to the operating
system when a commit reaches the disk: a power cut can lose the last events of a journal, never a
figure, and a killed process loses nothing. The files are the same, so any other Dagster reads them.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from dagster import EventLogEntry, Field, StringSource
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool

from dagster_project.paths import dagster_home

BATCH = {"DAGSTER_EVENT_BATCH_SIZE": "10000"}
"""The setting by which Dagster hands over together what it knows together."""


class _Batch(threading.local):
    """The connections of the batch that this thread is storing, None if it stores none."""

    connections: dict[str, Connection] | None = None


def _relaxed(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


class JournalEventLog(SqliteEventLogStorage):
    """`SqliteEventLogStorage` with engines that live as long as it does."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """Store below `base_dir`, which is made if need be."""
        self._engines: dict[str, Engine] = {}
        self._batch = _Batch()
        self._there: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> Any:
        """`base_dir` may be left out: then it is where Dagster keeps its events by default."""
        return {"base_dir": Field(StringSource, is_required=False)}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "JournalEventLog":
        """Make the store that `dagster.yaml` asks for."""
        base = config_value.get("base_dir") or str(dagster_home() / "history" / "runs")
        return cls(base, inst_data)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events in one transaction for each file."""
        with self._db_lock, ExitStack() as open_until_stored:
            self._batch.connections = {
                shard: open_until_stored.enter_context(self._begun(shard))
                for shard in (INDEX_SHARD_NAME, *{event.run_id for event in events})
            }
            try:
                super().store_event_batch(events)
            finally:
                self._batch.connections = None

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        if self._batch.connections is not None:
            yield self._batch.connections[shard]
            return
        with self._db_lock, self._begun(shard) as connection:
            yield connection

    @contextmanager
    def _begun(self, shard: str) -> Iterator[Connection]:
        engine = self._engine(shard)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        with engine.connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        # a shard whose file is gone (a deleted run) must not be written to through an old handle
        if shard not in self._engines or not Path(self.path_for_shard(shard)).exists():
            engine = sqlalchemy.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            sqlalchemy.event.listen(engine, "connect", _relaxed)
            self._engines[shard] = engine
            self._initialized_dbs.discard(shard)
        return self._engines[shard]

    def has_table(self, table_name: str) -> bool:
        """Whether the table is there; it does not go away again, so it is looked for until then."""
        if table_name not in self._there and super().has_table(table_name):
            self._there.add(table_name)
        return table_name in self._there

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        """The same of a column."""
        if column_name not in self._there and super()._has_asset_key_col_on_connection(
            conn, column_name
        ):
            self._there.add(column_name)
        return column_name in self._there

    def dispose(self) -> None:
        """Close what was kept open."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()
