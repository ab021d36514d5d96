"""`denominator` in a process of its own that has imported everything before it begins.

Belongs here: a server that forks for each command, and asking it. Does not: the commands.

Importing dagster and dbt takes longer than a toy's refresh does, and is the same each time. What a
command imports by itself, and that it works from a cold start, is seen where a test starts Python
anew: `tests/released.py`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from dagster_project.paths import PROJECT


@dataclass
class Started:
    """A command under way."""

    pid: int
    server: subprocess.Popen[bytes]
    code: int | None = None

    def wait(self, seconds: float | None = None) -> int | None:
        """Its exit code, as `subprocess` has it; None if it has not ended after so many seconds."""
        if self.code is None and select.select([self.server.stdout], [], [], seconds)[0]:
            self.code = _answer(self.server)
        return self.code

    def kill(self) -> None:
        """SIGKILL; nothing if it has ended."""
        if self.wait(0) is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


def run(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, first: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command and wait for it, as `subprocess.run` would; `first` is Python run before."""
    with TemporaryDirectory() as said:
        out, err = Path(said) / "out", Path(said) / "err"
        with start(arguments, environment, folder, first, out, err) as started:
            code = started.wait()
        assert code is not None
        return subprocess.CompletedProcess(
            list(arguments), code, out.read_text("utf-8"), err.read_text("utf-8")
        )


@contextlib.contextmanager
def start(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    first: str = "",
    out: Path = Path(os.devnull),
    err: Path = Path(os.devnull),
) -> Iterator[Started]:
    """Start the command; it has ended when this does. One at a time."""
    asked = {
        "arguments": list(arguments),
        "environment": dict(environment),
        "folder": str(folder),
        "first": first,
        "out": str(out),
        "err": str(err),
    }
    server = _server()
    assert server.stdin is not None
    server.stdin.write(json.dumps(asked).encode() + b"\n")
    started = Started(_answer(server), server)
    try:
        yield started
    finally:
        started.wait()


def _answer(server: subprocess.Popen[bytes]) -> int:
    assert server.stdout is not None
    return int(server.stdout.readline())


@cache
def _server() -> subprocess.Popen[bytes]:
    """The server of this test process; it ends when its standard input does."""
    server = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,  # what is not yet asked for must not be read: `select` would not know of it
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    atexit.register(_end, server)
    return server


def _end(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    server.stdin.close()
    server.wait()


def _serve() -> None:
    import dbt.cli.main
    import dbt.parser.manifest  # noqa: F401
    import pandas  # noqa: F401
    import pandera.pandas  # noqa: F401

    import dagster_project.definitions
    import dagster_project.landing.examine  # noqa: F401

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(asked: dict[str, object]) -> None:
    """Turn this process into the command; it does not return."""
    from dagster_project import cli

    os.chdir(str(asked["folder"]))
    os.environ.clear()
    os.environ.update(asked["environment"])  # type: ignore[call-overload]
    for number, name in ((0, os.devnull), (1, str(asked["out"])), (2, str(asked["err"]))):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), number)
    sys.argv = ["denominator", *asked["arguments"]]  # type: ignore[misc]
    code: object = 0
    try:
        exec(str(asked["first"]), {})
        cli.main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    _serve()
