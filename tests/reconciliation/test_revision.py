"""What changed in a figure after it was given: by a newer release, or by our own rules."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from given import SYNTHETIC, Given
from needed import missing

from dagster_project.publish import revisions

PROJECT = Path(__file__).parents[2]
OLD_CLIENT = PROJECT / ".venv-old-client" / "bin" / "python"

# ------------------------------------------------- two releases, and a rule changed over the same

HEADINGS = [
    *("CASSR code", "Council"),
    "Users receiving community-based services",
    "Users receiving self-directed support",
    "Users receiving a direct payment",
    "Carers receiving carer-specific services",
    "Carers receiving self-directed support",
    "Carers receiving a direct payment",
]
PROVISIONAL = [
    ["102", "Cumbria", "1,000", "690", "200", "100", "50", "20"],
    ["104", "Northumberland", "1,000", "500", "..", "100", "50", "20"],
    ["106", "Gateshead", "1,000", "900", "100", "100", "-", ".."],
]
FINAL = [
    # 700 of 1,000 rounded to 5: 698 of 1,002 is 69.7, 702 of 998 is 70.3
    ["102", "Cumbria", "1,000", "700", "200", "100", "50", "20"],
    ["104", "Northumberland", "1,000", "500", "75", "100", "50", "20"],
    ["106", "Gateshead", "1,000", "900", "..", "100", "..", ".."],
]


def ccs(rows: list[list[str]]) -> list[list[str]]:
    return [["Community care statistics, 2012-13, synthetic"], [], HEADINGS, *rows]


def rows(database: Path, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(database, read_only=True) as connection:
        found = connection.execute(sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def refresh(raw: Path, warehouse: Path, project: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "dagster_project.cli", "refresh"),
            *("--raw", raw, "--warehouse", warehouse),
        ],
        env=os.environ
        | {"DENOMINATOR_DBT": str(project), "DAGSTER_HOME": str(warehouse / "dagster")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """The same files published twice: with our rules, then with community care counts exact."""
    folder = tmp_path_factory.mktemp("revised")
    given = Given(folder)
    for release, day, table in (
        ("provisional", "2013-07-10", PROVISIONAL),
        ("final", "2013-12-17", FINAL),
    ):
        meta = SYNTHETIC | {"published_on": day}
        given.put(f"ccs/2012-13/{release}", "ccs.csv", ccs(table), meta)
    project, warehouse = folder / "dbt", folder / "warehouse"
    shutil.copytree(PROJECT / "dbt", project)  # with what dbt knows of it, if it was parsed
    refresh(given.raw, warehouse, project)
    before = folder / "before.duckdb"
    shutil.copyfile(warehouse / "indicators.duckdb", before)
    seed = project / "seeds" / "rounding_rules.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        rules = list(csv.DictReader(file))
    for rule in rules:
        if rule["source"] == "ccs":
            rule["rounding"] = "exact"
    with seed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rules[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rules)
    refresh(given.raw, warehouse, project)
    yield before, warehouse / "indicators.duckdb"


def test_what_the_final_release_changed(published):
    found = rows(
        published[0],
        """select area_id, statistic, change, older_value, newer_value, difference, older_token,
        newer_token from quality.revision order by all""",
    )
    assert [tuple(row.values()) for row in found] == [
        ("102", "users_sds", "value_changed", 690.0, 700.0, 10.0, "690", "700"),
        ("104", "users_dp", "appeared", None, 75.0, None, "..", "75"),
        ("106", "carers_sds", "token_changed", None, None, None, "-", ".."),
        ("106", "users_dp", "became_missing", 100.0, None, None, "100", ".."),
    ]
    labels = rows(
        published[0],
        """select distinct changed_by, table_name, older_release, newer_release, evidence_class
        from quality.revision""",
    )
    assert [tuple(row.values()) for row in labels] == [
        ("publisher", "fct_observation", "provisional", "final", "synthetic")
    ]


def test_a_changed_rule_over_the_same_files_is_ours(published):
    """Rounded to 5, 700 of 1,000 leaves 70% open; counted, it is met. No printed value changed."""
    before, after = published
    [change] = rows(
        after,
        """from quality.revision where changed_by = 'us' and table_name = 'target_attainment'
        and area_id = '102' and person_scope = 'users' and target_id = 'LAMB_2013_70'
        and basis_id = 'any_per_community'""",
    )
    assert (change["change"], change["older_verdict"], change["newer_verdict"]) == (
        *("verdict_changed", "undetermined", "met"),
    )
    assert (change["older_value"], change["newer_value"], change["difference"]) == (70, 70, 0)
    observed = rows(
        after,
        """from quality.revision where changed_by = 'us' and table_name = 'fct_observation'
        and area_id = '102' and statistic = 'users_sds' order by newer_value""",
    )
    assert [row["change"] for row in observed] == ["interval_changed"] * 2
    assert [(row["older_lower"], row["older_upper"]) for row in observed] == [
        (688, 692),
        (698, 702),
    ]
    assert [(row["newer_lower"], row["newer_upper"]) for row in observed] == [
        (690, 690),
        (700, 700),
    ]
    history = rows(after, "from quality.refresh_run order by release_no")
    names = [row["release_id"] for row in history]
    ours = rows(
        after,
        """select distinct older_release, newer_release from quality.revision
        where changed_by = 'us'""",
    )
    assert [list(row.values()) for row in ours] == [names]
    assert rows(before, "from quality.revision where changed_by = 'us'") == []


def test_what_the_publisher_changed_is_not_laid_to_us(published):
    before, after = published
    sql = "from quality.revision where changed_by = 'publisher' order by all"
    unlike = {"older_lower", "older_upper", "newer_lower", "newer_upper", "is_new"}

    def printed(database: Path) -> list[dict[str, Any]]:
        return [
            {name: value for name, value in row.items() if name not in unlike}
            for row in rows(database, sql)
        ]

    assert printed(after) == printed(before) != []


# --------------------------------------------------------------- two published files, made by hand


def layout(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    for statement in (
        "create schema {0}.marts",
        "create schema {0}.quality",
        """create table {0}.marts.fct_observation (observation_id text, source text,
        financial_year text, release text, is_latest boolean, area_level text, area_id text,
        definition_id text, breakdown text, statistic text, value double, value_lower double,
        value_upper double, token text, evidence_class text, source_sha256 text)""",
        """create table {0}.marts.target_attainment (council_id text, financial_year text,
        basis_id text, definition_id text, person_scope text, target_id text, rate_pct double,
        rate_lower_pct double, rate_upper_pct double, verdict text, evidence_class text)""",
        """create table {0}.quality.source_file (source text, financial_year text, release text,
        path text, sha256 text)""",
        "create table {0}.quality.refresh_run (release_no integer, release_id text)",
        """create table {0}.quality.revision (changed_by text, table_name text, source text,
        financial_year text, definition_id text, area_level text, area_id text, basis_id text,
        person_scope text, target_id text, breakdown text, statistic text, older_release text,
        newer_release text, change text, older_value double, newer_value double,
        difference double, older_lower double, older_upper double, newer_lower double,
        newer_upper double, older_token text, newer_token text, older_verdict text,
        newer_verdict text, older_observation_id text, newer_observation_id text,
        evidence_class text, first_seen_in text, is_new boolean)""",
    ):
        connection.execute(statement.format(database))


class Pair:
    """The file published last and the next one, which a test fills row by row."""

    def __init__(self, folder: Path) -> None:
        self.published = folder / "it's published.duckdb"
        self.connection = duckdb.connect()
        quoted = str(self.published).replace("'", "''")
        self.connection.execute(f"attach '{quoted}' as last")
        self.connection.execute("attach ':memory:' as next")
        for database in ("last", "next"):
            layout(self.connection, database)
        self.put("last", "quality.refresh_run", release_no=1, release_id="A")
        self.put("last", "quality.refresh_run", release_no=2, release_id="B")

    def put(self, database: str, table: str, **row: object) -> None:
        places = ", ".join("?" * len(row))
        self.connection.execute(
            f"insert into {database}.{table} ({', '.join(row)}) values ({places})",
            list(row.values()),
        )

    def file(self, database: str, sha256: str, **row: object) -> None:
        self.put(
            database,
            "quality.source_file",
            **PLACE | {"path": "ccs.csv", "sha256": sha256} | row,
        )

    def figure(self, database: str, name: str, value: float | None, **row: object) -> None:
        self.put(
            database,
            "marts.fct_observation",
            **PLACE
            | {"observation_id": name, "area_id": name, "area_level": "council", "is_latest": True}
            | {"value": value, "value_lower": value, "value_upper": value, "statistic": "users"}
            | {"source_sha256": "aa", "evidence_class": "synthetic"}
            | row,
        )

    def rate(self, database: str, council: str, rate: float | None, verdict: str | None) -> None:
        self.put(
            database,
            "marts.target_attainment",
            **{"council_id": council, "financial_year": "2012-13", "basis_id": "published"},
            **{"definition_id": "D", "person_scope": "users", "target_id": "T"},
            **{"rate_pct": rate, "verdict": verdict, "evidence_class": "synthetic"},
        )

    def revise(self) -> list[dict[str, Any]]:
        """The rows that the next publication gets."""
        self.connection.execute("detach last")
        revisions.add_ours(self.connection, self.published, "C")
        found = self.connection.execute("from next.quality.revision order by all")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


PLACE = {"source": "ccs", "financial_year": "2012-13", "release": "final"}


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def test_a_figure_of_the_same_file_with_another_value_is_our_change(pair: Pair) -> None:
    for database, value in (("last", 10.0), ("next", 12.0)):
        pair.file(database, "aa")
        pair.figure(database, "read otherwise", value)
        pair.figure(database, "the same", 5.0)
        pair.figure(database, "still nothing", None)
    [row] = pair.revise()
    assert (row["area_id"], row["change"], row["difference"]) == (
        *("read otherwise", "value_changed", 2.0),
    )
    assert (row["changed_by"], row["older_release"], row["newer_release"]) == ("us", "B", "C")


def test_a_figure_of_another_file_is_not(pair: Pair) -> None:
    """The publisher corrected the file in its place: nobody can part our change from theirs."""
    for database, value, digest in (("last", 10.0, "aa"), ("next", 12.0, "bb")):
        pair.file(database, digest)
        pair.figure(database, "corrected", value, source_sha256=digest)
        pair.rate(database, "corrected", value, "missed")
    pair.figure("next", "added", 3.0, source_sha256="bb")
    assert pair.revise() == []


def test_a_figure_more_or_less_out_of_the_same_files_is_ours(pair: Pair) -> None:
    for database in ("last", "next"):
        pair.file(database, "aa")
        pair.figure(database, "stays", 1.0)
    pair.figure("last", "refused now", 2.0)
    pair.figure("next", "read now", 3.0)
    found = {row["area_id"]: row["change"] for row in pair.revise()}
    assert found == {"refused now": "became_missing", "read now": "appeared"}


def test_a_figure_less_beside_a_new_file_is_not(pair: Pair) -> None:
    """A second return of a council replaces the first, whose file is as it was."""
    for database in ("last", "next"):
        pair.file(database, "aa")
    pair.file("next", "bb", path="again.csv")
    pair.figure("last", "sent first", 2.0)
    assert pair.revise() == []


def test_a_rate_or_verdict_on_the_same_figures_is_ours(pair: Pair) -> None:
    for database in ("last", "next"):
        pair.file(database, "aa")
        for council in ("judged", "computed", "same"):
            pair.figure(database, council, 1.0)
    pair.rate("last", "judged", 70.0, "undetermined")
    pair.rate("next", "judged", 70.0, "met")
    pair.rate("last", "computed", 60.0, "missed")
    pair.rate("next", "computed", None, "no_data")
    pair.rate("last", "same", 100 / 3, "missed")
    pair.rate("next", "same", 100 / 3 + 1e-13, "missed")
    found = [
        (row["area_id"], row["change"], row["older_verdict"], row["newer_verdict"])
        for row in pair.revise()
    ]
    assert found == [
        ("computed", "became_missing", "missed", "no_data"),
        ("judged", "verdict_changed", "undetermined", "met"),
    ]


def test_a_rate_in_a_year_with_a_new_release_is_not(pair: Pair) -> None:
    """A new release may bring another offer of the same rate to a council that is not in it."""
    for database in ("last", "next"):
        pair.file(database, "aa")
        pair.figure(database, "waiting", 1.0)
    pair.file("next", "cc", source="ascof", path="ascof.csv")
    pair.figure("next", "other", 1.0, source="ascof", source_sha256="cc")
    pair.rate("last", "waiting", 50.0, "missed")
    pair.rate("next", "waiting", None, "no_data")
    assert pair.revise() == []


def test_earlier_changes_of_ours_are_kept_and_those_of_publishers_are_not_doubled(
    pair: Pair,
) -> None:
    ours = {"changed_by": "us", "area_id": "102", "older_release": "A", "newer_release": "B"}
    pair.put("last", "quality.revision", **ours)
    pair.put("last", "quality.revision", changed_by="publisher", area_id="104")
    pair.put("next", "quality.revision", changed_by="publisher", area_id="104")
    found = [(row["changed_by"], row["area_id"]) for row in pair.revise()]
    assert found == [("publisher", "104"), ("us", "102")]


CHANGED = {
    **{"changed_by": "publisher", "source": "ccs", "financial_year": "2012-13"},
    **{"area_level": "council", "area_id": "102", "statistic": "users"},
    **{"older_release": "provisional", "newer_release": "final", "older_value": 1.0},
}


def test_a_change_of_a_publisher_is_of_the_release_that_saw_it_first(pair: Pair) -> None:
    pair.put("last", "quality.revision", **CHANGED, newer_value=2.0, first_seen_in="A")
    pair.put("next", "quality.revision", **CHANGED, newer_value=2.0)
    pair.put("next", "quality.revision", **CHANGED | {"area_id": "104"}, newer_value=2.0)
    seen = {row["area_id"]: (row["first_seen_in"], row["is_new"]) for row in pair.revise()}
    assert seen == {"102": ("A", False), "104": ("C", True)}


def test_a_figure_printed_anew_under_the_same_name_is_another_change(pair: Pair) -> None:
    pair.put("last", "quality.revision", **CHANGED, newer_value=2.0, first_seen_in="A")
    pair.put("next", "quality.revision", **CHANGED, newer_value=3.0)
    assert [row["first_seen_in"] for row in pair.revise()] == ["C"]


def test_a_file_that_does_not_say_when_saw_it_at_the_latest(pair: Pair) -> None:
    pair.connection.execute("alter table last.quality.revision drop column first_seen_in")
    pair.put("last", "quality.revision", **CHANGED, newer_value=2.0)
    pair.put("next", "quality.revision", **CHANGED, newer_value=2.0)
    assert [row["first_seen_in"] for row in pair.revise()] == ["B"]


def test_a_change_of_ours_is_of_the_release_that_brought_it(pair: Pair) -> None:
    for database, value in (("last", 10.0), ("next", 12.0)):
        pair.file(database, "aa")
        pair.figure(database, "read otherwise", value)
    ours = {"changed_by": "us", "older_release": "A", "newer_release": "B"}
    pair.put("last", "quality.revision", **ours, area_id="102", first_seen_in="B")
    seen = {row["area_id"]: (row["first_seen_in"], row["is_new"]) for row in pair.revise()}
    assert seen == {"102": ("B", False), "read otherwise": ("C", True)}


def test_the_first_publication_and_one_of_an_older_layout_have_nothing_to_compare(
    pair: Pair, tmp_path: Path
) -> None:
    revisions.add_ours(pair.connection, tmp_path / "absent.duckdb", "C")
    pair.file("last", "aa")
    pair.connection.execute("drop table last.quality.revision")
    pair.connection.execute("alter table last.marts.target_attainment drop column verdict")
    assert pair.revise() == []


# --------------------------------------------------------------------- the figures as they stood


def official_rate(example, day: str) -> float:
    """1C(1) of 2012-13 from council rows, as known on a day."""
    [row] = example.rows(
        """select 100 * sum(value) filter (where statistic = 'numerator')
            / sum(value) filter (where statistic = 'denominator') as rate
        from marts.observation_as_of(?::date) where definition_id = 'ASCOF_1C1_RAP'
        and financial_year = '2012-13' and area_level = 'council' and breakdown = 'total'""",
        day,
    )
    return row["rate"]


def test_the_official_rate_as_it_stood_on_a_day(example):
    """55.6 provisional, 56.2 final on 17 December 2013, nothing before July 2013."""
    assert official_rate(example, "2013-07-01") is None
    assert 55.55 <= official_rate(example, "2013-08-01") < 55.65
    assert 55.55 <= official_rate(example, "2013-12-16") < 55.65
    assert 56.15 <= official_rate(example, "2013-12-17") < 56.25
    assert 56.15 <= official_rate(example, "2014-01-01") < 56.25


def test_what_stood_on_a_day_has_the_columns_of_the_observations(example):
    observed = example.rows("describe marts.fct_observation")
    known = example.rows("describe from marts.observation_as_of(date '2013-08-01')")
    assert [(row["column_name"], row["column_type"]) for row in known] == [
        (row["column_name"], row["column_type"]) for row in observed
    ]


def test_one_release_is_known_of_each_and_was_the_latest(example):
    releases = example.rows(
        """select source, financial_year, definition_id, count(distinct release) as releases,
        bool_and(is_latest) as latest, max(published_on) as published_on
        from marts.observation_as_of(date '2013-08-01') group by all"""
    )
    assert releases
    assert {row["releases"] for row in releases} == {1}
    assert all(row["latest"] and str(row["published_on"]) <= "2013-08-01" for row in releases)


def test_today_is_the_latest_release_of_all_that_are_dated(example):
    [row] = example.rows(
        """select count(*) as n from (
            (select * from marts.fct_observation where is_latest and published_on is not null
             except select * from marts.observation_as_of(date '2100-01-01'))
            union all
            (select * from marts.observation_as_of(date '2100-01-01')
             except select * from marts.fct_observation where is_latest))"""
    )
    assert row["n"] == 0


def test_a_release_without_a_date_is_known_on_no_day(example):
    [undated] = example.rows(
        "select count(*) as n from marts.fct_observation where published_on is null"
    )
    assert undated["n"] > 0
    [known] = example.rows(
        """select count(*) as n from marts.observation_as_of(date '2100-01-01')
        where published_on is null"""
    )
    assert known["n"] == 0
    [macro] = example.rows(
        "select comment from duckdb_functions() where function_name = 'observation_as_of'"
    )
    assert "not known on any day" in macro["comment"]


def test_missing_in_the_newer_release_is_missing_on_its_day(published):
    """Gateshead's direct payments: 100 in July, `..` in the final release of December."""
    sql = """select value, token, is_latest from marts.observation_as_of('{}')
        where area_id = '106' and statistic = 'users_dp'"""
    before, _ = published
    assert [tuple(row.values()) for row in rows(before, sql.format("2013-12-16"))] == [
        (100.0, "100", True)
    ]
    assert [tuple(row.values()) for row in rows(before, sql.format("2013-12-17"))] == [
        (None, "..", True)
    ]


def test_an_old_client_asks_for_a_day_too(published):
    if not OLD_CLIENT.is_file():
        missing("no Python with an old DuckDB in .venv-old-client: `make test` makes one")
    program = """
import duckdb, json, sys
asked = "select value from marts.observation_as_of(date '{}') where area_id = '102' and statistic = 'users_sds'"
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print(json.dumps([connection.execute(asked.format(day)).fetchall() for day in sys.argv[2:]]))
"""
    done = subprocess.run(
        [OLD_CLIENT, "-c", program, published[0], "2013-07-09", "2013-07-10", "2013-12-31"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[], [[690.0]], [[700.0]]]
