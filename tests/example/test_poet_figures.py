"""POET and In Control in the example: every published figure, recomputed from the files alone.

The arithmetic is written out here a second time, on purpose: nothing is imported from the generator
or from the sources. Rows that a pipeline has to quarantine are left out by their place in
`planted.csv`; everything else counts as it stands in the files.
"""

from __future__ import annotations

import csv
import math
import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

PROJECT = Path(__file__).parents[2]
RAW = PROJECT / "data" / "raw"

BETTER = {"a_lot_better", "better"}
GOOD = {"very_good", "good"}
EASY = {"very_easy", "easy"}
WORSE = {"worse", "a_lot_worse"}
CHANGE = BETTER | WORSE | {"no_difference"}
RATING = GOOD | {"ok", "poor", "very_poor"}
EASE = EASY | {"neither", "difficult", "very_difficult"}
PASSED = {"yes", "no", "not_sure"}
INCLUDED = {"fully", "mostly"}
INCLUSION = INCLUDED | {"partly", "not_at_all"}
DIRECT = {"dp_self", "dp_friend_family", "dp_third_party", "mixed"}
MANAGED = {"council_managed", "provider_isf"}


@cache
def planted() -> list[dict[str, str]]:
    with (PROJECT / "dagster_project/example/planted.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def code(answer: str) -> str:
    """A word as its code: lower case, no apostrophes, anything else an underscore."""
    return re.sub(r"[^a-z0-9;]", "_", answer.strip().lower().replace("'", ""))


def file(path: Path) -> pd.DataFrame:
    """A file's good rows, answers as codes, blanks empty."""
    encoding = "cp1252" if path.parent.parent.name == "2011" else "utf-8-sig"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)
    name = path.relative_to(RAW).as_posix()
    refused = [
        int(one["place"].removeprefix("line ")) - 2
        for one in planted()
        if one["file"] == name and one["outcome"] == "quarantined"
    ]
    rows = rows.drop(index=refused)
    for column in rows.columns.difference(["free_text", "response_id", "council_code"]):
        rows[column] = rows[column].map(code)
    return rows


@cache
def wave(year: int) -> pd.DataFrame:
    paths = sorted((RAW / "poet" / str(year) / "final").glob("*.csv"))
    return pd.concat([file(path) for path in paths], ignore_index=True).fillna("")


def people(year: int, instrument: str = "adult_holder") -> pd.DataFrame:
    rows = wave(year)
    return rows[rows["instrument"] == instrument]


def share(rows: pd.DataFrame, item: str, so: set[str], valid: set[str]) -> float:
    """Percent of the valid answers that are so."""
    answers = rows[item]
    return 100 * answers.isin(so).sum() / answers.isin(valid).sum()


def outcomes(rows: pd.DataFrame, valid: set[str]) -> list[str]:
    """Outcome items that these people were asked."""
    listed = [one["field"] for one in planted() if one["rule_id"] == "item-unlisted"]
    return [
        name
        for name in rows.columns
        if name.startswith("out_") and name not in listed and rows[name].isin(valid).any()
    ]


# --- who answered --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "instrument", "published"),
    [
        (2011, "adult_holder", 1114),
        (2011, "carer", 950),
        (2013, "adult_holder", 2022),
        (2013, "carer", 1386),
        (2013, "phb_holder", 195),
        (2013, "phb_carer", 117),
        (2014, "adult_holder", 2679),
        (2014, "carer", 1328),
    ],
)
def test_respondents(year: int, instrument: str, published: int) -> None:
    assert len(people(year, instrument)) == published


def test_respondents_in_all() -> None:
    in_all = {year: len(people(year)) + len(people(year, "carer")) for year in (2011, 2014, 2017)}
    assert in_all[2011] > 2_000 and in_all[2014] > 4_000 and in_all[2017] == 4_300


def test_councils_of_2011() -> None:
    """832 of the holders in ten demonstrator councils, here the ten with most."""
    by_council = people(2011)["council_code"].value_counts()
    assert by_council.nlargest(10).sum() == 832 and len(by_council) > 10


def test_councils_of_2013() -> None:
    holders = people(2013)["council_code"].value_counts()
    carers = people(2013, "carer")["council_code"].value_counts()
    assert len(holders.index.union(carers.index)) == 22
    assert (holders > 50).sum() == 20
    assert (carers > 50).sum() == 15


def test_councils_of_2017() -> None:
    assert people(2017)["council_code"].nunique() == 18
    assert set(people(2017, "carer")["council_code"]) <= set(people(2017)["council_code"])


@pytest.mark.parametrize("year", [2011, 2013, 2014, 2017])
def test_some_councils_are_too_small_to_show_and_some_are_small(year: int) -> None:
    holders = people(year)["council_code"].value_counts()
    assert (holders < 10).sum() == 1
    assert ((holders >= 10) & (holders <= 50)).sum() >= 1


