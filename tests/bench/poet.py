"""How fast ten million POET responses go from a CSV to published shares, and in how much memory.

Ours: landing (digest, encoding, every rule, quarantine, flags) and the dbt models up to
`poet_outcome` and `poet_process_effect`, dbt's own start included, its seeds loaded before. The
baseline: DuckDB alone, the same CSV to Parquet, and the same shares from it with SQL written by
hand, nothing checked. Each is a process of its own; memory is that of all its processes together.

Belongs here: the invented responses, the baseline, the row of the performance table. Does not: the
SQL that is measured (`dbt/models`), or how a pair is printed (`dagster_project.bench`).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

import duckdb

from dagster_project.bench import Pair, table
from dagster_project.paths import dbt_project
from dagster_project.sources.seeds import seed

LIMIT = 2.0
MOST_MEMORY = 3_000_000_000
WAVE, YEAR = "2013", "2012-13"
BYTES_A_RESPONSE = 1_000  # of CSV, Parquet and build together, for asking whether the disk will do

WORDS = {
    "change": ["A lot better", "Better", "No difference", "Worse", "A lot worse", "Don't know"],
    "ease": ["Very easy", "Easy", "Neither", "Difficult", "Very difficult", "Don't know"],
    "passed": ["Yes", "No", "Not sure"],
    "inclusion": ["Fully", "Mostly", "Partly", "Not at all"],
    "yes_no": ["Yes", "No"],
}
BETTER, WORSE = WORDS["change"][:2], WORDS["change"][3:5]
MET = {"ease": ["Very easy", "Easy"], "inclusion": ["Fully", "Mostly"]}
ITEMS = {
    row["item"]: row["scale"]
    for row in seed("poet_items")
    if row["wave"] == WAVE and row["instrument"] == "adult_holder"
}
OUTCOMES = [item for item in ITEMS if item.startswith("out_")]
CONDITIONS = [row["condition"] for row in seed("poet_conditions")]
BLANK_PERCENT = 8


# ---------------------------------------------------------------- invented responses


def draw(salt: str) -> str:
    """SQL for a random number of a response; one hash alone would tie one salt to another."""
    return f"hash(hash(i, '{salt}'))"


def one_of(words: list[str], salt: str) -> str:
    """SQL for one of some words or a blank, by a hash of the response's number."""
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return (
        f"case when {draw(salt + ' blank')} % 100 >= {BLANK_PERCENT} "
        f"then [{listed}][1 + cast({draw(salt)} % {len(words)} as int)] end"
    )


def invent(responses: int, to: Path) -> None:
    """A wave's CSV: one response in a thousand repeats an identifier, one in a thousand errs."""
    councils = [
        row["council_id"]
        for row in seed("councils")
        if row["valid_from"] < "2013-03-31" and (row["valid_to"] or "9999") > "2013-03-31"
    ]
    care = ["older_people", "mental_health", "sensory;older_people", "learning_disability;other"]
    columns = {
        "response_id": f"printf('R%09d', if({draw('repeat')} % 1000 = 0, i // 2, i))",
        "wave": WAVE,
        "instrument": "'adult_holder'",
        "council_code": f"{councils}[1 + cast({draw('council')} % {len(councils)} as int)]",
        "completed_by": one_of(["Self", "With help", "Proxy"], "by"),
        "age_band": one_of(["18_64", "65_over"], "age"),
        "gender": one_of(["Woman", "Man"], "gender"),
        "ethnicity": one_of(["White British", "Indian", "Caribbean"], "ethnicity"),
        "care_groups": one_of(care, "care"),
        "pb_length": one_of(["Less than a year", "1 to 3 years", "Longer"], "length"),
        "previous_support": one_of(["Yes", "No"], "previous"),
        "management": one_of(["dp_self", "dp_friend_family", "council_managed", "mixed"], "held"),
        "weekly_amount_gbp": f"if({draw('pay')} % 5 = 0, null, ({draw('amount')} % 60000) / 100)",
    }
    columns |= {item: one_of(WORDS[scale], item) for item, scale in ITEMS.items()}
    columns["out_dignity"] = (
        f"if({draw('odd')} % 1000 = 0, 'much better', {columns['out_dignity']})"
    )
    columns["free_text"] = (
        f"if({draw('text')} % 4 = 0, 'It has been good, and \"better\" than it was: ' || i, null)"
    )
    selected = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        connection.execute(
            f"copy (select {selected} from range({responses}) as numbers (i)) to '{to}' (header)"
        )


