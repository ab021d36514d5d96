"""Whether the tables of POET tell more than they show: docs/disclosure.md, attacked."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise, product
from operator import itemgetter
from typing import Any

import duckdb
import pytest
from disclosure_attack import Attack, Counts, Key, Sum, narrowest
from hypothesis import given, settings
from hypothesis import strategies as st
from released import Released
from rendered import build, load, load_seeds, macro

from dagster_project.analysis.rounding import draw, least_count, round_count
from dagster_project.paths import Warehouse

BASE, SMALLEST, NARROWEST = 5, 10, 5  # disclosure_rules.csv
TOTAL, REST = "England", "in no group"
PARTS = ("better", "worse", "same")
Groups = Mapping[str, Counts]
"""Of each group how many are better, worse, neither."""
Shown = Mapping[str, Counts | None]
"""Of each group the rounded answers and parts, None if hidden."""


@st.composite
def groups(draw: st.DrawFn) -> Groups:
    """Groups of one table, many of them small, often with everybody or nobody better or worse."""
    found = {}
    for name in "abcdef"[: draw(st.integers(1, 6))]:
        answers = draw(st.one_of(st.integers(0, 20), st.integers(0, 60)))
        better = draw(st.one_of(st.sampled_from([0, answers]), st.integers(0, answers)))
        worse = draw(st.one_of(st.just(0), st.integers(0, answers - better)))
        found[name] = (better, worse, answers - better - worse)
    return found


@cache
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    load_seeds(connection, "disclosure_rules", "genuine_budget_types")
    build(connection, ["int_disclosure_limits"])
    return connection


def rounded(parts: Counts, offset: int) -> Counts:
    """Answers and parts as a row shows them: cumulative counts, each rounded by the row's offset."""
    sums = [0, *(round_count(sum(parts[: at + 1]), BASE, offset) for at in range(len(parts)))]
    return (sums[-1], *(high - low for low, high in pairwise(sums)))


def suppressed(table: Groups, rest: Counts, offsets: Iterator[int], *, has_rest: bool) -> tuple:
    """England's rounded counts and those of the groups, as the macro of the project leaves them."""
    whole = [sum(each) for each in zip(rest, *table.values(), strict=True)]
    total = rounded(whole, next(offsets))
    figures = {name: rounded(parts, next(offsets)) for name, parts in table.items()}
    names = ["n_valid", *(f"n_{part}" for part in PARTS)]
    below = {name: least_count(counts[0], BASE) < SMALLEST for name, counts in figures.items()}
    if least_count(total[0], BASE) < SMALLEST:
        below = dict.fromkeys(below, True)
    order = sorted(table, key=lambda name: (not below[name], figures[name][0], name))
    columns = {"within": "int", "group_value": "varchar", "has_answers": "boolean"}
    columns |= {"is_below": "boolean", "has_rest": "boolean", "place": "bigint"}
    columns |= dict.fromkeys(("rounding_base", "narrowest_range"), "bigint")
    columns |= dict.fromkeys((*names, *(f"{name}_total" for name in names)), "bigint")
    rows = [
        {
            "within": 1,
            "group_value": name,
            "has_answers": sum(table[name]) > 0,
            "is_below": below[name],
            "has_rest": has_rest,
            "place": place,
            "rounding_base": BASE,
            "narrowest_range": NARROWEST,
            **dict(zip(names, figures[name], strict=True)),
            **{f"{column}_total": n for column, n in zip(names, total, strict=True)},
        }
        for place, name in enumerate(order, start=1)
    ]
    load(database(), "groups", columns, rows)
    query = macro("with_suppression", "groups", ["within"], names)
    found = database().execute(f"select group_value, suppressed from ({query})").fetchall()
    return total, {name: None if hidden else figures[name] for name, hidden in found}


def attacked(total: Counts, shown: Shown, *, has_rest: bool) -> Attack:
    rest = REST if has_rest else None
    return Attack({TOTAL: total, **shown}, [Sum(TOTAL, list(shown), rest)], parts=3, base=BASE)