@pytest.mark.parametrize("year", [2011, 2013, 2014, 2017])
def test_councils_are_real_and_did_not_change(year: int) -> None:
    with (PROJECT / "dbt/seeds/councils.csv").open(encoding="utf-8") as lines:
        known = {row["council_id"] for row in csv.DictReader(lines) if not row["predecessor_ids"]}
    assert set(wave(year)["council_code"]) <= known


# --- what they answered --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more_than", "items"),
    [
        (70, ("independence", "support_when_needed", "dignity")),
        (60, ("physical_health", "mental_wellbeing", "control_support")),
        (50, ("feeling_safe", "rel_paid")),
    ],
)
def test_better_in_2013(more_than: int, items: tuple[str, ...]) -> None:
    for item in items:
        assert more_than < share(people(2013), f"out_{item}", BETTER, CHANGE) < more_than + 10


def test_better_and_worse_over_the_items_of_2013() -> None:
    rows = people(2013)
    items = outcomes(rows, CHANGE)
    assert len(items) == 14
    assert sum(share(rows, item, BETTER, CHANGE) >= 50 for item in items) == 9
    worse = [share(rows, item, WORSE, CHANGE) for item in items]
    assert max(worse) < 10
    assert sum(w < 5 for w in worse) == 11
    assert sum(5 <= w <= 6 for w in worse) == 3
    assert share(rows, "out_paid_job", {"no_difference"}, CHANGE) > 80


def test_process_in_2013() -> None:
    rows = people(2013)
    easy = {
        name: share(rows, name, EASY, EASE) for name in rows.columns if name.startswith("proc_")
    }
    assert len(easy) == 9 and sum(one > 50 for one in easy.values()) == 6
    assert round(easy["proc_control_spending"]) == 60
    assert round(easy["proc_plan_manage_support"]) == 60
    assert round(easy["proc_get_support_wanted"]) == 57


def test_better_in_2014() -> None:
    rows = people(2014)
    better = {item: share(rows, item, BETTER, CHANGE) for item in outcomes(rows, CHANGE)}
    assert len(better) == 11
    most = {"out_dignity", "out_quality_of_life"}
    assert all(better[item] > 80 for item in most)
    assert all(200 / 3 <= better[item] < 80 for item in set(better) - most)
    carers = people(2014, "carer")
    for item in ("remain_well", "quality_of_life_carer", "quality_of_life_person"):
        assert share(carers, f"out_{item}", BETTER, CHANGE) > 200 / 3


@pytest.mark.parametrize(
    ("item", "published"),
    [
        ("amount", 74),
        ("choice_control", 72),
        ("dignity", 84),
        ("quality", 81),
        ("information", 63),
        ("impact_quality_of_life", 75),
        ("impact_health", 72),
        ("impact_safe", 71),
        ("impact_relationships", 57),
        ("impact_everyday", 57),
        ("impact_community", 58),
    ],
)
def test_good_in_2017(item: str, published: int) -> None:
    assert round(share(people(2017), f"out_{item}", GOOD, RATING)) == published


def test_process_in_2017() -> None:
    rows = people(2017)
    assert round(share(rows, "views_included", INCLUDED, INCLUSION)) == 80
    assert round(share(rows, "test_knows_money", {"yes"}, PASSED)) == 50
    assert round(share(rows, "test_own_ways_and_times", {"yes"}, PASSED)) == 51


def ratios(year: int, items: list[str], so: set[str], valid: set[str]) -> tuple[float, float]:
    """Geometric means of odds ratio and risk ratio over conditions and outcomes."""
    rows = people(year)
    logs = []
    for item in items:
        for outcome in outcomes(rows, CHANGE):
            both = rows[rows[item].isin(valid) & rows[outcome].isin(CHANGE)]
            met, good = both[item].isin(so), both[outcome].isin(BETTER)
            a, b = (met & good).sum(), (met & ~good).sum()
            c, d = (~met & good).sum(), (~met & ~good).sum()
            assert min(a, b, c, d) >= 10  # none too thin to show
            logs.append((math.log(a * d / (b * c)), math.log(a / (a + b) / (c / (c + d)))))
    odds, risk = (math.exp(sum(one) / len(logs)) for one in zip(*logs, strict=True))
    return odds, risk


def test_process_easy_goes_with_odds_nearly_three_times_as_high_in_2014() -> None:
    process = [name for name in people(2014).columns if name.startswith("proc_")]
    assert len(process) == 9
    odds, risk = ratios(2014, process, EASY, EASE)
    assert 2.5 <= odds < 3
    assert 1.2 < risk < 1.5  # as risks, not "nearly three times"


def test_views_included_go_with_odds_nearly_twice_as_high_in_2014() -> None:
    odds, risk = ratios(2014, ["views_included"], INCLUDED, INCLUSION)
    assert 1.7 < odds < 2
    assert 1.1 < risk < 1.4