# ---------------------------------------------------------------- the baseline


def baseline(csv: Path, folder: Path) -> None:
    """The shares by DuckDB alone, into `shares.parquet`."""
    with duckdb.connect(config={"temp_directory": str(folder / "spill")}) as connection:
        connection.execute(f"copy (from read_csv('{csv}')) to '{folder / 'plain.parquet'}'")
        answers = ", ".join(
            f"case when {item} in {tuple(BETTER)} then 1 when {item} in {tuple(WORSE)} then -1 "
            f"when {item} = 'No difference' then 0 end::tinyint as {item}"
            for item in OUTCOMES
        )
        conditions = ", ".join(f"{_met(item)} as {item}" for item in CONDITIONS)
        connection.execute(
            f"""create temp table responses as
            select council_code, age_band, care_groups, management, {answers}, {conditions}
            from '{folder / "plain.parquet"}'"""
        )
        groups = {"england": "'England'", "council": "council_code", "age_band": "age_band"}
        groups |= {"management": "management", "care_group": "care_group"}
        groups |= {item: f"if({item}, 'yes', 'no')" for item in CONDITIONS}
        shares = " union all ".join(_share(name, sql) for name, sql in groups.items())
        connection.execute(f"copy ({shares}) to '{folder / 'shares.parquet'}'")


def _met(condition: str) -> str:
    scale = ITEMS[condition]
    if scale == "yes_no":
        return condition  # DuckDB has read it as true and false
    favourable = MET.get(scale, ("Yes",))
    listed = ", ".join(f"'{word}'" for word in favourable)
    return (
        f"case when {condition} in ({listed}) then true "
        f"when {condition} <> 'Don''t know' then false end"
    )


def _share(group_type: str, group: str) -> str:
    counts = ", ".join(
        f"count({item}) as {item}_valid, count_if({item} = 1) as {item}_better, "
        f"count_if({item} = -1) as {item}_worse"
        for item in OUTCOMES
    )
    rows = "responses"
    if group_type == "care_group":
        rows = "(select *, unnest(split(care_groups, ';')) as care_group from responses)"
    filled = f"where {group_type} is not null" if group_type in CONDITIONS else ""
    return (
        f"select '{group_type}' as group_type, cast({group} as varchar) as group_value, {counts} "
        f"from {rows} {filled} group by all"
    )


# ---------------------------------------------------------------- ours


def land(raw: Path, warehouse: Path) -> None:
    """Landing alone, as a refresh does it."""
    from dagster_project import landing

    landing.prepare(warehouse)
    for publication in landing.discover([raw]).publications:
        for file in landing.land(publication, warehouse, {}).files:
            assert not file.refused, file.message
            print(file.message)


