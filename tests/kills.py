"""SIGKILL at many moments of a refresh, an export and a report, and what is left each time.

Belongs here: choosing the moments, killing, looking at what lies there, the figures. Does not:
single places in the code that a kill must hit (`cli/test_killed.py`).

    python tests/kills.py --moments 200 --to kills.json

Half of the moments are calls that change the file system, spread over all that the phase makes, so
that every rename is met; the other half are times spread over the phase, which fall into the
databases' own writing. After each kill the published file is the release of before, byte for byte,
or the next one whole; an export and a report are whole or not there; and the next command succeeds
and leaves what a command that nobody killed leaves.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

if __name__ == "__main__":  # as pytest has it
    sys.path.insert(0, str(Path(__file__).parent))

import duckdb
from exports import published
from few import make as make_few
from toy import forked
from toy.kit import new_toy

from dagster_project.paths import Warehouse

SEED = 20261130

# Run before the command. It writes down each call that changes the file system, with its phase and
# the time since the phase began, or kills the command at one of them or after a time.
HOOK = """
import os, signal, sys, threading, time
from dagster_project import cli

WATCHED = {{"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree"}}
command, wanted = os.getpid(), {wanted!r}
seen = {{"phase": "all", "calls": 0, "began": time.monotonic()}}
journal = os.open({journal!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if {journal!r} else None

def end():
    os.kill(command, signal.SIGKILL)

def begin(phase):
    seen.update(phase=phase, calls=0, began=time.monotonic())
    if wanted and wanted["phase"] == phase and wanted["seconds"] is not None:
        timer = threading.Timer(wanted["seconds"], end)
        timer.daemon = True
        timer.start()

def hook(event, args):
    writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
    if event not in WATCHED and not writes:
        return
    seen["calls"] += 1
    if journal is not None:
        since = time.monotonic() - seen["began"]
        os.write(journal, f"{{seen['phase']}}\\t{{since:.4f}}\\n".encode())
    if wanted and wanted["phase"] == seen["phase"] and wanted["call"] == seen["calls"]:
        end()

def phase(self, title, total=None, real=cli._Lines.phase):
    begin(title)
    real(self, title, total)

cli._Lines.phase = phase
begin("all")
sys.addaudithook(hook)
"""


@dataclass(frozen=True)
class Moment:
    """When a command is killed: in a phase, at a call or after so many seconds."""

    phase: str
    call: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Trace:
    """What one phase of a command that nobody killed did: its calls, and how long it took."""

    calls: int
    seconds: float

    def moments(self, phase: str, count: int, draw: random.Random) -> list[Moment]:
        """So many moments, by turns at a call and at a time, each spread over the phase."""
        at_calls, at_times = (count + 1) // 2, count // 2
        calls = [1 + int((n + draw.random()) * self.calls / at_calls) for n in range(at_calls)]
        times = [(n + draw.random()) * self.seconds / at_times for n in range(at_times)]
        return [
            *(Moment(phase, call=min(call, self.calls)) for call in calls),
            *(Moment(phase, seconds=seconds) for seconds in times),
        ]


@dataclass
class Figures:
    """What came of the kills of one subject; everything in `wrong` is a failure."""

    kills: int = 0
    ended_before: int = 0
    left: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Subject:
    """A command and what is known of what it leaves.

    `prepare` makes something to do, for a number; `left` names what lies there after a kill, and
    raises `AssertionError` if it is neither old nor new; `good` holds what the next command leaves.
    """

    name: str
    phase: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    prepare: Callable[[int], None]
    left: Callable[[], str]
    good: Callable[[], None]

    def run(self, first: str = "", mark: str = "NOT=KILLED") -> tuple[int, str]:
        name, _, value = mark.partition("=")
        environment = {**self.environment, name: value}
        done = forked.run(self.arguments, environment, self.folder, first)
        return done.returncode, done.stderr

    def trace(self) -> Trace:
        self.prepare(0)
        with TemporaryDirectory() as aside:
            journal = Path(aside) / "journal"
            began = time.monotonic()
            code, said = self.run(HOOK.format(wanted=None, journal=str(journal)))
            seconds = time.monotonic() - began
            assert code == 0, said
            lines = [line.split("\t") for line in journal.read_text("utf-8").splitlines()]
        own = [float(since) for phase, since in lines if phase == self.phase]
        return Trace(len(own), seconds if self.phase == "all" else max(own))

    def kill(self, moment: Moment, number: int, figures: Figures) -> None:
        self.prepare(number)
        wanted = {"phase": moment.phase, "call": moment.call, "seconds": moment.seconds}
        mark = f"DENOMINATOR_KILLED={self.name}-{number}"
        code, said = self.run(HOOK.format(wanted=wanted, journal=""), mark)
        if code == -signal.SIGKILL:
            figures.kills += 1
        elif code == 0:
            figures.ended_before += 1
        else:
            figures.wrong.append(f"{moment}: exit {code}: {said}")
        try:
            figures.left[self.left()] += 1
            assert not surviving(mark), "a process of the killed command is still there"
            code, said = self.run()
            assert code == 0, f"the next command failed: {said}"
            self.good()
        except (AssertionError, duckdb.Error, OSError, ValueError) as error:
            figures.wrong.append(f"{moment}: {error}")


def surviving(mark: str, patience: float = 20.0) -> list[str]:
    """The processes that were started with this setting and have not ended after so many seconds."""
    until = time.monotonic() + patience
    while True:
        found = []
        for environ in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):  # it has ended meanwhile, or is another user's
                if mark.encode() in environ.read_bytes().split(b"\0"):
                    found.append(environ.parent.name)
        if not found or time.monotonic() > until:
            return found
        time.sleep(0.1)


def contents(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder, by its path from there."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Refreshes:
    """A toy whose raw file changes each time, so that each refresh has something to publish."""

    def __init__(self, folder: Path) -> None:
        self.toy = new_toy(folder)
        for year in ("2011-12", "2012-13"):
            self.toy.write_raw(year)
        assert self.toy.run("refresh").returncode == 0
        self.users, self.before, self.releases = 0, "", 0

    def prepare(self, number: int) -> None:
        self.users, self.before = 1005 + 5 * number, self.toy.digest  # it is rounded to 5
        self.releases = self._last()[0]
        self.toy.write_raw("2012-13", users=self.users)

    def left(self) -> str:
        if self.toy.digest == self.before:
            return "old"
        self._assert_new()
        return "new"

    def good(self) -> None:
        self._assert_new()
        found = {path.name for path in self.toy.warehouse.root.iterdir()}
        assert found == {"indicators.duckdb", "landing", ".lock", ".build"}, found

    def _assert_new(self) -> None:
        number, users = self._last()
        assert number == self.releases + 1, f"release {number} after {self.releases}"
        wanted = self.users + 200  # Durham, the largest of the three
        assert users == wanted, f"{users} users, not {wanted}"

    def _last(self) -> tuple[int, float]:
        with duckdb.connect(str(self.toy.warehouse.published), read_only=True) as connection:
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables"
            )
            for schema, table in tables.fetchall():
                connection.execute(f"select count(columns(*)) from {schema}.{table}").fetchall()
            found = connection.execute(
                "select (select max(release_no) from quality.refresh_run), max(value) "
                "from marts.fct_observation where financial_year = '2012-13'"
            ).fetchone()
        assert found is not None
        return found

    def subjects(self) -> list[Subject]:
        phases = {"read": "reading", "build": "building and testing", "publish": "publishing"}
        return [
            Subject(
                *(name, phase, ("refresh",), self.toy.environment, self.toy.folder),
                *(self.prepare, self.left, self.good),
            )
            for name, phase in phases.items()
        ]


class Folders:
    """A folder that a command writes of a published file, by turns new and in the place of another."""

    def __init__(self, name: str, warehouse: Warehouse, environment: Mapping[str, str]) -> None:
        self.name, self.warehouse = name, warehouse
        self.place = warehouse.root / ("exports" if name == "export" else "report")
        self.subject = Subject(
            *(name, "all", (name,)),
            {**environment, "DENOMINATOR_WAREHOUSE": str(warehouse.root)},
            warehouse.root.parent,
            *(self.prepare, self.left, self.good),
        )
        code, said = self.subject.run()
        assert code == 0, said
        self.whole = contents(self.place)

    def prepare(self, number: int) -> None:
        if number % 2:
            shutil.rmtree(self.place)

    def left(self) -> str:
        shown = [path for path in self.place.glob("*") if not path.name.startswith(".")]
        if self.name == "report":
            shown = [self.place] if self.place.exists() else []
        if not shown:
            return "absent"
        found = {
            name: digest
            for name, digest in contents(self.place).items()
            if self.name == "report" or not name.startswith(".")
        }
        assert found == self.whole, sorted(found.items() ^ self.whole.items())[:5]
        return "whole"

    def good(self) -> None:
        assert contents(self.place) == self.whole
        hidden = list(self.warehouse.root.glob(".report.*"))
        assert not hidden, hidden


def subjects(folder: Path, few: Path | None = None) -> list[Subject]:
    """Read, build, publish of a toy; export of a small file; report of few councils.

    `few` is a published file of these if there is one already.
    """
    for name in ("toy", "small", "few"):
        (folder / name).mkdir(parents=True)
    refreshes = Refreshes(folder / "toy")
    environment = refreshes.toy.environment
    if few is None:
        make_few(folder / "few")
        few = folder / "few" / "warehouse" / "indicators.duckdb"
    beside = Warehouse.at(folder / "reported" / "warehouse")
    beside.root.mkdir(parents=True)
    shutil.copyfile(few, beside.published)
    return [
        *refreshes.subjects(),
        Folders("export", published.make(folder / "small" / "warehouse"), environment).subject,
        Folders("report", beside, environment).subject,
    ]


def kill_all(subjects: Sequence[Subject], moments: int, seed: int = SEED) -> dict[str, Figures]:
    """Kill so many times in all, as often in each subject; what came of it, by subject."""
    draw = random.Random(seed)
    found: dict[str, Figures] = {}
    for at, subject in enumerate(subjects):
        count = moments // len(subjects) + (at < moments % len(subjects))
        figures = found[subject.name] = Figures()
        trace = subject.trace()
        for number, moment in enumerate(trace.moments(subject.phase, count, draw), start=1):
            subject.kill(moment, number, figures)
        print(f"{subject.name}: {figures}", file=sys.stderr, flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--to", type=Path, help="a JSON file for the figures")
    asked = parser.parse_args()
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        found = kill_all(subjects(Path(folder)), asked.moments)
    figures = {
        "kills": sum(one.kills for one in found.values()),
        "ended_before": sum(one.ended_before for one in found.values()),
        "wrong": sum(len(one.wrong) for one in found.values()),
        "seconds": round(time.monotonic() - began),
        "subjects": {name: {**vars(one), "left": dict(one.left)} for name, one in found.items()},
    }
    text = json.dumps(figures, indent=2) + "\n"
    if asked.to is not None:
        asked.to.write_text(text, "utf-8")
    print(text, end="")
    return 1 if figures["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
