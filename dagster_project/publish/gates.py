"""What must hold before anything is published.

Belongs here: each gate, what it found and what to do about it.
Does not: tests of the data (dbt has them), the writing of the file (`release`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dagster_project.build import InputFile, Manifest, built_from, inputs_digest
from dagster_project.errors import DenominatorError
from dagster_project.paths import Warehouse
from dagster_project.sources import ALL_YEARS, REFERENCE, is_list, year_folder
from dagster_project.sources.seeds import seed
from dagster_project.sql import SEALED, place

NEVER_EMPTY = (
    "marts.dim_council",
    "marts.dim_definition",
    "marts.dim_target",
    "quality.source_file",
)
"""Tables that have rows whatever was received; others may be empty in a warehouse of one source."""


_BESIDE = (ALL_YEARS, REFERENCE)


@dataclass(frozen=True, order=True)
class Withheld:
    """A source and year folder that somebody drops on purpose: `--without ccs/2011-12`."""

    source: str
    financial_year: str

    @classmethod
    def parse(cls, text: str) -> "Withheld":
        """Read `SOURCE/YEAR`. Raises `DenominatorError` if it is anything else."""
        source, slash, year = text.partition("/")
        if not (source and slash and year) or "/" in year:
            raise DenominatorError(
                f"--without takes a source and a year folder, as in ccs/2011-12, not {text!r}."
            )
        return cls(source, year)

    def __str__(self) -> str:
        """As it is typed."""
        return f"{self.source}/{self.financial_year}"


@dataclass(frozen=True)
class Gate:
    """What one gate found; `finding` is a paragraph with the remedy where it did not pass."""

    name: str
    description: str
    passed: bool
    finding: str


@dataclass(frozen=True)
class Candidate:
    """Everything a gate may look at: the warehouse, the models, what landed, what is dropped."""

    warehouse: Warehouse
    manifest: Manifest
    files: tuple[InputFile, ...]
    without: frozenset[Withheld]


def _built(candidate: Candidate) -> str | None:
    built = built_from(candidate.warehouse)
    if built is None:
        return "There is no finished build to publish. Run `denominator refresh`."
    if built.inputs_digest != inputs_digest(candidate.files, candidate.warehouse):
        return (
            "The build was made from other files than have landed since. "
            "Run `denominator refresh`, which builds from what is there."
        )
    return None


def _continuity(candidate: Candidate) -> str | None:
    before = _published_before(candidate.warehouse)
    present = {
        Withheld(file.source, file.financial_year)
        for file in candidate.files
        if file.status == "loaded"
    }
    gone = sorted(before - present - candidate.without)
    if not gone:
        return None
    names = ", ".join(map(str, gone))
    refused = [
        f"{file.path} was refused ({file.rule_id}: {file.reason})"
        for file in candidate.files
        if file.status != "loaded" and Withheld(file.source, file.financial_year) in gone
    ]
    why = f" {'; '.join(refused[:3])}." if refused else ""
    drop = " ".join(f"--without {one}" for one in gone)
    return (
        f"Published before and gone now: {names}.{why} Put the files back into the raw tree and "
        f"run the refresh again, or drop them on purpose with {drop}."
    )


def _published_before(warehouse: Warehouse) -> set[Withheld]:
    """The sources and years of the release that is published now, where rows of them are in it.

    A list is none of them: it may come and go, and the scorecard says whom it compares with.
    """
    import duckdb

    if not warehouse.published.exists():
        return set()
    try:
        with duckdb.connect(
            place(warehouse.published), read_only=True, config=SEALED
        ) as connection:
            rows = connection.execute(
                "select distinct source, financial_year from quality.source_file "
                "where rows_loaded > 0"
            ).fetchall()
    except duckdb.Error as error:
        raise DenominatorError(
            f"The release that is published now cannot be read ({warehouse.published}: "
            f"{' '.join(str(error).split())}), so nobody can tell what it holds. Move the file "
            "away and run the refresh again; the new release will then start without history."
        ) from error
    return {Withheld(source, year) for source, year in rows if not is_list(source)}


def _accounting(candidate: Candidate) -> str | None:
    wrong = [
        f"{file.path}: {file.rows_read} rows read, {file.rows_loaded} loaded and "
        f"{file.rows_quarantined} quarantined"
        for file in candidate.files
        if file.rows_read != file.rows_loaded + file.rows_quarantined
    ]
    if not wrong:
        return None
    return (
        f"Rows are lost between file and landing: {'; '.join(wrong[:3])}. This is a fault of the "
        "reader of that source; please report it with the file."
    )


def _loaded(candidate: Candidate) -> str | None:
    """Whether anything was loaded of what was received; which source it is of does not matter.

    The register of figures and lists lie beside the data and are none.
    """
    received = [file for file in candidate.files if year_folder(file.source) not in _BESIDE]
    if not received or any(file.rows_loaded for file in received):
        return None
    return (
        f"No row was loaded of any of the {len(received)} files. `denominator check` on the raw "
        "tree says which were refused, which rows were quarantined, and why."
    )


def _policies(candidate: Candidate) -> str | None:
    """What is more than a source may lack; a file that was landed by no source of ours is none."""
    policies = {row["source"]: row for row in seed("failure_policies")}
    broken = [
        f"{said} ({policies[file.source]['reason']})"
        for file in candidate.files
        if file.source in policies
        and (said := _beyond(file, policies[file.source])) is not None
        and Withheld(file.source, file.financial_year) not in candidate.without
    ]
    if not broken:
        return None
    more = f"; and {len(broken) - 3} more" if len(broken) > 3 else ""
    return (
        f"More is missing than a source may lack: {'; '.join(broken[:3])}{more}. Mend the file, or "
        "take it out of the raw tree, and run the refresh again; what a source may lack is said "
        "in dbt/seeds/failure_policies.csv."
    )


def _beyond(file: InputFile, policy: Mapping[str, str]) -> str | None:
    if file.status != "loaded":
        refused = f"{file.path} was refused ({file.rule_id}: {file.reason})"
        return refused if policy["on_refused_file"] == "stop" else None
    most = policy["greatest_quarantined_pct"]
    if (
        not most
        or not file.rows_read
        or 100 * file.rows_quarantined <= float(most) * file.rows_read
    ):
        return None
    return (
        f"{file.rows_quarantined} of {file.rows_read} rows of {file.path} are in quarantine, "
        f"more than {float(most):g}%"
    )


def _tables(candidate: Candidate) -> str | None:
    import duckdb

    expected = {f"{node.schema}.{node.table}" for node in candidate.manifest.published}
    with duckdb.connect(place(candidate.warehouse.build_db), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
        present = {row[0] for row in rows}
        empty = [
            name
            for name in NEVER_EMPTY
            if name in present and not connection.execute(f"select 1 from {name}").fetchone()
        ]
    absent = sorted(expected.union(NEVER_EMPTY) - present)
    if absent:
        return f"The build lacks {', '.join(absent)}. Run `denominator refresh --debug` to see why."
    if empty:
        return f"Nothing is in {', '.join(empty)}. Run `denominator refresh --debug` to see why."
    return None


def _descriptions(candidate: Candidate) -> str | None:
    lacking = [
        name
        for node in candidate.manifest.published
        for name, text in (
            (f"{node.schema}.{node.table}", node.description),
            *((f"{node.table}.{column}", text) for column, text in node.columns.items()),
        )
        if not text
    ]
    if not lacking:
        return None
    return f"No description for {', '.join(lacking[:5])}: write it in the YAML of the model."


_GATES: Sequence[tuple[str, str, Callable[[Candidate], str | None]]] = (
    ("build_is_current", "The build is finished and made from what has landed.", _built),
    ("nothing_is_gone", "Every source and year published before is there again.", _continuity),
    ("rows_were_loaded", "Of what was received something was loaded.", _loaded),
    ("rows_accounted_for", "Rows read are rows loaded and rows quarantined.", _accounting),
    ("no_more_is_missing", "No source lacks more than its policy allows.", _policies),
    ("tables_are_there", "Every published table is there; the basic ones have rows.", _tables),
    ("everything_is_described", "Every table and column has a description.", _descriptions),
)

GATE_NAMES: tuple[tuple[str, str], ...] = tuple((name, text) for name, text, _ in _GATES)
"""Name and description of every gate, in the order in which they are passed."""


def check_gates(candidate: Candidate) -> tuple[Gate, ...]:
    """Ask every gate; without a current build only that gate is asked, the rest cannot be."""
    found: list[Gate] = []
    for name, description, ask in _GATES:
        if found and not found[0].passed and name == "tables_are_there":
            found.append(Gate(name, description, False, "Not asked: there is no current build."))
            continue
        finding = ask(candidate)
        found.append(Gate(name, description, finding is None, finding or "passed"))
    return tuple(found)
