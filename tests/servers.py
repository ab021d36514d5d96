"""Servers that a test starts on the loopback address and ends again.

Belongs here: Postgres from Debian's packages, the services of the compose file as plain processes,
waiting for them and asking them. Does not: what is asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from needed import missing

from dagster_project.paths import PROJECT

LOOPBACK = "127.0.0.1"
DEPLOY = PROJECT / "dagster_project" / "deploy"
COMPOSE: Mapping[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))

_PATIENCE = 180.0  # seconds; two cores that do other things too need half a minute for a start
_ENDING = 10.0  # seconds to end in, before it is killed
_Found = TypeVar("_Found")


def answered(address: str, question: Mapping[str, str] | None = None) -> Any:
    """What a server answers in JSON; None where it does not listen yet."""
    body = None if question is None else json.dumps(question).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except (urllib.error.URLError, ConnectionError):
        return None


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(
    what: str, look: Callable[[], _Found | None], patience: float = _PATIENCE, pause: float = 0.2
) -> _Found:
    """What `look` finds, as soon as it finds something; fails if it never does."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(pause)
    raise AssertionError(f"{what}: not within {patience:.0f} seconds")


@contextlib.contextmanager
def process(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """A process with a group of its own, which is ended with all it has started."""
    with log.open("wb") as written:
        started = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield
        finally:
            for ending in (signal.SIGTERM, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                    os.killpg(started.pid, ending)
                    started.wait(_ENDING)


def service(name: str, given: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Command and environment of a service of the compose file, with values of the test's own."""
    stated = COMPOSE["services"][name]
    inherited = {key: os.environ[key] for key in ("HOME", "LANG") if key in os.environ}
    # the commands, and Dagster's own when it starts a process for the code, are those of this Python
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # what compose fills in from whoever starts it is left to `given`
    fixed = {key: value for key, value in stated["environment"].items() if "$" not in value}
    return list(stated["command"]), {**inherited, "PATH": path, **fixed, **given}


@contextlib.contextmanager
def postgres() -> Iterator[dict[str, str]]:
    """An empty Postgres of the test's own; gives the variables by which ours is told of it.

    Postgres refuses to run as root: then it runs as the user that Debian's package makes for it.
    """
    binaries = _postgres_binaries()
    # not below pytest's folders: those are closed to other users
    folder = Path(tempfile.mkdtemp(prefix="denominator-postgres-"))
    names = {
        "DENOMINATOR_POSTGRES_HOST": LOOPBACK,
        "DENOMINATOR_POSTGRES_PORT": str(free_port()),
        "DENOMINATOR_POSTGRES_DB": "dagster",
        "DENOMINATOR_POSTGRES_USER": "dagster",
        "DENOMINATOR_POSTGRES_PASSWORD": secrets.token_urlsafe(),
    }
    try:
        with _cluster(binaries, folder, names):
            yield names
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_binaries() -> Path:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"))  # where Debian puts them
    on_path = shutil.which("initdb")
    found = [place for place in places if (place / "initdb").is_file()]
    if on_path:
        found.append(Path(on_path).resolve().parent)
    if not found:
        missing("no Postgres server on this machine: install Debian's package `postgresql`")
    return found[-1]


def _who() -> dict[str, Any]:
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if _is_root() else {}


def _is_root() -> bool:
    return os.geteuid() == 0


@contextlib.contextmanager
def _cluster(binaries: Path, folder: Path, names: Mapping[str, str]) -> Iterator[None]:
    secret = folder / "password"
    secret.write_text(names["DENOMINATOR_POSTGRES_PASSWORD"] + "\n", "utf-8")
    if _is_root():
        for place in (folder, secret):
            shutil.chown(place, "postgres", "postgres")
    data = folder / "data"
    user = names["DENOMINATOR_POSTGRES_USER"]
    initdb: list[str | Path] = [binaries / "initdb", "--pgdata", data, "--username", user]
    initdb += ["--pwfile", secret, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **_who())
    port = names["DENOMINATOR_POSTGRES_PORT"]
    settings = {
        "listen_addresses": LOOPBACK,
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "off",  # nothing here outlives the test
    }
    server: list[str | Path] = [binaries / "postgres", "-D", data]
    for name, value in settings.items():
        server += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(server, stdout=log, stderr=log, cwd=folder, **_who())
    try:
        ask = {**os.environ, "PGPASSWORD": names["DENOMINATOR_POSTGRES_PASSWORD"]}
        create = [binaries / "createdb", "-h", LOOPBACK, "-p", port, "-U", user]
        create.append(names["DENOMINATOR_POSTGRES_DB"])
        wait_for(
            "Postgres",
            lambda: subprocess.run(create, env=ask, capture_output=True).returncode == 0,
        )
        yield
    finally:
        running.send_signal(signal.SIGINT)  # Postgres's fast way to end
        running.wait(30)
