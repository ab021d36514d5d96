"""`denominator` in a process of its own that has imported everything before it begins.

Belongs here: a server that forks for each command, and asking it. Does not: the commands.

Importing dagster and dbt takes longer than a toy's refresh does, and is the same each time. What a
command imports by itself, and that it works from a cold start, is seen where a test starts Python
anew: `tests/released.py`, `Toy.start`.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from dagster_project.paths import PROJECT


def run(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run the command and wait for it, as `subprocess.run` would."""
    with TemporaryDirectory() as said:
        out, err = Path(said) / "out", Path(said) / "err"
        asked = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": str(folder),
            "out": str(out),
            "err": str(err),
        }
        server = _server()
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(
            list(arguments), code, out.read_text("utf-8"), err.read_text("utf-8")
        )


@cache
def _server() -> subprocess.Popen[str]:
    """The server of this test process; it ends when its standard input does."""
    server = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    assert server.stdin is not None
    atexit.register(server.stdin.close)
    return server


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
        cli.main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    _serve()
