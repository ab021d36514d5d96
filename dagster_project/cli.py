"""The command `denominator`.

Belongs here: what a person types and sees, exit codes, the words of the last line.
Does not: doing the work. Whatever takes long to import is imported in the function that needs it,
so that `status` and `query` answer at once.
"""

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project import paths
from dagster_project.errors import DenominatorError
from dagster_project.names import shown
from dagster_project.paths import Warehouse
from dagster_project.progress import Progress

if TYPE_CHECKING:
    from dagster_project.defs.run import Outcome, Settings
    from dagster_project.landing.loose import Checked
    from dagster_project.notify import Send
    from dagster_project.publish import Release, Standing
    from dagster_project.publish.status import Status

app = typer.Typer(
    name="denominator",
    help="Was the personal budgets target met, by whom, and on which definition?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


class Format(StrEnum):
    """How `query` writes its answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class LogFormat(StrEnum):
    """How `refresh` writes what it does."""

    TEXT = "text"
    JSON = "json"


_debug = False
_log_format = LogFormat.TEXT


def _remember_debug(value: bool) -> bool:
    global _debug
    _debug = _debug or value
    return value


def _remember_log_format(value: LogFormat) -> LogFormat:
    global _log_format
    _log_format = value
    return value


Raw = Annotated[
    list[Path] | None,
    typer.Option("--raw", help="A raw tree; may be given again, later ones are laid over."),
]
Comparators = Annotated[
    Path | None,
    typer.Option(
        "--comparators",
        help="Your own list of comparators (council_code, neighbour_code, rank), in the place of "
        "reference/neighbours and of councils of the same type.",
    ),
]
Corrections = Annotated[
    Path | None,
    typer.Option(
        "--corrections",
        help="A file of corrections of published cells; default data/corrections.yml if it exists.",
    ),
]
WarehouseFolder = Annotated[
    Path | None, typer.Option("--warehouse", help="The warehouse folder; default data/warehouse.")
]
Debug = Annotated[
    bool,
    typer.Option("--debug", help="Show tracebacks and logs.", callback=_remember_debug),
]


def main() -> None:
    """Run the command; an error a person can mend is one paragraph, and exit code 1."""
    try:
        app()
    except DenominatorError as error:
        if _debug:
            raise
        _say(f"Error: {error}", "error")
        sys.exit(1)
    except KeyboardInterrupt:
        _say("Interrupted. Nothing was published; the previous release is untouched.")
        sys.exit(130)
    except Exception as error:
        if _debug:
            raise
        words = _of_the_disk(error)
        if words is not None:
            _say(f"Error: {words}")
            sys.exit(1)
        _say(
            f"Error: this is a fault of the program, not of your files: {type(error).__name__}: "
            f"{' '.join(str(error).split())}. Run the command again with --debug, and report what "
            "it shows.",
            "error",
        )
        sys.exit(1)
    finally:
        # Python looks for garbage once more before it ends, through all that a refresh has made:
        # that took two seconds, of things that end with it anyway.
        gc.freeze()


def _of_the_disk(error: Exception) -> str | None:
    from dagster_project import disk

    return disk.in_words(error)


def _say(text: str, level: str = "info", **fields: object) -> None:
    """A line on standard error: text, or a JSON object with time, level and message."""
    if _log_format is LogFormat.JSON:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = json.dumps({"time": now, "level": level, "message": text, **fields}, default=str)
    print(text, file=sys.stderr)


def _warehouse(folder: Path | None) -> Warehouse:
    return Warehouse.at(folder or paths.default_warehouse())


def _roots(raw: list[Path] | None) -> tuple[Path, ...]:
    return paths.absolute(raw or paths.default_raw())


@app.command()
def refresh(
    raw: Raw = None,
    warehouse: WarehouseFolder = None,
    year: Annotated[
        list[str] | None,
        typer.Option("--year", help="Read only this year folder anew; may be given again."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", help="SOURCE/YEAR to leave out, published before or not."),
    ] = None,
    comparators: Comparators = None,
    corrections: Corrections = None,
    log_format: Annotated[
        LogFormat,
        typer.Option(
            "--log-format",
            help="json: an object a line, for a log collector.",
            callback=_remember_log_format,
        ),
    ] = LogFormat.TEXT,
    debug: Debug = False,
) -> None:
    """Read the raw files, build, test, and publish."""
    from dagster_project.defs.run import Settings
    from dagster_project.notify import senders
    from dagster_project.publish.gates import Withheld

    settings = Settings(
        raw=_existing(_roots(raw)),
        warehouse=_warehouse(warehouse),
        dbt_dir=paths.dbt_project(),
        years=frozenset(year or ()),
        without=frozenset(map(Withheld.parse, without or ())),
        comparators=_own_list(comparators),
        corrections=_corrections(corrections),
        debug=debug,
    )
    ways = senders()
    with _failure_is_sent(ways), _progress() as progress:
        outcome = _refresh(settings, progress)
    if log_format is LogFormat.JSON:
        _log_refresh(settings, outcome)
    else:
        _show_refresh(settings, outcome)
    _send_news(settings, ways)


@contextmanager
def _failure_is_sent(ways: "tuple[Send, ...]") -> Iterator[None]:
    """Report a failed refresh by every configured way, and raise it again."""
    try:
        yield
    except Exception as error:
        _send(f"The refresh failed.\n{error}", ways)
        raise


def _send_news(settings: "Settings", ways: "tuple[Send, ...]") -> None:
    """Report refused and overdue files by every configured way, each set of them once."""
    if not ways:
        return
    from dagster_project.publish import news

    text = news.unsent(settings.warehouse)
    if text and _send(text, ways):
        news.mark_sent(settings.warehouse, text)


def _send(text: str, ways: "tuple[Send, ...]") -> bool:
    """Whether every way took the message; what could not be sent is said, and stops nothing."""
    from dagster_project.notify import NotifyError, send

    try:
        send(text, ways)
    except NotifyError as error:
        _say(f"Warning: {error}", "warning")
        return False
    return True


def _standing(settings: "Settings") -> "Standing | None":
    """The published release, if this refresh would only repeat it."""
    from dagster_project import publish

    return publish.standing(settings.warehouse, settings.raw_tree(), settings.dbt_dir)


def _own_list(comparators: Path | None) -> Path | None:
    return comparators.expanduser().resolve() if comparators else paths.default_comparators()


def _corrections(corrections: Path | None) -> Path | None:
    return corrections.expanduser().resolve() if corrections else paths.default_corrections()


def _existing(roots: tuple[Path, ...]) -> tuple[Path, ...]:
    for root in roots:
        if not root.is_dir():
            raise DenominatorError(
                f"There is no folder {root}. Name the raw tree with --raw; `make example` makes "
                "the example in data/raw."
            )
    return roots


def _refresh(settings: "Settings", progress: Progress) -> "Outcome | Standing":
    """Run the definitions in this process, under the lock, unless there is nothing new.

    Raises what ended the run.
    """
    import dataclasses

    from dagster_project import build, lock
    from dagster_project.defs.run import Outcome

    # Parsing and building make hundreds of thousands of objects that live until the end; looking
    # through them again and again for garbage took a tenth of the time and found next to none.
    gc.disable()
    outcome = Outcome()
    with lock.hold(settings.warehouse):
        lock.clear_remains(settings.warehouse)
        progress.phase("preparing")
        stands = _standing(settings)
        if stands is not None:
            return stands
        build.prepare(settings.dbt_dir, settings.warehouse, debug=settings.debug)

        from dagster_project.definitions import build_defs
        from dagster_project.defs.instance import run_refresh

        wanted = dataclasses.replace(
            settings,
            progress=progress,
            meanwhile=lambda: build.warm_up(settings.dbt_dir),
        )
        definitions = build_defs(wanted, outcome)
        failure = run_refresh(definitions, settings.warehouse.root, debug=settings.debug)
    if outcome.problem is not None:
        raise outcome.problem
    if failure is not None:
        raise RuntimeError(failure)
    return outcome


@contextmanager
def _progress() -> Iterator[Progress]:
    """Progress bars on a terminal, a line for each phase elsewhere; both on standard error."""
    if _log_format is LogFormat.JSON or not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}"),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Bars(bars)


class _Lines:
    """A line for each phase."""

    def phase(self, title: str, total: int | None = None) -> None:
        if _log_format is LogFormat.JSON:
            _say(title, phase=title, total=total)
        else:
            _say(f"{title} ({total})" if total is not None else title)

    def step(self, what: str) -> None:
        pass


class _Bars:
    """A bar for each phase, with the name of what is being done."""

    def __init__(self, bars: "rich.progress.Progress") -> None:
        self._bars = bars
        self._task: rich.progress.TaskID | None = None

    def phase(self, title: str, total: int | None = None) -> None:
        self._end()
        self._task = self._bars.add_task(title, total=total, what="")

    def step(self, what: str) -> None:
        if self._task is not None:
            self._bars.update(self._task, advance=1, what=what)

    def _end(self) -> None:
        if self._task is not None:
            task = self._bars.tasks[self._task]
            done = task.total or 1
            self._bars.update(self._task, total=done, completed=done, what="")


if TYPE_CHECKING:
    import rich.console
    import rich.progress


def _log_refresh(settings: "Settings", outcome: "Outcome | Standing") -> None:
    """The same as `_show_refresh` as one JSON object on standard output."""
    from dagster_project.publish import Standing

    what: dict[str, object] = {"published": settings.warehouse.published}
    if isinstance(outcome, Standing):
        what |= {"event": "nothing_new", "release_id": outcome.release_id}
    else:
        assert outcome.release is not None
        refused = [file for file in outcome.files if file.refused]
        what |= {
            "event": "published",
            "release_id": outcome.release.release_id,
            "files": len(outcome.files),
            "files_read": outcome.files_read,
            "files_refused": [
                {"path": file.path, "rule": file.rule_id, "message": file.message}
                for file in refused
            ],
            "rows_loaded": sum(file.rows_loaded for file in outcome.files),
            "rows_quarantined": sum(file.rows_quarantined for file in outcome.files),
            "values_flagged": sum(file.cells_flagged for file in outcome.files),
            "corrections": [one.message for one in outcome.corrections],
        }
    print(json.dumps(what, default=str))


def _console() -> "rich.console.Console":
    """Standard output; as wide as a page where it is not a terminal."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 120)


def _show_refresh(settings: "Settings", outcome: "Outcome | Standing") -> None:
    from dagster_project.publish import Standing
    from dagster_project.publish.show import national_table

    console = _console()
    for part in national_table(settings.warehouse):
        console.print(part)
    if isinstance(outcome, Standing):
        print(
            "Nothing new: every raw file, every model and the program are as they were at "
            f"{outcome.finished_at:%Y-%m-%d %H:%M} UTC. Nothing was read or built."
        )
        print(_published(outcome, settings.warehouse.published))
        return
    release = outcome.release
    assert release is not None
    refused = [file for file in outcome.files if file.refused]
    counted = {
        "rows loaded": sum(file.rows_loaded for file in outcome.files),
        "rows quarantined": sum(file.rows_quarantined for file in outcome.files),
        "values flagged": sum(file.cells_flagged for file in outcome.files),
    }
    print(
        f"{len(outcome.files)} files, {outcome.files_read} read anew, {len(refused)} refused; "
        + ", ".join(f"{number:,} {what}" for what, number in counted.items())
        + "."
    )
    for file in refused[:10]:
        print(f"refused {file.message}")
    if len(refused) > 10:
        print(f"... and {len(refused) - 10} more: quality.source_file has them all.")
    for correction in outcome.corrections:
        print(f"correction {correction.effect}: {correction.message}")
    print(_published(release, release.path))
    print('Ask it with: denominator query "from marts.target_attainment limit 5"')


def _published(release: "Release | Standing | Status", path: Path) -> str:
    return f"Published release {release.release_no} ({release.release_id}): {path}"


@app.command()
def check(
    path: Annotated[list[Path], typer.Argument(help="Raw files or folders.")],
    debug: Debug = False,
) -> None:
    """Validate raw files without loading them; exit code 1 if any is refused."""
    from dagster_project import landing

    for one in path:
        if not one.exists() and not one.is_symlink():
            raise DenominatorError(f"There is no file or folder {shown(one)}.")
    judged = landing.checked(path)
    for each in judged:
        _show_checked(each)
    files = [file for each in judged for file in each.files]
    refused = sum(file.refused for file in files)
    useless = sum(not file.refused and not file.rows_loaded for file in files)
    nothing = f", of {useless} nothing would load" if useless else ""
    print(f"{len(files)} files checked, {refused} refused{nothing}.")
    if refused or useless:
        raise typer.Exit(1)


def _show_checked(checked: "Checked") -> None:
    """The files that were judged together, and each rule that rows or values of them break."""
    for file in checked.files:
        if file.refused:
            print(f"refused {file.message}")
        else:
            print(f"{'accepted' if file.rows_loaded else 'nothing would load of'} {file.message}")
    if checked.open_question:
        print(f"  {checked.open_question}.")
    for rule in checked.rules:
        if rule.severity == "refuse":
            continue  # said with its file
        what = ("row", "quarantined") if rule.severity == "quarantine" else ("value", "flagged")
        one_or_more = what[0] if rule.failed == 1 else f"{what[0]}s"
        print(f"  {rule.failed:,} {one_or_more} {what[1]} by {rule.rule_id}, such as:")
        for text in rule.sample[: 3 if rule.severity == "quarantine" else 1]:
            print(f"    {text}")


@app.command()
def add(
    file: Annotated[list[Path], typer.Argument(help="Downloaded files.")],
    raw: Raw = None,
    year: Annotated[str | None, typer.Option("--year", help="Where a file does not tell.")] = None,
    release: Annotated[str | None, typer.Option("--release", help="Such as provisional.")] = None,
    published_on: Annotated[
        str | None, typer.Option("--published-on", help="The day it came out, as 2013-07-10.")
    ] = None,
    evidence_class: Annotated[
        str | None, typer.Option("--evidence-class", help="What its figures are worth.")
    ] = None,
    publisher: Annotated[str | None, typer.Option("--publisher", help="Who published it.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="What it is called.")] = None,
    licence: Annotated[str | None, typer.Option("--licence", help="How it may be used.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where it was found.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    debug: Debug = False,
) -> None:
    """Put downloaded files into the raw tree, the last that --raw names."""
    from dagster_project import intake
    from dagster_project.publish import calendar

    said = intake.Given(year, release, published_on, evidence_class, url, publisher, title, licence)
    planned = intake.plan(file, _roots(raw), said, calendar.today())
    for line in intake.lines(planned):
        print(line)
    if dry_run or not (yes or _agreed()):
        print("Nothing was written.")
        raise typer.Exit(0 if dry_run else 1)
    for path in intake.place(planned):
        print(f"added {path}")
    print(f"Load it with: denominator refresh{''.join(f' --raw {root}' for root in raw or ())}")


def _agreed() -> bool:
    """Ask, where somebody is there to answer.

    A script is not asked and does it: nothing in a raw tree is ever overwritten, and the last lines
    name what to take away again.
    """
    return not sys.stdin.isatty() or typer.confirm("Add?")


@app.command()
def forget(
    source: Annotated[str, typer.Option("--source", help="Such as poet.")],
    year: Annotated[str, typer.Option("--year", help="The year folder, as 2011 or 2012-13.")],
    raw: Raw = None,
    warehouse: WarehouseFolder = None,
    debug: Debug = False,
) -> None:
    """Remove a source's year from the warehouse; it is not read again."""
    from dagster_project import landing, lock
    from dagster_project.publish import calendar, without
    from dagster_project.sources import SOURCES, is_list

    place, roots = _warehouse(warehouse), _existing(_roots(raw))
    sources = [name for name in SOURCES if not is_list(name)]
    if source not in sources:
        raise DenominatorError(f"No source is called '{source}'; known: {', '.join(sources)}.")
    with lock.hold(place):
        tree = landing.discover(roots)
        found = landing.known_years(place, tree, source) | without.years_of(place.published, source)
        if year not in found:
            known = (
                f"Its years are {', '.join(sorted(found))}." if found else "It has no year here."
            )
            raise DenominatorError(
                f"Nothing is known of {source}/{year} in {place.root} or the raw roots. {known}"
            )
        lost = without.rows_of(place.published, source, year)
        removed = landing.forget_year(place, source, year, calendar.today().isoformat())
        left = landing.files_of(roots, source, year)
    for path in removed:
        print(f"removed {path}")
    print(f"Forgotten: {source}/{year}. The record is {place.root / landing.FORGOTTEN_RECORD}.")
    for path in left:
        print(f"still to be deleted by you: {path}")
    for table, count in lost.items():
        print(f"the next refresh publishes without: {count:,} {_plural(count, 'row')} of {table}")
    print(
        "What is computed from them together with other rows changes too. Until then the published "
        "file, its exports and its report hold the figures made of them: run `denominator refresh`."
    )


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


@app.command()
def status(
    raw: Raw = None,
    warehouse: WarehouseFolder = None,
    comparators: Comparators = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="As JSON; publish/status.schema.json is its schema.")
    ] = False,
    metrics: Annotated[
        Path | None,
        typer.Option("--metrics", help="Write a Prometheus text file, for a textfile collector."),
    ] = None,
    debug: Debug = False,
) -> None:
    """What is published, from which files and releases, and what is overdue.

    Exit code: 0 current, 1 behind the raw tree, 2 a release is overdue, 3 a file was refused; the
    most urgent of them.
    """
    from dagster_project import atomic
    from dagster_project.publish import calendar, machine_status
    from dagster_project.publish.status import status as look

    found = look(_warehouse(warehouse), _roots(raw), calendar.today(), _own_list(comparators))
    if metrics is not None:
        atomic.write_text(metrics, machine_status.metrics(found, datetime.now(UTC)))
    if as_json:
        print(json.dumps(machine_status.as_json(found), indent=1))
    else:
        _show_status(found)
    raise typer.Exit(int(found.state))


def _show_status(found: "Status") -> None:
    from dagster_project.publish.show import lines

    print(_published(found, found.path))
    print(
        f"Finished {found.finished_at:%Y-%m-%d %H:%M} UTC by version {found.code_version}; "
        f"{found.releases} {'release' if found.releases == 1 else 'releases'} so far."
    )
    table = [("source", "year", "release", "files", "loaded", "quarantined", "flagged")]
    table += [
        (
            one.source,
            one.financial_year,
            one.release,
            f"{one.files:,}",
            f"{one.rows_loaded:,}",
            f"{one.rows_quarantined:,}",
            f"{one.cells_flagged:,}",
        )
        for one in found.received
    ]
    print(lines(table))
    for what, files in (("new", found.added), ("changed", found.changed), ("gone", found.gone)):
        for file in files[:10]:
            print(f"{what} since: {file}")
        if len(files) > 10:
            print(f"{what} since: {len(files) - 10} more")
    for one in found.overdue:
        print(f"overdue since {one.on}: {one.source} {one.year} {one.release}")
    if found.overdue:
        print("Overdue: fetch these from their publishers and put them into the raw tree.")
    if found.behind:
        print("Behind the raw tree: run `denominator refresh`.")
    for refusal in found.refused[:10]:
        print(f"refused {refusal.path}: {refusal.reason} [{refusal.rule}]")
    if len(found.refused) > 10:
        print(f"refused: {len(found.refused) - 10} more; quality.source_file has them all")
    if not found.overdue and not found.behind:
        print("Nothing is overdue.")


@app.command(context_settings={"ignore_unknown_options": True})  # SQL may begin with a comment
def query(
    sql: Annotated[str, typer.Argument(help="One statement in DuckDB's SQL.")],
    warehouse: WarehouseFolder = None,
    format: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TABLE,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout",
            min=0.1,
            max=86_400,
            envvar="DENOMINATOR_QUERY_TIMEOUT",
            help="Seconds after which it is stopped.",
        ),
    ] = 60,
    memory: Annotated[
        int,
        typer.Option(
            "--memory",
            min=100,
            max=1_000_000,
            envvar="DENOMINATOR_QUERY_MEMORY",
            help="Megabytes of memory it may take.",
        ),
    ] = 2000,
    debug: Debug = False,
) -> None:
    """Run one query on the published database, which it cannot change."""
    from dagster_project.publish import Limits, hard_limits, show
    from dagster_project.publish import query as ask

    limits = Limits(timeout, memory)
    with hard_limits(limits):
        answer = ask(_warehouse(warehouse), sql, limits)
    if format is Format.CSV:
        sys.stdout.write(show.as_csv(answer))
    elif format is Format.JSON:
        sys.stdout.write(show.as_json(answer))
    else:
        _console().print(show.as_table(answer))


@app.command()
def explain(
    council: Annotated[
        str | None, typer.Option("--council", help="A council, or a region, by code or name.")
    ] = None,
    england: Annotated[bool, typer.Option("--england", help="England's figures.")] = False,
    year: Annotated[str, typer.Option("--year", help="Financial year, as in 2012-13.")] = "",
    basis: Annotated[str | None, typer.Option("--basis", help="Only on this basis.")] = None,
    definition: Annotated[
        str | None, typer.Option("--definition", help="Only on this definition.")
    ] = None,
    scope: Annotated[
        str | None, typer.Option("--scope", help="users, carers or users_and_carers.")
    ] = None,
    target: Annotated[str | None, typer.Option("--target", help="Only this target.")] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            help="rate (default), bridge, component, direct_payment_share, genuine_budget, poet, "
            "rate_change, comparison, process_effect or activity_outcome; may be given again.",
        ),
    ] = None,
    bridge: Annotated[bool, typer.Option("--bridge", help="The same as --kind bridge.")] = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Rates and bridges as known on a day, as in 2013-10-01."),
    ] = None,
    anchor: Annotated[
        str | None,
        typer.Option("--anchor", help="Only the figure that the report or a tree names so."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The same tree as JSON.")] = False,
    warehouse: WarehouseFolder = None,
    debug: Debug = False,
) -> None:
    """Where a figure comes from, down to the cell; exit code 1 if it does not come out again."""
    from dagster_project.explain import command

    question = command.question(
        command.Asked(
            council,
            england,
            year,
            basis,
            definition,
            scope,
            target,
            kind or [],
            bridge,
            as_of,
            anchor,
        )
    )
    if not command.show(_warehouse(warehouse), question, _console(), as_json=json):
        raise typer.Exit(1)


@app.command()
def export(
    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format", help="csv, parquet, xlsx or ods; may be given again; default all."
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="The folder; default exports/<release> of the warehouse."),
    ] = None,
    warehouse: WarehouseFolder = None,
    debug: Debug = False,
) -> None:
    """Write the published tables as data files and workbooks, with what they mean."""
    from dagster_project import exports

    done = exports.export(_warehouse(warehouse), exports.formats(format), to)
    size = sum(done.files.values()) / 1e6
    print(f"Exported {done.release_id}: {len(done.files)} files, {size:,.1f} MB, in {done.folder}")


