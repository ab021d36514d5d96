"""dbt in this process: how it is called, kept quiet, and made to let go of the database.

Belongs here: everything that touches dbt's own Python interface.
Does not: what a result means for a refresh (`run`), when a parse is needed (`project`).

dbt's command line in a process of its own costs its imports and, in the stock Dagster resource, a
second parse; here both are paid once. dbt-duckdb keeps its database open after an invocation, so
that nobody else could open the file: `_let_go` closes it.
"""

import contextlib
import errno
import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from dagster_project import disk
from dagster_project.build.manifest import ANY_LANDING
from dagster_project.environment import environment
from dagster_project.errors import DenominatorError
from dagster_project.paths import Warehouse
from dagster_project.sql import place

LANDING_ENV = "DENOMINATOR_LANDING"
BUILD_DB_ENV = "DENOMINATOR_BUILD_DB"

PARSED = "partial_parse.msgpack"
"""What dbt keeps of a parse: the whole project as it knows it, which loads in half a second."""

_loaded: dict[Path, Any] = {}
"""What `load` has read of (project), for the build that follows it."""


class DbtError(DenominatorError):
    """dbt could not do its work at all: the project does not parse, or a setting is wrong."""


def target(warehouse: Warehouse) -> Path:
    """Where dbt keeps what it makes for this warehouse, its memory of the last parse included."""
    return warehouse.private / "target"


def log_file(warehouse: Warehouse, what: str) -> Path:
    """Where the log of dbt's last `parse` or `build` is."""
    return warehouse.private / "log" / f"{what}.log"


def parse(dbt_dir: Path, warehouse: Warehouse, *, debug: bool = False) -> None:
    """Parse the project, and write its manifest and `PARSED` into `target`.

    Neither says anything of this warehouse: the database is only ever called `build`, and the
    landing `ANY_LANDING`.
    """
    _invoke(["parse"], dbt_dir, warehouse, landing=ANY_LANDING, debug=debug)


def load(dbt_dir: Path, parsed: Path) -> None:
    """Do what a build needs first, importing dbt and loading `PARSED`, unless it is done."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    if dbt_dir not in _loaded:
        _loaded[dbt_dir] = Manifest.from_msgpack(
            parsed.read_bytes(), decoder=extended_mashumuro_decoder
        )


NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
"""A unit test says something of the code, whatever the data: it is run with the project's tests."""


def build(
    dbt_dir: Path,
    warehouse: Warehouse,
    parsed: Path,
    *,
    chosen: Collection[str] | None = None,
    on_event: Callable[[Any], None] | None = None,
    debug: bool = False,
) -> Any:
    """Build and test the data; dbt's own result, also where nodes have failed.

    `chosen` are the seeds, models and sources to build and test, in dbt's way of naming them; all
    if None. A test is run if it is about one of them.

    Raises `DbtError` if dbt came to no result at all.
    """
    # The results are in the return value, and the manifest is in place since `parse`: dbt need not
    # write either. Relations are not looked up beforehand either; what is built is not there.
    arguments = ["build", *NO_UNIT_TESTS, "--no-write-json", "--no-populate-cache"]
    if chosen is not None:
        arguments += ["--select", *sorted(chosen)]
    load(dbt_dir, parsed)
    manifest = _loaded.pop(dbt_dir)  # a build writes into it
    _place(manifest, warehouse.landing)
    disk.refuse_too_little_room(warehouse)
    with disk.worded_refresh(warehouse):
        result = _invoke(
            arguments, dbt_dir, warehouse, manifest=manifest, on_event=on_event, debug=debug
        )
        for number in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            if any(disk.says(node.message or "", number) for node in result.result.results):
                raise OSError(number, os.strerror(number))
    return result


def _place(manifest: Any, landing: Path) -> None:
    """Say where the landing is that the sources lie in."""
    for source in manifest.sources.values():
        text = source.config.extra.get("external_location")
        if text is not None:
            source.config.extra["external_location"] = text.replace(ANY_LANDING, place(landing))
    manifest.build_flat_graph()


def _invoke(
    arguments: list[str],
    dbt_dir: Path,
    warehouse: Warehouse,
    *,
    landing: str | None = None,
    manifest: Any = None,
    on_event: Callable[[Any], None] | None = None,
    debug: bool = False,
) -> Any:
    from dbt.cli.main import dbtRunner

    warehouse.private.mkdir(parents=True, exist_ok=True)
    options = [
        *("--project-dir", str(dbt_dir)),
        *("--profiles-dir", str(dbt_dir)),
        *("--target-path", place(target(warehouse))),
        *("--log-path", place(warehouse.private / "log")),
        *("--log-level", "debug" if debug else "none"),
        # dbt words every one of its thousands of events for a log file, whatever the level: `_Log`
        # writes the few that matter
        *("--log-level-file", "debug" if debug else "none"),
        *("--no-send-anonymous-usage-stats", "--no-version-check", "--no-use-colors"),
    ]
    with _surroundings(warehouse, landing), _log(warehouse, arguments[0]) as write:
        listeners = [_Listener(hear) for hear in (write, *([on_event] if on_event else []))]
        runner = dbtRunner(manifest=manifest, callbacks=list(listeners))
        try:
            result = runner.invoke([*arguments, *options])
        finally:
            _let_go()
    for listener in listeners:
        if listener.error is not None:
            raise listener.error
    if result.exception is not None and disk.in_words(result.exception) is not None:
        raise result.exception
    if result.exception is not None or result.result is None:
        said = " ".join(str(result.exception).split()) or "no reason given"
        raise DbtError(
            f"dbt could not work on {dbt_dir}: {said}. "
            f"Nothing was published; its log is {log_file(warehouse, arguments[0])}."
        ) from result.exception
    return result


class _Listener:
    """Hands on what dbt says until that fails, and keeps the failure for after the build.

    dbt speaks from the threads that build. What is raised there, as when a line of a log finds the
    disk full, ends the thread without a result, and dbt waits for that result for ever.
    """

    def __init__(self, hear: Callable[[Any], None]) -> None:
        self._hear = hear
        self.error: Exception | None = None

    def __call__(self, event: Any) -> None:
        if self.error is None:
            try:
                self._hear(event)
            except Exception as error:
                self.error = error


@contextlib.contextmanager
def _log(warehouse: Warehouse, what: str) -> Iterator[Callable[[Any], None]]:
    """A listener that writes what dbt says, its smallest talk left out, to `what`.log."""
    file = log_file(warehouse, what)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as log:

        def write(event: Any) -> None:
            if event.info.level != "debug" and event.info.msg.strip():
                stamp = event.info.ts.ToJsonString()
                log.write(f"{stamp} {event.info.level} {event.info.msg}\n")
                log.flush()

        yield write


@contextlib.contextmanager
def _surroundings(warehouse: Warehouse, landing: str | None) -> Iterator[None]:
    """The environment that the dbt project reads, and the working folder put back afterwards."""
    ours = {
        LANDING_ENV: landing or place(warehouse.landing),
        BUILD_DB_ENV: place(warehouse.build_db),
    }
    with contextlib.chdir(Path.cwd()), environment(ours):
        yield


def _let_go() -> None:
    """Close dbt-duckdb's database. Its `close_all_connections` only forgets it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    reset_adapters()  # type: ignore[no-untyped-call]
    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
