"""The example's figures: all of them come out again, and one that was changed does not."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator

import duckdb
import pytest
from python_calamine import CalamineWorkbook
from released import EXAMPLE, Released

from dagster_project import explain
from dagster_project.explain import Explanation, Observation
from dagster_project.explain.arithmetic import correlation

pytestmark = pytest.mark.xdist_group("example")

COUNCIL, YEAR = "102", "2012-13"
ELIGIBLE = f"{YEAR}--ongoing_per_eligible--users"


def one(
    connection: duckdb.DuckDBPyConnection,
    area: str,
    year: str,
    anchor: str,
    kind: str = "rate",
) -> Explanation:
    found = explain.explanations(connection, [area], [year], kinds=[kind])
    (only,) = [figure for figure in found if figure.anchor == anchor and figure.area_id == area]
    return only


# ---------------------------------------------------------------- what comes out again


def test_every_published_figure_comes_out_again(everything: list[Explanation]) -> None:
    wrong = [(figure.title, figure.disagreements) for figure in everything if not figure.agrees]
    assert wrong == []
    assert all(figure.checked for figure in everything)


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        (
            "rate",
            "select (select count(*) from marts.target_attainment where target_id = 'LAMB_2013_70')"
            " + (select count(*) from marts.national_attainment where target_id = 'LAMB_2013_70')",
        ),
        ("bridge", "select count(*) from marts.reconciliation_bridge where step = 'one_off'"),
        ("direct_payment_share", "select count(*) from marts.direct_payment_share"),
        ("genuine_budget", "select count(*) from marts.genuine_budget"),
        ("poet", "select count(*) from marts.poet_outcome"),
        ("component", "select count(*) from marts.fct_component where breakdown = 'total'"),
        ("rate_change", "select count(*) from marts.rate_change"),
        ("comparison", "select count(*) from marts.council_comparison"),
        (
            "process_effect",
            "select count(*) from marts.poet_process_effect where method = 'logit_cluster'",
        ),
        ("activity_outcome", "select count(*) from marts.activity_vs_outcome"),
    ],
)
def test_every_row_of_a_table_is_explained(
    opened: duckdb.DuckDBPyConnection, everything: list[Explanation], kind: str, rows: str
) -> None:
    (published,) = opened.execute(rows).fetchone() or (None,)
    assert published == sum(1 for figure in everything if figure.kind == kind) > 0


def test_an_area_has_an_anchor_once(everything: list[Explanation]) -> None:
    named = Counter((figure.area_level, figure.area_id, figure.anchor) for figure in everything)
    assert [name for name, times in named.items() if times > 1] == []


def test_what_rests_on_invented_figures_says_so(everything: list[Explanation]) -> None:
    """A figure with a synthetic cell is synthetic."""
    for figure in everything:
        classes = {
            part.observation.evidence_class
            for count in figure.counts
            for part in count.parts
            if part.observation is not None
        }
        assert figure.is_synthetic or "synthetic" not in classes, figure.title


def test_asking_for_some_gives_the_same_as_asking_for_all(
    opened: duckdb.DuckDBPyConnection, everything: list[Explanation]
) -> None:
    """A council's year read alone, as the command does, and with all the others."""
    alone = explain.explanations(opened, ["102", "213"], ["2012-13", "2013-14"], explain.KINDS)
    among = [
        figure
        for figure in everything
        if figure.area_id in ("102", "213") and figure.financial_year in ("2012-13", "2013-14")
    ]
    assert list(alone) == among


# ---------------------------------------------------------------- down to the cell


def leaves(figures: list[Explanation]) -> dict[str, Observation]:
    return {
        part.observation.observation_id: part.observation
        for figure in figures
        for count in figure.counts
        for part in count.parts
        if part.observation is not None
    }


def test_the_token_stands_in_that_line_of_that_file(everything: list[Explanation]) -> None:
    """Every leaf with a line: the file has that digest, and its line holds the token verbatim."""
    rows: dict[str, list[list[str]]] = {}
    seen = 0
    for leaf in leaves(everything).values():
        if not leaf.locator.startswith("line "):
            continue
        if leaf.file.path not in rows:
            content = (EXAMPLE / leaf.file.path).read_bytes()
            assert hashlib.sha256(content).hexdigest() == leaf.file.sha256
            text = content.decode("utf-8-sig", errors="replace")
            rows[leaf.file.path] = [next(csv.reader([line]), []) for line in text.splitlines()]
        line = int(leaf.locator.removeprefix("line "))
        assert (leaf.token or "") in rows[leaf.file.path][line - 1], leaf
        seen += 1
    assert seen > 5_000