@app.command()
def lineage(
    column: Annotated[str, typer.Argument(help="As in marts.national_attainment.pooled_rate_pct.")],
    debug: Debug = False,
) -> None:
    """What a published column is made of, down to the headings of raw files."""
    from dagster_project.publish.lineage import lineage_tree

    _console().print(lineage_tree(paths.dbt_project(), column), markup=False, soft_wrap=True)


@app.command()
def report(
    warehouse: WarehouseFolder = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Where to write it; default <warehouse>/report.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Write the report, a site that opens from its folder without a network."""
    from dagster_project import report

    gc.disable()  # as in a refresh: next to nothing of what is made is garbage before the end
    written = report.write(_warehouse(warehouse), to)
    print(
        f"{written.pages} pages, {written.bytes / 1e6:.1f} MB, in {written.seconds:.0f} seconds. "
        f"Open {written.path / 'index.html'}"
    )


@app.command()
def dictionary(
    to: Annotated[Path, typer.Option("--to", help="The folder to write them into.")],
    warehouse: WarehouseFolder = None,
    debug: Debug = False,
) -> None:
    """Write the data dictionary of the published file as pages, one a table."""
    from dagster_project.publish.pages import write_pages

    print(f"{len(write_pages(_warehouse(warehouse), to))} pages written into {to}.")


@app.command()
def prepare(warehouse: WarehouseFolder = None, debug: Debug = False) -> None:
    """Write the manifest of the dbt project, which `dagster dev` loads the models from."""
    from dagster_project import build, lock

    place = _warehouse(warehouse)
    if not build.is_prepared(paths.dbt_project()):
        with lock.hold(place):
            build.prepare(paths.dbt_project(), place, debug=debug)


if __name__ == "__main__":
    main()
