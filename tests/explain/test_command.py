"""`denominator explain`: what a person sees, errors, exit codes, and what the page about it says."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import duckdb
import pytest
from released import Released, run

from dagster_project.errors import DenominatorError
from dagster_project.explain import command, tree
from dagster_project.explain.facts import Council
from dagster_project.explain.question import Question, UnknownError, answer, council_called
from dagster_project.paths import PROJECT, Warehouse

pytestmark = pytest.mark.xdist_group("example")

PAGE = (PROJECT / "docs" / "explain.md").read_text("utf-8")
YEAR = "2012-13"


@pytest.fixture
def broken(example: Released, tmp_path: Path) -> Iterator[Path]:
    """A warehouse in which one verdict was changed, and one rate of an earlier vintage."""
    shutil.copyfile(example.warehouse / "indicators.duckdb", tmp_path / "indicators.duckdb")
    with duckdb.connect(tmp_path / "indicators.duckdb") as connection:
        connection.execute(
            "update marts.target_attainment set verdict = 'missed' where council_id = '102' and"
            " financial_year = '2012-13' and basis_id = 'ongoing_per_eligible'"
            " and target_id = 'LAMB_2013_70'"
        )
        connection.execute(
            "update marts.target_attainment_vintages set rate_pct = 50 where council_id = '102' and"
            " financial_year = '2012-13' and vintage_no = 1 and basis_id = 'any_per_community'"
            " and person_scope = 'users' and target_id = 'LAMB_2013_70'"
        )
    yield tmp_path


def test_the_page_shows_what_the_command_shows(example: Released, tmp_path: Path) -> None:
    typed, shown = re.findall(r"```\n\$ denominator (.+)\n((?:.|\n)+?)\n```", PAGE)[0]
    done = run(tmp_path, *shlex.split(typed), "--warehouse", example.warehouse)
    assert done.returncode == 0, done.stderr
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert lines == shown.splitlines()
    assert lines[0].startswith("SYNTHETIC. ")
    assert max(map(len, lines)) <= 100


def test_the_page_has_every_key_of_the_json() -> None:
    table = dict(
        re.findall(r"^\| (.+?) \| (`.+`) \|$", PAGE[PAGE.index("## Keys") :], re.MULTILINE)
    )
    named = {frozenset(re.findall(r"`(\w+)`", keys)) for keys in table.values()}
    shapes = [shape for shape in vars(tree).values() if is_dataclass(shape)]
    expected = {frozenset(field.name for field in fields(shape)) for shape in shapes}
    whole = frozenset(field.name for field in fields(tree.Explanation))
    expected = expected - {whole} | {whole | {"agrees", "is_synthetic"}}
    assert named == expected


def test_a_digest_is_never_broken(example: Released, capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    asked = Question(area="102", year=YEAR, kinds=("rate", "bridge"))
    assert command.show(Warehouse.at(example.warehouse), asked, Console(), as_json=False)
    shown = capsys.readouterr().out
    whole = re.findall(r"sha256 (\S+)", shown)
    assert len(whole) > 20
    assert {len(digest) for digest in whole} == {64}


def test_the_json_is_the_same_tree(example: Released, capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    asked = Question(area="Cumbria", year=YEAR, basis_id="ongoing_per_eligible")
    assert command.show(Warehouse.at(example.warehouse), asked, Console(), as_json=True)
    (figure,) = json.loads(capsys.readouterr().out)["explanations"]
    assert figure["anchor"] == f"{YEAR}--ongoing_per_eligible--users"
    assert figure["is_synthetic"] and figure["agrees"]
    leaf = figure["counts"][0]["parts"][0]["observation"]
    assert (leaf["token"], leaf["value"], leaf["file"]["status"]) == ("5435", 5435, "loaded")
    assert leaf["published_on"] == "2013-09-10"


def test_a_figure_that_does_not_come_out_again_is_exit_code_1(broken: Path, tmp_path: Path) -> None:
    asked = ("--council", "102", "--year", YEAR, "--basis", "ongoing_per_eligible")
    done = run(tmp_path, "explain", *asked, "--warehouse", broken)
    assert done.returncode == 1
    assert "published missed, computed anew met" in done.stdout
    last = done.stdout.strip().splitlines()[-1]
    assert last.startswith("DISAGREES: Cumbria (102), 2012-13: ongoing_per_eligible, users")
    assert last.endswith("verdict against LAMB_2013_70")


def test_an_earlier_vintage_that_does_not_come_out_again_is_exit_code_1(
    broken: Path, tmp_path: Path
) -> None:
    """The first vintage of 2012-13 lasted to 30 July 2013."""
    asked = ("--council", "102", "--year", YEAR, "--anchor", f"{YEAR}--any_per_community--users")
    done = run(tmp_path, "explain", *asked, "--as-of", "2013-07-30", "--warehouse", broken)
    assert done.returncode == 1, done.stdout
    assert "as known on 2013-07-30" in done.stdout
    assert "rate_pct against LAMB_2013_70: published 50.0, computed anew 47.39" in done.stdout


# ---------------------------------------------------------------- what is not known


def test_a_day_before_the_first_release_is_answered_with_the_first_day(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    said = refused(opened, as_of=dt.date(2013, 7, 9))
    assert "first release came out on 2013-07-10" in said
    assert answer(opened, Question("102", YEAR, as_of=dt.date(2013, 7, 10)))


def test_a_year_without_days_of_publication_is_told_so(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    said = refused(opened, year="2015-16", as_of=dt.date(2020, 1, 1))
    assert "No release that makes a rate of 2015-16 has a day of publication" in said


def test_a_kind_without_vintages_is_told_so(opened: duckdb.DuckDBPyConnection) -> None:
    said = refused(opened, kinds=("rate", "comparison"), as_of=dt.date(2013, 10, 1))
    assert "Of comparison the file says only what holds now" in said


def test_a_kind_that_a_day_has_not_is_answered_with_those_it_has(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    """Councils' returns came out in September: before that there is nothing to start a bridge."""
    said = refused(opened, kinds=("bridge",), as_of=dt.date(2013, 8, 1))
    assert "There is no bridge of 102 for 2012-13, as known on 2013-08-01. There is: rate." in said