def test_the_token_answers_that_question_of_that_workbook(everything: list[Explanation]) -> None:
    """Every leaf in a sheet: the row of the question that its place names holds the token."""
    answers: dict[str, dict[str, str]] = {}
    seen = 0
    for leaf in leaves(everything).values():
        if not leaf.locator.startswith("sheet "):
            continue
        if leaf.file.path not in answers:
            book = EXAMPLE / leaf.file.path
            assert hashlib.sha256(book.read_bytes()).hexdigest() == leaf.file.sha256
            sheet = CalamineWorkbook.from_path(book).get_sheet_by_name("Return").to_python()
            answers[leaf.file.path] = {str(row[0]): str(row[2]) for row in sheet if len(row) > 2}
        question = leaf.locator.rsplit(", ", 1)[1]
        assert answers[leaf.file.path][question].removesuffix(".0") == (leaf.token or ""), leaf
        seen += 1
    assert len(answers) == 126
    assert seen > 1_000


def test_a_rate_of_two_rounded_counts(opened: duckdb.DuckDBPyConnection) -> None:
    """Cumbria's line of the final CCS file of 2012-13 prints 11,410 users and 5,610 of them."""
    figure = one(opened, COUNCIL, YEAR, f"{YEAR}--any_per_community--users")
    numerator, denominator = figure.counts
    assert [part.observation.token for part in numerator.parts if part.observation] == ["5,610"]
    assert (numerator.value, numerator.lower, numerator.upper) == (5_610, 5_608, 5_612)
    assert (denominator.value, denominator.lower, denominator.upper) == (11_410, 11_408, 11_412)
    rate = figure.figures[-1]
    assert rate.value == pytest.approx(100 * 5_610 / 11_410)
    assert rate.lower == pytest.approx(100 * 5_608 / 11_412)
    assert rate.upper == pytest.approx(100 * 5_612 / 11_408)
    (part,) = numerator.parts
    assert part.observation is not None
    assert part.observation.locator == "line 5"
    assert part.observation.file.path.startswith("ccs/2012-13/final/")
    # the provisional file of July printed 5,550 in the same place
    (earlier,) = part.observation.earlier
    assert (earlier.release, earlier.token) == ("provisional", "5,550")


def test_a_numerator_of_three_answers(opened: duckdb.DuckDBPyConnection) -> None:
    """Cumbria's return of 2013: 5,435 ongoing + 537 one-off - 455 of these to carers = 5,517."""
    figure = one(opened, COUNCIL, YEAR, f"{YEAR}--any_per_eligible--users")
    numerator = figure.counts[0]
    assert [(part.weight, part.statistic) for part in numerator.parts] == [
        (1, "q2_ongoing_pb"),
        (1, "q3_one_off_pb"),
        (-1, "q3_one_off_pb_carers"),
    ]
    assert numerator.value == 5_435 + 537 - 455


def test_england_of_2013_is_what_adass_published(opened: duckdb.DuckDBPyConnection) -> None:
    """91 councils at 70% or more, of 126 that answered, of which one left out a count."""
    figure = one(opened, "England", YEAR, f"{YEAR}--published--ADASS_2013--users")
    (lamb,) = [tally for tally in figure.tallies if tally.target_id == "LAMB_2013_70"]
    assert (lamb.councils_met, lamb.councils_with_data) == (91, 125)
    met = [member for member in figure.members if ("LAMB_2013_70", "met") in member.verdicts]
    assert len(met) == 91
    assert sum(1 for member in figure.members if member.left_out is None) == 125
    assert len(figure.members) == 152