def dbt(arguments: list[str], folder: Path) -> tuple[list[str], Mapping[str, str]]:
    """A dbt command on the bench's own landing and database."""
    project = str(dbt_project())
    command = [sys.executable, "-m", "dbt.cli.main", *arguments]
    command += ["--project-dir", project, "--profiles-dir", project]
    command += ["--target-path", str(folder / "target"), "--log-path", str(folder / "log")]
    environment = {
        **os.environ,
        "DENOMINATOR_LANDING": str(folder / "landing"),
        "DENOMINATOR_BUILD_DB": str(folder / "build.duckdb"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    return command, environment


# ---------------------------------------------------------------- measuring


@contextmanager
def memory(process: int) -> Iterator[list[int]]:
    """The most memory that a process and all its children have at one time, in bytes."""
    most = [0]
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            most[0] = max(most[0], resident(process))
            sleep(0.05)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def resident(process: int) -> int:
    """The resident memory of a process and its descendants."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    # children that are read are of the first thread, which starts all that is started here
    return pages * os.sysconf("SC_PAGESIZE") + sum(resident(int(child)) for child in children)


def run(command: list[str], environment: Mapping[str, str] = os.environ) -> tuple[float, int]:
    """Seconds that a command takes, and the most memory."""
    began = perf_counter()
    with (
        subprocess.Popen(
            command,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as child,
        memory(child.pid) as most,
    ):
        said, _ = child.communicate()
    if child.returncode:
        sys.exit(f"This did not work, so there is nothing to measure: {command}\n{said[-4000:]}")
    return perf_counter() - began, most[0]


def itself(part: str, *arguments: Path) -> list[str]:
    return [sys.executable, __file__, "--part", part, *map(str, arguments)]


def agree(folder: Path) -> int:
    """Stop unless every share that is shown is the baseline's, but for rounding and repeats.

    How many were compared.
    """
    unpivoted = " union all ".join(
        f"select group_type, group_value, '{item[4:]}' as domain, {item}_valid as n_valid, "
        f"{item}_better as n_better from '{folder / 'shares.parquet'}'"
        for item in OUTCOMES
    )
    with duckdb.connect(str(folder / "build.duckdb"), read_only=True) as connection:
        compared, unlike = connection.execute(
            f"""
            select count(*), count_if(
                abs(ours.n_valid - plain.n_valid) > greatest(10, 0.005 * plain.n_valid)
                or abs(ours.n_better - plain.n_better) > greatest(10, 0.005 * plain.n_valid)
            )
            from marts.poet_outcome as ours
            left join ({unpivoted}) as plain using (group_type, group_value, domain)
            where not ours.suppressed and ours.wave = {WAVE}
            """
        ).fetchone() or (0, 0)
    if not compared or unlike:
        sys.exit(f"{unlike} of {compared} shares are unlike the baseline's")
    return int(compared)


def measure(folder: Path, responses: int, rounds: int) -> tuple[Pair, int, int]:
    """Time both in turns; also the most memory of ours, and of the baseline."""
    raw = folder / "raw"
    release = raw / "poet" / WAVE / "final"
    release.mkdir(parents=True)
    csv = release / "invented.csv"
    (release / "source.yml").write_text(
        "publisher: nobody\ntitle: invented responses\nlicence: MIT\nevidence_class: synthetic\n"
    )
    invent(responses, csv)
    print(f"{responses:,} responses, {csv.stat().st_size / 1e9:.2f} GB", file=sys.stderr)
    run(itself("nothing", raw, folder / "landing"))
    run(*dbt(["seed"], folder))
    models = ["run", "--select", "+poet_outcome", "+poet_process_effect"]
    ours, theirs, most, plain = [], [], 0, 0
    for _ in range(rounds):
        landing, landing_memory = run(itself("land", raw, folder / "landing"))
        built, built_memory = run(*dbt(models, folder))
        second, second_memory = run(itself("baseline", csv, folder))
        print(f"landing {landing:.1f} s, dbt {built:.1f} s", file=sys.stderr)
        ours.append(landing + built)
        theirs.append(second)
        most, plain = max(most, landing_memory, built_memory), max(plain, second_memory)
    print(f"{agree(folder):,} shares agree", file=sys.stderr)
    what = f"{responses:,} responses to shares / DuckDB alone, unchecked"
    return Pair(what, tuple(ours), tuple(theirs), LIMIT), most, plain


def nothing(_: Path, warehouse: Path) -> None:
    """A landing without rows, for dbt to know the columns by."""
    from dagster_project import landing

    landing.prepare(warehouse)


PARTS = {"land": land, "baseline": baseline, "nothing": nothing}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--responses", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("places", nargs="*", type=Path)
    asked = parser.parse_args()
    if asked.part:
        PARTS[asked.part](*asked.places)
        return
    with tempfile.TemporaryDirectory(prefix="denominator-bench-") as place:
        if shutil.disk_usage(place).free < asked.responses * BYTES_A_RESPONSE:
            sys.exit(f"{asked.responses * BYTES_A_RESPONSE / 1e9:.0f} GB of disk are needed.")
        pair, most, plain = measure(Path(place), asked.responses, asked.rounds)
    print(table([pair]))
    print(f"Peak memory: ours {most / 1e9:.2f} GB, baseline {plain / 1e9:.2f} GB.")
    if pair.ratio > pair.limit or most > MOST_MEMORY:
        sys.exit(f"The ratio is above {LIMIT}, or memory above {MOST_MEMORY / 1e9:g} GB.")


if __name__ == "__main__":
    main()