def test_an_anchor_that_is_not_there_is_answered_with_the_nearest(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    known = f"{YEAR}--any_per_community--users"
    (figure,) = answer(opened, Question("102", YEAR, anchor=known))
    assert figure.anchor == known
    assert f"The nearest: {known};" in refused(opened, anchor=f"{YEAR}--any_per_comunity--users")


def refused(opened: duckdb.DuckDBPyConnection, **asked: object) -> str:
    with pytest.raises(UnknownError) as refusal:
        answer(opened, Question(**{"area": "102", "year": YEAR} | asked))  # type: ignore[arg-type]
    return str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Cumbrea", "Cumbria (102)"),
        ("hull", "Kingston upon Hull (215)"),
        ("Z9D4X", "North Northamptonshire (Z9D4Z)"),
        ("1O2", "Cumbria (102)"),
    ],
)
def test_a_council_that_is_not_known_is_answered_with_the_nearest(
    opened: duckdb.DuckDBPyConnection, typed: str, meant: str
) -> None:
    said = refused(opened, area=typed)
    assert typed in said
    assert meant in said


def test_a_council_is_known_by_code_and_by_name(opened: duckdb.DuckDBPyConnection) -> None:
    by_code = answer(opened, Question("102", YEAR))
    assert answer(opened, Question("cumbria ", YEAR)) == by_code
    assert {figure.area_id for figure in by_code} == {"102"}


def test_of_two_councils_of_one_name_the_one_in_scope_is_meant() -> None:
    """Buckinghamshire has had the code 916 since April 2020, and had 612 before."""

    def buckinghamshire(code: str, since: dt.date, until: dt.date | None) -> Council:
        return Council(code, "Buckinghamshire", "SE", "South East", since, until, None, None)

    county = buckinghamshire("612", dt.date(2008, 4, 1), dt.date(2020, 3, 31))
    unitary = buckinghamshire("916", dt.date(2020, 4, 1), None)
    assert council_called("buckinghamshire", [unitary, county, unitary]) == unitary
    assert council_called("buckinghamshire", [county, county, unitary]) == county
    assert council_called("612", [unitary, county, unitary]) == county


def test_a_region_is_known_by_name(opened: duckdb.DuckDBPyConnection) -> None:
    (figure,) = answer(opened, Question("north east", YEAR, kinds=("bridge",)))
    assert figure.area_level == "region"
    # the twelve councils of the North East, each in the sums or left out for a reason
    assert len(figure.members) == 12
    assert figure.agrees


def test_a_file_of_another_version_is_told_so(tmp_path: Path) -> None:
    from rich.console import Console

    with duckdb.connect(tmp_path / "indicators.duckdb") as connection:
        connection.execute("create schema marts; create table marts.dim_council as select 1 as x")
    with pytest.raises(DenominatorError, match="lacks what an explanation needs"):
        command.show(Warehouse.at(tmp_path), Question("102", YEAR), Console(), as_json=False)


def test_a_council_out_of_scope_says_since_when(opened: duckdb.DuckDBPyConnection) -> None:
    said = refused(opened, area="Cumberland")
    assert "not in scope for 2012-13" in said
    assert "2023-04-01" in said


def test_a_year_that_is_not_there_is_answered_with_those_that_are(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    said = refused(opened, year="2012/13")
    assert "The nearest is 2012-13" in said
    assert "2009-10" in said


@pytest.mark.parametrize(
    ("option", "typed", "meant"),
    [
        ("basis_id", "ongoing_per_eligable", "ongoing_per_eligible"),
        ("definition_id", "ADASS_2012", "ADASS_2013"),
        ("person_scope", "user", "users"),
        ("target_id", "LAMB_70", "LAMB_2013_70"),
    ],
)
def test_what_a_year_has_not_is_answered_with_what_it_has(
    opened: duckdb.DuckDBPyConnection, option: str, typed: str, meant: str
) -> None:
    assert f"The nearest is {meant}." in refused(opened, **{option: typed})


def test_a_kind_that_an_area_has_not_is_answered_with_those_it_has(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    said = refused(opened, kinds=("genuine_budget",))
    assert (
        "There is: bridge, comparison, component, direct_payment_share, rate, rate_change" in said
    )


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"council": None, "england": False}, "--council"),
        ({"council": "102", "england": True}, "one of both"),
        ({"year": ""}, "--year"),
        ({"kinds": ["ratio"]}, "direct_payment_share"),
        ({"as_of": "1 October 2013"}, "--as-of 2013-10-01"),
    ],
)
def test_half_a_question_says_what_is_missing(asked: dict[str, object], word: str) -> None:
    whole = command.Asked("102", False, YEAR, None, None, None, None, [], False)
    with pytest.raises(DenominatorError, match=word):
        command.question(whole._replace(**asked))