@pytest.mark.parametrize("item", ["help_to_plan", "test_knows_money"])
def test_help_to_plan_and_knowing_the_amount_go_with_better_outcomes_in_2014(item: str) -> None:
    assert ratios(2014, [item], {"yes"}, PASSED)[0] > 1.3


def better_in(rows: pd.DataFrame) -> float:
    """Percent better over all outcomes together."""
    answers = pd.concat([rows[item] for item in outcomes(rows, CHANGE)])
    return 100 * answers.isin(BETTER).sum() / answers.isin(CHANGE).sum()


def by_management(year: int) -> float:
    """How many points direct payments lie above managed budgets."""
    rows = people(year)
    direct, managed = (rows[rows["management"].isin(kind)] for kind in (DIRECT, MANAGED))
    return better_in(direct) - better_in(managed)


def test_direct_payments_do_better_in_2011_and_make_little_difference_in_2014() -> None:
    assert by_management(2011) > 10
    assert abs(by_management(2014)) < 3


def test_age_and_care_group_make_little_difference_in_2014() -> None:
    rows = people(2014)
    everyone = better_in(rows)
    for age in ("18_64", "65_over"):
        assert abs(better_in(rows[rows["age_band"] == age]) - everyone) < 3
    for group in ("older_people", "learning_disability", "physical_disability", "mental_health"):
        assert abs(better_in(rows[rows["care_groups"].str.contains(group)]) - everyone) < 4


@pytest.mark.parametrize(("year", "passing"), [(2011, 23), (2013, 27), (2014, 31), (2017, 25)])
def test_who_passes_the_three_tests_is_as_the_generator_says(year: int, passing: int) -> None:
    """In Control's 46,000 are 23% of ADASS's 200,000; the other years are invented."""
    tests = ["test_knows_money", "test_own_ways_and_times", "test_knows_outcomes"]
    rows = people(year)[tests]
    answered = rows[rows.isin(PASSED).all(axis=1)]
    assert round(100 * (answered == "yes").all(axis=1).mean()) == passing


# --- how they answered ---------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2011, 2013, 2014, 2017])
def test_gaps_are_those_of_a_survey(year: int) -> None:
    rows = wave(year)
    assert 0.08 < (rows["management"] == "").mean() < 0.12
    assert 0.08 < (rows["completed_by"] == "proxy").mean() < 0.20
    assert rows["care_groups"].str.contains(";").mean() > 0.05
    assert (rows["management"] == "dont_know").any()
    assert 0.03 < (rows["free_text"] != "").mean() < 0.08


@pytest.mark.parametrize("rule", ["all-blank", "straight-lined"])
def test_as_many_as_were_planted_left_all_open_or_said_one_thing(rule: str) -> None:
    found = [one for one in planted() if one["rule_id"] == rule]
    assert len(found) == 5
    for one in found:
        rows = file(RAW / one["file"])
        given = rows[[name for name in rows.columns if name.startswith("out_")]]
        valid = given.where(given.isin(CHANGE | RATING))
        if rule == "all-blank":
            here = valid.notna().sum(axis=1) == 0
        else:
            here = (valid.notna().sum(axis=1) >= 3) & (valid.nunique(axis=1) == 1)
        assert f"the first of {here.sum()} in the file" in one["what"]
        assert f"line {here.idxmax() + 2}" == one["place"]


def test_words_in_one_wave_codes_in_the_others() -> None:
    def answers(year: int) -> set[str]:
        [path] = (RAW / "poet" / str(year) / "final").glob(f"*-{year}.csv")
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="cp1252")
        return set(rows["out_dignity"])

    assert {"A lot better", "No difference", "Don't know"} <= answers(2013)
    assert {"a_lot_better", "no_difference", "dont_know"} <= answers(2014)
    assert {"very_good", "VERY_GOOD", "dont_know"} <= answers(2017)


# --- In Control ----------------------------------------------------------------------------------


def in_control(year: str, as_of: str) -> dict[str, int]:
    path = next((RAW / "in_control" / year / "final").glob(f"*{as_of}.csv"))
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))[2:]
    assert {row[1] for row in rows} == {as_of}
    return {row[0]: int(row[2]) for row in rows}


def test_in_control() -> None:
    assert sum(in_control("2006-07", "2006-12-31").values()) == 60
    end_of_year = in_control("2009-10", "2009-12-31")
    launch = in_control("2009-10", "2010-03-15")
    assert (len(end_of_year), sum(end_of_year.values())) == (75, 30_000)
    above_200 = [people for people in end_of_year.values() if people > 200]
    assert len(above_200) / 75 < 1 / 3
    assert sum(above_200) > 25_000  # so few councils hold most
    assert (len(launch), sum(launch.values())) == (79, 46_000)
    assert all(launch[council] >= before for council, before in end_of_year.items())
    assert round(100 * 79 / 152) == 52 and 46_000 / 200_000 < 0.25