def test_england_of_the_bridge_counts_whoever_has_all_components(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    figure = one(opened, "England", YEAR, f"{YEAR}--bridge--ADASS_2013", "bridge")
    crossing = [member for member in figure.members if member.left_out is None]
    above = sum(member.numerator or 0 for member in crossing)
    below = sum(member.denominator or 0 for member in crossing)
    one_off = next(step for step in figure.steps if step.step == "one_off")
    assert one_off.rate_before_pct == pytest.approx(100 * above / below)


# ---------------------------------------------------------------- what is missing, and why


def test_an_empty_cell_is_named_with_its_place(opened: duckdb.DuckDBPyConnection) -> None:
    """Hertfordshire answered in 2013 and left the number of eligible people blank."""
    figure = one(opened, "606", YEAR, f"{YEAR}--ongoing_per_eligible--users")
    assert {verdict.verdict for verdict in figure.verdicts} == {"no_data"}
    numerator, denominator = figure.counts
    assert numerator.value is not None
    assert (denominator.value, denominator.lower, denominator.upper) == (None, None, None)
    (part,) = denominator.parts
    assert part.missing == "the cell is empty, which is not 0"
    assert part.observation is not None
    assert part.observation.file.path.endswith("-606.xlsx")


def test_a_council_that_sent_nothing(opened: duckdb.DuckDBPyConnection) -> None:
    """126 of 152 answered in 2013, each in a file of its own; Calderdale did not."""
    figure = one(opened, "210", YEAR, f"{YEAR}--ongoing_per_eligible--users")
    assert {verdict.verdict for verdict in figure.verdicts} == {"no_data"}
    missing = {part.missing for count in figure.counts for part in count.parts}
    assert missing == {
        "none of the 126 files of adass for 2012-13 has a row of this area that counts"
    }


def test_a_range_is_no_value_and_has_bounds(opened: duckdb.DuckDBPyConnection) -> None:
    """Scilly's carers are printed as a dash in 2012-13: 1 to 5."""
    figure = one(opened, "906", YEAR, f"{YEAR}--any_per_community--carers")
    for count in figure.counts:
        (part,) = count.parts
        assert part.observation is not None
        assert part.observation.token == "-"
        assert (count.value, count.lower, count.upper) == (None, 1, 5)


def test_a_quarantined_row_is_told_by_the_council_it_names(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    """Leicestershire's return of 2012 has no date that can be read."""
    figure = one(opened, "508", "2011-12", "2011-12--ongoing_per_eligible--users")
    told = {(notice.kind, notice.rule_id, notice.locator) for notice in figure.notices}
    assert ("quarantine", "date-unreadable", "line 59") in told


def test_a_refused_file_is_told_to_those_who_were_not_heard(
    breakable: duckdb.DuckDBPyConnection,
) -> None:
    """Cumbria's workbook is marked as refused: Calderdale's may be the same, Cumbria was read."""
    breakable.execute(
        "update quality.source_file set status = 'refused', rule_id = 'sheet-missing',"
        " reason = 'there is no sheet Return' where path like '%adass-2013-102.xlsx'"
    )
    silent = one(breakable, "210", YEAR, ELIGIBLE)
    assert [(notice.kind, notice.rule_id) for notice in silent.notices] == [
        ("refused", "sheet-missing")
    ]
    assert one(breakable, COUNCIL, YEAR, ELIGIBLE).notices == ()


def test_a_contradiction_is_told_with_flag_conflict_and_the_other_offer(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    """Wakefield's CCS row of 2013-14 prints 800 users, of whom 5,305 self-directed."""
    figure = one(opened, "213", "2013-14", "2013-14--any_per_community--users_and_carers")
    assert {verdict.verdict for verdict in figure.verdicts} == {None}
    rules = {notice.rule_id for notice in figure.notices}
    assert rules >= {"rate-above-100", "numerator-above-denominator"}
    (conflict,) = figure.conflicts
    assert (conflict.value_a, conflict.value_b) == (8_658, 800 + 655)
    assert "ascof ASCOF_1C1_RAP" in {offer.offered_by for offer in figure.offers}


def test_what_the_publisher_prints_as_the_rate_is_offered_beside_with_its_flag(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    """Barnsley's line of 2013-14 prints 85.1 as the outcome; 4,408 of 5,366 is 82.1."""
    figure = one(opened, "204", "2013-14", "2013-14--published--ASCOF_1C1_RAP--users_and_carers")
    assert figure.figures[-1].value == pytest.approx(100 * 4_408 / 5_366)
    assert "'85.1'" in figure.offers[0].text
    assert "outcome-unlike-counts" in {notice.rule_id for notice in figure.notices}


def test_nothing_of_a_person_is_in_an_explanation(everything: list[Explanation]) -> None:
    for figure in everything:
        if figure.kind == "poet":
            assert figure.counts == ()
            assert all(notice.locator is None for notice in figure.notices)
            assert all(notice.token is None for notice in figure.notices)


# ---------------------------------------------------------------- what does not come out again

RATE = f"council_id = '{COUNCIL}' and financial_year = '{YEAR}' and target_id = 'LAMB_2013_70'"
ON_ELIGIBLE = f"{RATE} and basis_id = 'ongoing_per_eligible'"
NATIONAL = (
    f"financial_year = '{YEAR}' and target_id = 'LAMB_2013_70' "
    "and basis_id = 'ongoing_per_eligible'"
)
BRIDGE = f"{YEAR}--bridge--ADASS_2013"
SHARE = f"{YEAR}--direct_payment_share--adass--clients--users"
CELL = f"area_id = '{COUNCIL}' and financial_year = '{YEAR}' and is_latest"
BROKEN = [
    ("target_attainment", "rate_pct", ON_ELIGIBLE, "rate", COUNCIL, ELIGIBLE),
    ("target_attainment", "rate_lower_pct", ON_ELIGIBLE, "rate", COUNCIL, ELIGIBLE),
    ("target_attainment", "numerator", ON_ELIGIBLE, "rate", COUNCIL, ELIGIBLE),
    ("target_attainment", "margin_pp", ON_ELIGIBLE, "rate", COUNCIL, ELIGIBLE),
    ("national_attainment", "councils_met", NATIONAL, "rate", "England", ELIGIBLE),
    ("national_attainment", "share_met_upper_pct", NATIONAL, "rate", "England", ELIGIBLE),
    ("national_attainment", "pooled_rate_pct", NATIONAL, "rate", "England", ELIGIBLE),
    ("national_attainment", "estimated_rate_se_pp", NATIONAL, "rate", "England", ELIGIBLE),
]
EFFECT = "2013--process_effect--adult_holder--help_to_plan--dignity"
OTHERS = [
    (
        "reconciliation_bridge",
        "effect_pp",
        f"area_id = '{COUNCIL}' and financial_year = '{YEAR}' and step = 'carers'",
        ("bridge", COUNCIL, BRIDGE),
        "effect_pp of carers",
    ),
    (
        "reconciliation_bridge",
        "effect_min_pp",
        f"area_level = 'england' and financial_year = '{YEAR}' and step = 'denominator'",
        ("bridge", "England", BRIDGE),
        "effect_min_pp of denominator",
    ),
    (
        "direct_payment_share",
        "managed",
        f"area_id = '{COUNCIL}' and financial_year = '{YEAR}' and source = 'adass'"
        " and measure = 'clients' and person_scope = 'users'",
        ("direct_payment_share", COUNCIL, SHARE),
        "managed",
    ),
    (
        "genuine_budget",
        "implied_upper",
        "area_id = '106' and wave = 2013 and budget_type = 'other'",
        ("genuine_budget", "106", "2013--genuine_budget--other"),
        "implied_upper",
    ),
    (
        "poet_outcome",
        "better_lower_pct",
        "wave = 2013 and instrument = 'adult_holder' and domain = 'dignity'"
        " and group_type = 'england'",
        ("poet", "England", "2013--poet--adult_holder--dignity"),
        "better_lower_pct",
    ),
    (
        "rate_change",
        "change_pp",
        f"area_id = '{COUNCIL}' and financial_year = '{YEAR}' and basis_id = 'any_per_community'"
        " and person_scope = 'users'",
        ("rate_change", COUNCIL, f"{YEAR}--rate_change--any_per_community--users"),
        "change_pp",
    ),
    (
        "rate_change",
        "councils_in_both",
        f"area_level = 'england' and financial_year = '{YEAR}'"
        " and basis_id = 'ongoing_per_eligible'",
        ("rate_change", "England", f"{YEAR}--rate_change--ongoing_per_eligible--users"),
        "councils_in_both",
    ),
    (
        "council_comparison",
        "place_worst",
        f"council_id = '{COUNCIL}' and financial_year = '{YEAR}'"
        " and basis_id = 'any_per_community'",
        ("comparison", COUNCIL, f"{YEAR}--comparison--any_per_community--users"),
        "place_worst",
    ),
    (
        "council_scorecard",
        "any_per_community_place_best",
        f"council_id = '{COUNCIL}' and financial_year = '{YEAR}'",
        ("comparison", COUNCIL, f"{YEAR}--comparison--any_per_community--users"),
        "any_per_community_place_best of council_scorecard",
    ),
    *(
        (
            "poet_process_effect",
            column,
            "wave = 2013 and instrument = 'adult_holder' and condition = 'help_to_plan'"
            f" and domain = 'dignity' and method = '{method}'",
            ("process_effect", "England", EFFECT),
            f"{column} of {method}",
        )
        for column, method in (
            ("or_lower", "logit_cluster"),
            ("rr_lower", "mantel_haenszel"),
            ("q_value", "mantel_haenszel"),
            ("councils", "mantel_haenszel"),
        )
    ),
    (
        "activity_vs_outcome",
        "upper",
        "wave = 2013 and instrument = 'adult_holder' and domain = 'dignity'"
        " and activity = 'any_per_community' and person_scope = 'users'",
        (
            "activity_outcome",
            "England",
            "2013--activity_outcome--adult_holder--dignity--any_per_community--users",
        ),
        "upper",
    ),
    (
        "fct_component",
        "value_upper",
        f"council_id = '{COUNCIL}' and financial_year = '{YEAR}' and component = 'one_off'"
        " and person_scope = 'users' and breakdown = 'total'",
        ("component", COUNCIL, f"{YEAR}--component--one_off--users"),
        "value_upper",
    ),
]


@pytest.fixture(scope="module")
def copied(
    example: Released, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    copy = tmp_path_factory.mktemp("broken") / "indicators.duckdb"
    shutil.copyfile(example.warehouse / "indicators.duckdb", copy)
    with duckdb.connect(copy) as connection:
        yield connection


@pytest.fixture
def breakable(copied: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the published file that is as it was after each test."""
    copied.execute("begin")
    yield copied
    copied.execute("rollback")


def spoil(connection: duckdb.DuckDBPyConnection, table: str, column: str, where: str) -> None:
    changed = connection.execute(f"update marts.{table} set {column} = {column} + 1 where {where}")
    assert changed.fetchone() == (1,)


@pytest.mark.parametrize(("table", "column", "where", "kind", "area", "anchor"), BROKEN)
def test_one_changed_value_of_a_rate_is_the_one_disagreement(
    breakable: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    where: str,
    kind: str,
    area: str,
    anchor: str,
) -> None:
    spoil(breakable, table, column, where)
    figure = one(breakable, area, YEAR, anchor, kind)
    assert [wrong.step for wrong in figure.disagreements] == [f"{column} against LAMB_2013_70"]
    (wrong,) = figure.disagreements
    assert float(wrong.published) == pytest.approx(float(wrong.recomputed) + 1)


@pytest.mark.parametrize(("table", "column", "where", "asked", "step"), OTHERS)
def test_one_changed_value_elsewhere_is_the_one_disagreement(
    breakable: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    where: str,
    asked: tuple[str, str, str],
    step: str,
) -> None:
    kind, area, anchor = asked
    spoil(breakable, table, column, where)
    figure = one(breakable, area, YEAR, anchor, kind)
    assert [wrong.step for wrong in figure.disagreements] == [step]


def bridge_of_totals(connection: duckdb.DuckDBPyConnection) -> None:
    """England of 2011-12 as it is where no council has components: from four published totals.

    432,349 of 818,700 to 605,739 of 1,408,695. The numerator's effect is the mean of changing it
    before and after the denominator, and likewise the other way round.
    """
    start, end = 100 * 432_349 / 818_700, 100 * 605_739 / 1_408_695
    first = 100 * (605_739 - 432_349) / 818_700
    last = 100 * (605_739 - 432_349) / 1_408_695
    above = (first + last) / 2
    below = end - start - above
    downs = (end - 100 * 605_739 / 818_700, 100 * 432_349 / 1_408_695 - start)
    where = "area_level = 'england' and financial_year = '2011-12'"
    steps = [
        (1, "numerator", above, last, first, start, start + above),
        (2, "denominator", below, min(downs), max(downs), start + above, end),
    ]
    for values in steps:
        connection.execute(
            "insert into marts.reconciliation_bridge select * replace (? as step_no, ? as step,"
            " ? as effect_pp, ? as effect_min_pp, ? as effect_max_pp, ? as rate_before_pct,"
            " ? as rate_after_pct, 'totals (figures: adass-2012-people-eligible,"
            " adass-2012-people-with-budget, hscic-2011-12-users-and-carers-base-derived,"
            " hscic-2011-12-users-and-carers-sds)' as note)"
            f" from marts.reconciliation_bridge where {where} and step = 'coverage'",
            values,
        )
    connection.execute(f"delete from marts.reconciliation_bridge where {where} and note is null")


def test_a_bridge_of_published_totals_comes_out_again(
    breakable: duckdb.DuckDBPyConnection,
) -> None:
    bridge_of_totals(breakable)
    anchor = "2011-12--bridge--ADASS_2012"
    figure = one(breakable, "England", "2011-12", anchor, "bridge")
    assert figure.disagreements == ()
    assert [file.path for file in figure.files] == ["published/all/register/figures.csv"]
    breakable.execute(
        "update marts.reconciliation_bridge set effect_max_pp = effect_max_pp + 1"
        " where step = 'numerator'"
    )
    figure = one(breakable, "England", "2011-12", anchor, "bridge")
    assert [wrong.step for wrong in figure.disagreements] == ["effect_max_pp of numerator"]


@pytest.mark.parametrize("value", ["missed", "no_data", None])
def test_another_verdict_is_the_one_disagreement(
    breakable: duckdb.DuckDBPyConnection, value: str | None
) -> None:
    breakable.execute(
        f"update marts.target_attainment set verdict = ? where {ON_ELIGIBLE}", [value]
    )
    figure = one(breakable, COUNCIL, YEAR, ELIGIBLE)
    assert [wrong.step for wrong in figure.disagreements] == ["verdict against LAMB_2013_70"]


def test_better_evidence_than_there_is_is_the_one_disagreement(
    breakable: duckdb.DuckDBPyConnection,
) -> None:
    breakable.execute(
        f"update marts.target_attainment set evidence_class = 'published' where {ON_ELIGIBLE}"
    )
    figure = one(breakable, COUNCIL, YEAR, ELIGIBLE)
    (wrong,) = figure.disagreements
    assert (wrong.step, wrong.recomputed) == ("evidence_class against LAMB_2013_70", "synthetic")


def test_a_value_that_is_not_its_token_is_named_first_at_its_place(
    breakable: duckdb.DuckDBPyConnection,
) -> None:
    """A cell changed with its bounds: what rests on it differs, and the cell says why."""
    breakable.execute(
        "update marts.fct_observation set value = value + 1, value_lower = value_lower + 1,"
        f" value_upper = value_upper + 1 where {CELL} and statistic = 'q1_eligible'"
        " and breakdown = 'total'"
    )
    figure = one(breakable, COUNCIL, YEAR, ELIGIBLE)
    steps = [wrong.step for wrong in figure.disagreements]
    place = (
        "adass/2012-13/final/synthetic-adass-2013-102.xlsx, sheet 'Return' rows 1-29, "
        "q1_eligible_total"
    )
    assert f"value of q1_eligible at {place}" in steps
    assert "denominator against LAMB_2013_70" in steps
    assert not any("numerator" in step for step in steps)
    untouched = one(breakable, COUNCIL, YEAR, f"{YEAR}--any_per_community--users")
    assert untouched.agrees


def test_an_interval_that_the_rounding_does_not_give_is_named_at_its_place(
    breakable: duckdb.DuckDBPyConnection,
) -> None:
    breakable.execute(
        f"update marts.fct_observation set value_lower = value_lower - 1 where {CELL} and statistic = 'users_sds'"
    )
    figure = one(breakable, COUNCIL, YEAR, f"{YEAR}--any_per_community--users")
    steps = {wrong.step.split(" at ")[0].split(" against ")[0] for wrong in figure.disagreements}
    assert steps == {"interval of users_sds", "rate_lower_pct"}


def test_a_rate_out_of_its_years_is_no_explanation(
    breakable: duckdb.DuckDBPyConnection,
) -> None:
    breakable.execute(
        "update marts.rate_part set valid_to_year = '2011-12'"
        " where basis_id = 'ongoing_per_eligible'"
    )
    assert [wrong.step for wrong in one(breakable, COUNCIL, YEAR, ELIGIBLE).disagreements] == [
        "offer"
    ]


def test_a_row_without_ground_is_no_explanation(breakable: duckdb.DuckDBPyConnection) -> None:
    """A rate that no rule and no cell supports is not passed over."""
    breakable.execute("delete from marts.fct_observation where source = 'adass'")
    figure = one(breakable, COUNCIL, YEAR, ELIGIBLE)
    assert [wrong.step for wrong in figure.disagreements] == ["offer"]


# ---------------------------------------------------------------- how a rate moved


def test_a_change_is_between_two_rates_and_as_wide_as_their_roundings(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    """Cumbria's CCS lines print 6,880 of 12,985 users in 2011-12 and 5,610 of 11,410 in 2012-13."""
    anchor = f"{YEAR}--rate_change--any_per_community--users"
    figure = one(opened, COUNCIL, YEAR, anchor, "rate_change")
    assert figure.figures[0].value == pytest.approx(100 * 5_610 / 11_410 - 100 * 6_880 / 12_985)
    assert figure.formula is not None
    least = 100 * 5_608 / 11_412 - 100 * 6_882 / 12_983
    most = 100 * 5_612 / 11_408 - 100 * 6_878 / 12_987
    assert f"{least:+.2f} points; at most" in figure.formula
    assert figure.formula.endswith(f"{most:+.2f} points")
    assert [it.anchor for it in figure.inputs] == [
        f"{year}--any_per_community--users" for year in (YEAR, "2011-12")
    ]


def test_a_change_across_a_break_is_none_and_shows_the_break(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    anchor = "2009-10--rate_change--published--NI130_V2--users_and_carers"
    figure = one(opened, "England", "2009-10", anchor, "rate_change")
    assert figure.figures[0].value is None
    assert figure.formula is None
    assert [it.break_id for it in figure.breaks] == ["ni130-2009-10"]
    assert [it.financial_year for it in figure.inputs] == ["2009-10"]
    assert figure.agrees


def test_a_break_that_is_not_heeded_is_a_disagreement(
    breakable: duckdb.DuckDBPyConnection,
) -> None:
    """A break put between two years of which the change is published."""
    breakable.execute(
        "insert into marts.dim_series_break values ('new', 'ccs', 'NONE', '2012-13', 'Other"
        " people.', 'Nobody')"
    )
    anchor = f"{YEAR}--rate_change--any_per_community--users"
    figure = one(breakable, COUNCIL, YEAR, anchor, "rate_change")
    steps = [wrong.step for wrong in figure.disagreements]
    assert steps == ["previous_rate_pct", "change_pp", "refused_reason"]
    assert figure.disagreements[-1].recomputed == (
        "break in the series with 2012-13: Other people."
    )


def test_another_definition_than_the_same_one_is_a_disagreement(
    breakable: duckdb.DuckDBPyConnection,
) -> None:
    """ASCOF 1C(1) has rates in both years: no other definition can be the one before."""
    where = f"area_id = '{COUNCIL}' and financial_year = '{YEAR}'"
    breakable.execute(
        "update marts.rate_change set previous_definition_id = 'ADASS_2012'"
        f" where {where} and definition_id = 'ASCOF_1C1_RAP'"
    )
    anchor = f"{YEAR}--rate_change--published--ASCOF_1C1_RAP--users_and_carers"
    figure = one(breakable, COUNCIL, YEAR, anchor, "rate_change")
    steps = [wrong.step for wrong in figure.disagreements]
    assert steps == [
        "previous_rate_pct",
        "change_pp",
        "refused_reason",
        "previous_definition_id",
    ]


# ---------------------------------------------------------------- a place among comparators

PLACE = f"{YEAR}--comparison--any_per_community--users"


def test_a_place_names_every_comparator_with_its_interval(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    figure = one(opened, COUNCIL, YEAR, PLACE, "comparison")
    assert figure.note == "compared with every other council of its type (Shire Counties)"
    # 27 shire counties in 2012-13
    assert len(figure.members) == 26
    where = Counter(member.lies for member in figure.members)
    best, worst = (figure.figures[place].value for place in (0, 1))
    assert best == 1 + where["above"]
    assert worst == 1 + where["above"] + where["overlapping"]
    own = figure.inputs[0]
    for member in figure.members:
        assert member.lower_pct is not None and member.upper_pct is not None
        assert (member.lies == "above") == (member.lower_pct > (own.upper or 0))
        assert (member.lies == "below") == (member.upper_pct < (own.lower or 0))


def test_a_list_takes_the_place_of_the_type(breakable: duckdb.DuckDBPyConnection) -> None:
    """Cumbria (49.14 to 49.19) beside Gateshead (75.1), Newcastle (55.9) and Leeds (27.2).

    Two lie wholly above and one wholly below, all three have an interval: 1 + 2 to 1 + 3 - 1. The
    list of neighbours is not in use beside one's own.
    """
    file = "select path, sha256, 'line ' || 2 from quality.source_file where source = 'ccs' limit 1"
    for kind, precedence, others in (
        ("own_list", 1, ("106", "107", "212")),
        ("neighbours", 2, ("104",)),
    ):
        for other in others:
            breakable.execute(
                f"insert into marts.comparator_list select '{kind}', {precedence}, '{COUNCIL}',"
                f" '{other}', null, file.* from ({file}) as file"
            )
    where = f"council_id = '{COUNCIL}' and financial_year = '{YEAR}'"
    worked = {
        "comparators_with_data": "3",
        "place_best": "3",
        "place_worst": "3",
        "comparator_median_pct": "100.0 * 3115 / 5570",  # Newcastle's
    }
    columns = ", ".join(f"any_per_community_{name} = {value}" for name, value in worked.items())
    breakable.execute(f"update marts.council_scorecard set {columns} where {where}")
    columns = ", ".join(f"{name} = {value}" for name, value in worked.items())
    breakable.execute(
        f"update marts.council_comparison set {columns}, comparators = 3,"
        f" comparator_kind = 'own_list' where {where} and basis_id = 'any_per_community'"
    )
    figure = one(breakable, COUNCIL, YEAR, PLACE, "comparison")
    assert figure.disagreements == ()
    assert [(member.council_id, member.lies) for member in figure.members] == [
        ("106", "above"),
        ("107", "above"),
        ("212", "below"),
    ]
    assert figure.note is not None and "the list of the last refresh names" in figure.note
    assert figure.files[0].path.startswith("ccs/")  # the file of the list, as it was put in


# ---------------------------------------------------------------- what goes together


def test_an_effect_is_as_coarse_as_it_is_published(opened: duckdb.DuckDBPyConnection) -> None:
    """Two significant digits of a ratio, whole points of a difference: no shares follow from them."""
    figure = one(opened, "England", YEAR, EFFECT, "process_effect")
    values = {it.name: it.value or 0.0 for it in figure.figures}
    ratio = values["risk_ratio of logit_cluster"]
    difference = values["risk_difference_pp of logit_cluster"]
    assert difference == round(difference)
    assert ratio == pytest.approx(round(ratio, 1))
    assert figure.formula is not None
    assert f"ratio {ratio:g}, difference {difference:+.0f} points, odds ratio" in figure.formula
    assert figure.inputs[0].anchor == "2013--poet--adult_holder--dignity"
    assert [file.source for file in figure.files] == ["poet", "poet"]


def test_an_effect_that_may_not_be_shown_has_no_figure(
    breakable: duckdb.DuckDBPyConnection,
) -> None:
    """One figure put where the statement says that there is none."""
    row = (
        "wave = 2014 and instrument = 'phb_carer' and condition = 'help_to_plan'"
        " and domain = 'finances' and method = 'logit_cluster'"
    )
    (statement,) = breakable.execute(
        f"select statement from marts.poet_process_effect where {row}"
    ).fetchone() or (None,)
    assert statement.startswith("no figure: ")
    anchor = "2014--process_effect--phb_carer--help_to_plan--finances"
    assert one(breakable, "England", "2013-14", anchor, "process_effect").note == statement
    breakable.execute(f"update marts.poet_process_effect set risk_ratio = 1.2 where {row}")
    figure = one(breakable, "England", "2013-14", anchor, "process_effect")
    assert [wrong.step for wrong in figure.disagreements] == ["risk_ratio of logit_cluster"]


def test_a_correlation_lists_every_pair_and_names_both_figures(
    everything: list[Explanation],
) -> None:
    named = {(found.area_id, found.anchor): found for found in everything}
    anchor = "2013--activity_outcome--adult_holder--dignity--any_per_community--users"
    figure = named["England", anchor]
    councils = figure.figures[0].value
    assert councils == len(figure.pairs) > 5
    # Spearman's with ties, for shares are in whole points: Pearson's coefficient of the ranks
    ranks = [(pair.activity_rank, pair.outcome_rank) for pair in figure.pairs]
    assert figure.figures[1].value == pytest.approx(correlation(*zip(*ranks, strict=True)))
    for pair in figure.pairs:
        for it in (pair.activity, pair.outcome):
            found = named[pair.council_id, it.anchor or ""]
            assert found.kind == it.kind
            assert it.value in [shown.value for shown in found.figures]


# ---------------------------------------------------------------- as it stood on a day


def test_every_vintage_comes_out_again(opened: duckdb.DuckDBPyConnection) -> None:
    """Every rate and every bridge of all years on every day on which something came out."""
    days = opened.execute(
        "select distinct financial_year, known_from from marts.target_attainment_vintages"
        " where known_from is not null order by all"
    ).fetchall()
    assert len(days) == 10
    told: Counter[str] = Counter()
    for year, day in days:
        for figure in explain.explanations(opened, years=[year], as_of=day):
            assert figure.agrees, (figure.title, figure.disagreements)
            assert figure.vintage is not None and figure.vintage.known_from == day
            told[f"{figure.kind} {figure.area_level}"] += 1
    for name, rows in (
        ("rate council", "target_attainment_vintages where target_id = 'LAMB_2013_70' and"),
        ("rate england", "national_attainment_vintages where target_id = 'LAMB_2013_70' and"),
        ("bridge council", "reconciliation_bridge_vintages where step = 'one_off' and"
         " area_level = 'council' and"),
    ):  # fmt: skip
        counted = opened.execute(f"select count(*) from marts.{rows} known_from is not null")
        assert counted.fetchone() == (told[name],)


def test_on_a_day_the_release_of_then_stands(opened: duckdb.DuckDBPyConnection) -> None:
    """The provisional CCS file of July 2013 printed 5,550 of 11,710; the final one is of December."""
    anchor = f"{YEAR}--any_per_community--users"
    (figure,) = [
        found
        for found in explain.explanations(
            opened, [COUNCIL], [YEAR], ["rate"], dt.date(2013, 12, 16)
        )
        if found.anchor == anchor
    ]
    assert [(count.value) for count in figure.counts] == [5_550, 11_710]
    assert figure.vintage == explain.Vintage(3, dt.date(2013, 9, 10), dt.date(2013, 12, 17))
    part = figure.counts[0].parts[0]
    assert part.observation is not None
    assert (part.observation.release, part.observation.earlier) == ("provisional", ())


def test_a_changed_vintage_is_the_one_disagreement(breakable: duckdb.DuckDBPyConnection) -> None:
    where = f"{ON_ELIGIBLE} and vintage_no = 3"
    spoil(breakable, "target_attainment_vintages", "numerator", where)
    assert one(breakable, COUNCIL, YEAR, ELIGIBLE).agrees
    asked = (breakable, [COUNCIL], [YEAR], ["rate"])
    for day, expected in (
        (dt.date(2013, 10, 1), ["numerator against LAMB_2013_70"]),
        (dt.date(2013, 12, 17), []),
    ):
        (figure,) = [it for it in explain.explanations(*asked, day) if it.anchor == ELIGIBLE]
        assert [wrong.step for wrong in figure.disagreements] == expected


def test_what_came_out_later_is_not_said_of_an_earlier_day(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    """On 1 August 2013 no council's return of 2013 was out; a file of September says nothing yet."""
    day = dt.date(2013, 8, 1)
    for figure in explain.explanations(opened, years=[YEAR], as_of=day):
        assert all(file.published_on and file.published_on <= day for file in figure.files)
        assert all(
            part.observation is None
            or (part.observation.published_on and part.observation.published_on <= day)
            for count in figure.counts
            for part in count.parts
        )
        assert figure.conflicts == ()