# several hundred small programmes a test: fewer examples than for plain arithmetic
@settings(max_examples=60, deadline=None)
@given(
    groups(), st.booleans(), st.tuples(*[st.integers(0, 3)] * 3), st.randoms(use_true_random=False)
)
def test_what_is_hidden_keeps_a_range(
    table: Groups, has_rest: bool, rest: Counts, chance: random.Random
) -> None:
    """Every part of a hidden group, and of people in no group, can be five numbers at least."""
    rest = rest if has_rest else (0, 0, 0)
    offsets = iter(lambda: chance.randrange(BASE), None)
    total, shown = suppressed(table, rest, offsets, has_rest=has_rest)
    for name, counts in shown.items():
        assert counts is None or sum(table[name]) >= SMALLEST
    hidden = [name for name, counts in shown.items() if counts is None]
    if not hidden and not has_rest:
        return
    attack = attacked(total, shown, has_rest=has_rest)
    # all hidden groups are alike to who attacks them
    for key in [*hidden[:1], *([REST] if has_rest else [])]:
        found = attack.ranges(key)
        assert narrowest(found) >= NARROWEST, (key, found)
        truth = rest if key == REST else table[key]
        for (low, high), count in zip(found, (sum(truth), *truth), strict=True):
            assert low <= count <= high


def test_a_hole_is_found() -> None:
    """Exact counts (a base of 1) with one small group hidden: England less the rest is its figures."""
    shown = {"a": None, "b": (20, 12, 4, 4), "c": (30, 15, 5, 10)}
    attack = Attack({TOTAL: (55, 30, 10, 15), **shown}, [Sum(TOTAL, list(shown))], parts=3, base=1)
    assert attack.ranges("a") == [(5, 5), (3, 3), (1, 1), (1, 1)]


def test_people_in_no_group_are_not_what_two_groups_leave() -> None:
    """England 20 (24 at most), groups 15 and 15 (11 at least): two people at most would be in none.

    The smaller group goes, and with it the other would be what is left, so that neither is shown.
    """
    parts = {"yes": (11, 0, 0), "no": (12, 0, 0)}
    total, shown = suppressed(parts, (1, 0, 0), iter([0, 4, 4]), has_rest=True)
    assert total == (20, 20, 0, 0)
    everything = {"yes": (15, 15, 0, 0), "no": (15, 15, 0, 0)}
    assert attacked(total, everything, has_rest=True).ranges(REST)[0] == (0, 2)
    assert None in shown.values()
    assert attacked(total, shown, has_rest=True).ranges(REST)[0][1] >= 4


def test_no_pair_of_releases_tells_what_one_more_person_says() -> None:
    """Proof by enumeration: counts mod 5, every offset before and after, every answer added.

    Whatever a row shows before and after one response was added, nobody added to the row, somebody
    better, worse or neither: each could have left it so.
    """
    answers = {"none": (0, 0, 0), "better": (1, 0, 0), "worse": (0, 1, 0), "same": (0, 0, 1)}
    explained: dict[tuple[Counts, Counts], set[str]] = defaultdict(set)
    asked = set()
    for parts in product(range(2 * BASE + 1), repeat=3):
        for answer, added in answers.items():
            later = [n + more for n, more in zip(parts, added, strict=True)]
            for before, after in product(range(BASE), repeat=2):
                pair = rounded(parts, before), rounded(later, after)
                explained[pair].add(answer)
                if max(parts) <= BASE + 2:
                    asked.add(pair)
    assert len(asked) > 100
    assert all(explained[pair] == set(answers) for pair in asked)


def test_rounding_that_forgets_the_wave_would_tell() -> None:
    """With one offset before and after, as of a rounding to the nearest, a change names the answer."""
    tells = {
        (rounded((b, 3, 3), 2), rounded((b + more, 3, 3), 2)): more
        for b in range(2 * BASE)
        for more in (0, 1)
    }
    assert any(more for (before, after), more in tells.items() if before != after)
    assert not any(not more for (before, after), more in tells.items() if before != after)


