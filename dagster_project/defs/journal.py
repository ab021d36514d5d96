"""Dagster's event log in SQLite, kept open while a run writes to it.

Belongs here: the one change to Dagster's own store. Does not: which events there are.

Dagster opens, commits to the disk and closes a database for each event, in two files; that took 14
ms an event where a refresh has about a thousand. Here an engine is kept for each file, and SQLite
leaves it to the operating system when a commit reaches the disk: a power cut can lose the last
events of a journal, never a figure, and a killed process loses nothing. The files are the same, so
any other Dagster reads them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy
from dagster import Field, StringSource
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool

from dagster_project.paths import dagster_home


def _relaxed(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


class JournalEventLog(SqliteEventLogStorage):
    """`SqliteEventLogStorage` with engines that live as long as it does."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """Store below `base_dir`, which is made if need be."""
        self._engines: dict[str, Engine] = {}
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

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
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

    @cached_property
    def supports_asset_checks(self) -> bool:
        """Whether the tables of checks are there; they do not go away again."""
        return self.has_table("asset_check_executions")

    def dispose(self) -> None:
        """Close what was kept open."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()