def test_the_macros_round_as_python_does() -> None:
    query = macro("rounded_count", "n", macro("rounding_offset", "'key'", ["name"], BASE), BASE)
    found = (
        database()
        .execute(
            f"select n, name, {query} from range(40) as t(n), (values ('a'), ('b'), ('é')) as v(name)"
        )
        .fetchall()
    )
    assert len(found) == 120
    assert all(shown == round_count(n, BASE, draw("key", name)) for n, name, shown in found)


Person = Mapping[str, Any]
DOMAINS = ("dignity", "stress")
GROUPED = {"council": "abcdef", "age_band": ("18_64", "65_over"), "management": "xyz"}


def person(chance: random.Random) -> Person:
    """Somebody of one wave and instrument, who answers most questions."""
    return {
        **{
            name: chance.choice([*values, None] if name != "council" else values)
            for name, values in GROUPED.items()
        },
        **{domain: chance.choice([*PARTS, *PARTS, None]) for domain in DOMAINS},
    }


def counted(people: Sequence[Person]) -> dict[tuple[str, str, str], Counter[str]]:
    """Answers by domain, group type and group."""
    found: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for one, domain in product(people, DOMAINS):
        if one[domain] is not None:
            for name, value in [("england", TOTAL), *((name, one[name]) for name in GROUPED)]:
                if value is not None:
                    found[domain, name, value][one[domain]] += 1
    return found


def published(people: Sequence[Person]) -> dict[tuple[str, str, str], Counts | None]:
    """What the models of the project show of these people."""
    connection = database()
    whole = {"wave": 2014, "instrument": "carer", "weakness": 1}
    counts = counted(people)
    key = draw("", sorted((cell, sorted(each.items())) for cell, each in counts.items()))
    columns = {"wave": "int", "rounding_key": "varchar"}
    load(connection, "int_poet_rounding_key", columns, [{"wave": 2014, "rounding_key": key}])
    columns = {"wave": "int", "instrument": "varchar", "council_id": "varchar"}
    columns |= {"counted_by": "varchar", "n_responses": "bigint"}
    tally = Counter(one["council"] for one in people)
    rows = [
        {**whole, "council_id": name, "counted_by": "person", "n_responses": n}
        for name, n in tally.items()
    ]
    load(connection, "int_poet_tally", columns, rows)
    columns = dict.fromkeys(("instrument", "domain", "group_type", "group_value"), "varchar")
    columns |= {"wave": "int", "groups_overlap": "boolean", "weakness": "int"}
    columns |= dict.fromkeys(("n_valid", "n_better", "n_worse"), "bigint")
    rows = [
        {
            **whole,
            **{"domain": domain, "group_type": name, "group_value": value},
            "groups_overlap": False,
            **{"n_valid": each.total(), "n_better": each["better"], "n_worse": each["worse"]},
        }
        for (domain, name, value), each in counts.items()
    ]
    load(connection, "int_poet_count", columns, rows)
    columns = {"wave": "int", "area_level": "varchar", "area_id": "varchar"}
    load(
        connection,
        "int_poet_test_count",
        columns | {"budget_type": "varchar", "n_valid": "bigint"},
        [],
    )
    build(connection, ["int_poet_council_shown", "int_poet_outcome_shown"])
    found = connection.execute(
        "select domain, group_type, group_value, n_valid, n_better, n_worse from int_poet_outcome_shown"
    ).fetchall()
    return {
        (domain, name, value): None if n is None else (n, better, worse, n - better - worse)
        for domain, name, value, n, better, worse in found
    }


def everything(
    shown: Mapping[tuple[str, str, str], Counts | None],
) -> Iterator[tuple[str, Attack, list[Key]]]:
    """Of each domain all its tables in one attack, and what it asks for: hidden groups, and rests."""
    for domain, rows in groupby(sorted(shown), key=itemgetter(0)):
        cells = {(name, value): shown[domain, name, value] for _, name, value in rows}
        total = ("england", TOTAL)
        types = dict.fromkeys(name for name, _ in cells if name not in ("england", "care_group"))
        sums = [
            Sum(
                total,
                [cell for cell in cells if cell[0] == name],
                None if name == "council" else (name, REST),
            )
            for name in types
        ]
        asked: list[Key] = [one.rest for one in sums if one.rest is not None]
        for one in sums:
            asked += [cell for cell in one.groups if cells[cell] is None][:1]
        if cells[total] is not None:
            yield domain, Attack(cells, sums, parts=3, base=BASE), asked


@pytest.mark.parametrize("seed", range(6))
def test_all_tables_of_an_outcome_together_keep_a_range(seed: int) -> None:
    """Councils, ages and management at once, against England: the same wave in one programme."""
    chance = random.Random(seed)
    people = [person(chance) for _ in range(chance.randrange(60, 200))]
    truth = counted(people)
    for domain, attack, asked in everything(published(people)):
        for key in asked:
            found = attack.ranges(key)
            assert narrowest(found) >= NARROWEST, (domain, key, found)
            if key[1] != REST:
                each = truth[domain, *key]
                for (low, high), count in zip(
                    found, (each.total(), *(each[part] for part in PARTS)), strict=True
                ):
                    assert low <= count <= high


def test_two_releases_that_differ_by_one_response_do_not_give_it_away() -> None:
    """Rows differ where the new person is not, as they do where they are.

    Of each row whose count of a part went up, the guess of who differences is that the new person is in
    it. Over 15 additions it is right less than two and a half times as often as at random, for the
    rounding of every row is drawn again. Of exact counts it would be right each time.
    """
    right = wrong = there = elsewhere = 0
    for seed in range(15):
        chance = random.Random(seed)
        people = [person(chance) for _ in range(150)]
        extra = person(chance)
        before, after = published(people), published([*people, extra])
        assert set(before) == set(after)
        mine = counted([extra])
        for cell in before:
            old, new = before[cell], after[cell]
            if old is None or new is None:
                continue
            for part, (earlier, later) in zip(
                PARTS, zip(old[1:], new[1:], strict=True), strict=True
            ):
                inside = bool(mine[cell][part])
                there, elsewhere = there + inside, elsewhere + (not inside)
                if later > earlier:
                    right, wrong = right + inside, wrong + (not inside)
    assert right + wrong > 100
    assert right / (right + wrong) < 2.5 * there / (there + elsewhere)
    assert wrong > 3 * right


def test_the_same_answers_are_rounded_alike_again() -> None:
    chance = random.Random(1)
    people = [person(chance) for _ in range(120)]
    first = published(people)
    chance.shuffle(people)
    assert published(people) == first


def test_the_published_outcomes_give_nothing_away(example: Released) -> None:
    """All tables of an outcome of the example in one programme: nothing hidden is bounded closely."""
    with duckdb.connect(Warehouse.at(example.warehouse).build_db, read_only=True) as connection:
        # every rounded part, also where the published table has the share only
        rows = connection.execute(
            """
            select concat_ws('/', wave, instrument, domain), group_type, group_value,
                n_valid, n_better, n_worse, n_valid - n_better - n_worse
            from intermediate.int_poet_outcome_shown
            """
        ).fetchall()
    outcomes = sorted({cell[0] for cell in rows})
    # every eighth: an outcome has some fifty cells in a dozen tables, and each range is two programmes
    chosen = set(outcomes[::8])
    shown = {cell[:3]: None if cell[3] is None else cell[3:] for cell in rows if cell[0] in chosen}
    attacked = 0
    for domain, attack, asked in everything(shown):
        for key in asked:
            found = attack.ranges(key)
            attacked += 1
            assert narrowest(found) >= NARROWEST, (domain, key, found)
    assert attacked > 100
