"""Whether the tables of POET tell more than they show: differencing attacks on hidden figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
from attack import Figures, Recovered, Sum, attack
from hypothesis import given, settings
from hypothesis import strategies as st
from released import Released
from rendered import load, macro

SMALLEST = 10
TOTAL = "England"
Groups = Mapping[str, Figures]
Shown = Mapping[str, Figures | None]


@st.composite
def groups(draw: st.DrawFn) -> Groups:
    """Groups of one table, many of them small, often with everybody or nobody better or worse."""
    found = {}
    for name in "abcdef"[: draw(st.integers(1, 6))]:
        answers = draw(st.one_of(st.integers(1, 12), st.integers(1, 60)))
        better = draw(st.one_of(st.sampled_from([0, answers]), st.integers(0, answers)))
        worse = draw(st.one_of(st.just(0), st.integers(0, answers - better)))
        found[name] = (answers, better, worse)
    return found


@cache
def database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def suppressed(table: Groups) -> Shown:
    """The groups as the macro of the project leaves them."""
    columns = {"within": "int", "group_value": "varchar"}
    columns |= dict.fromkeys(("n_valid", "n_better", "n_worse"), "bigint")
    load(
        database(),
        "groups",
        columns,
        [
            {"within": 1, "group_value": name, "n_valid": n, "n_better": better, "n_worse": worse}
            for name, (n, better, worse) in table.items()
        ],
    )
    query = macro("with_suppression", "groups", ["within"], ["n_better", "n_worse"], SMALLEST)
    rows = database().execute(f"select group_value, suppressed from ({query})").fetchall()
    return {name: None if hidden else table[name] for name, hidden in rows}


def total(table: Groups) -> Figures:
    return tuple(sum(figures) for figures in zip(*table.values(), strict=True))


def given_away(
    whole: Figures, shown: Shown, *, rest: bool = False, most: int | None = None
) -> list[Recovered]:
    """What the groups shown give away beyond what their total says by itself.

    All hidden groups of a table are alike to who attacks it, so that one stands for all.
    """
    hidden = [name for name, figures in shown.items() if figures is None]
    if not hidden:
        return []
    sums = [Sum(TOTAL, list(shown), rest)]
    at_most = {} if most is None else dict.fromkeys(hidden, most)
    found = attack({TOTAL: whole, **shown}, sums, parts=2, most=at_most, asked=hidden[:1])
    if not found:
        return []
    by_itself = {TOTAL: whole, **dict.fromkeys(shown)}
    known_anyway = attack(by_itself, sums, parts=2, asked=hidden[:1])
    return [one for one in found if one not in known_anyway]


# several hundred small programmes a test: fewer examples than for plain arithmetic
@settings(max_examples=40, deadline=None)
@given(groups())
def test_nothing_hidden_can_be_worked_out(table: Groups) -> None:
    shown = suppressed(table)
    assert all(figures is None or figures[0] >= SMALLEST for figures in shown.values())
    # who knows the rule knows too that no hidden group is larger than one that is shown
    most = min((figures[0] for figures in shown.values() if figures), default=None)
    assert given_away(total(table), shown) == []
    assert given_away(total(table), shown, most=most) == []
    assert given_away(total(table), shown, rest=True) == []


@settings(max_examples=40, deadline=None)
@given(groups())
def test_nothing_is_hidden_without_need(table: Groups) -> None:
    shown = suppressed(table)
    hidden = [name for name, figures in shown.items() if figures is None]
    if all(figures[0] >= SMALLEST for figures in table.values()):
        assert hidden == []
        return
    last = max(hidden, key=lambda name: (table[name][0], name))
    if table[last][0] >= SMALLEST:
        assert given_away(total(table), {**shown, last: table[last]})


def test_a_hole_is_found() -> None:
    """With only the small groups hidden, England less the rest is the one that is left."""
    table = {"a": (5, 3, 1), "b": (20, 12, 4), "c": (30, 15, 5)}
    shown = {"a": None, "b": table["b"], "c": table["c"]}
    found = {(one.figure, one.value) for one in given_away(total(table), shown)}
    # 55 - 50 answers, 30 - 27 better, 10 - 9 worse
    assert found == {
        ("answers", 5),
        ("part 1", 3),
        ("not part 1", 2),
        ("part 2", 1),
        ("not part 2", 4),
    }
    assert given_away(total(table), suppressed(table)) == []


def test_a_hole_of_several_groups_is_found() -> None:
    """Two hidden groups of which everybody is better: neither number is known, but the share is."""
    table = {"a": (4, 4, 0), "b": (5, 5, 0), "c": (20, 9, 4), "d": (30, 9, 4)}
    shown = {"a": None, "b": None, "c": table["c"], "d": table["d"]}
    found = {(one.figure, one.value) for one in given_away(total(table), shown)}
    assert found == {("not part 1", 0), ("part 2", 0)}
    assert given_away(total(table), suppressed(table)) == []


def outcome_tables(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Figures, Shown, bool]]:
    """Each published table of poet_outcome: England's figures, the groups, may some be in none."""
    key = itemgetter("wave", "instrument", "domain")
    tables = []
    for _, domain in groupby(sorted(rows, key=key), key=key):
        figures = {
            (row["group_type"], row["group_value"]): None
            if row["suppressed"]
            else (row["n_valid"], row["n_better"], row["n_worse"])
            for row in domain
        }
        whole = figures[("england", "England")]
        for group_type in dict.fromkeys(name for name, _ in figures):
            # a person may be in several care groups or in none: they bound nothing
            if whole and group_type not in ("england", "care_group"):
                shown = {value: one for (name, value), one in figures.items() if name == group_type}
                tables.append((whole, shown, group_type != "council"))
    return tables


def test_the_published_outcomes_give_nothing_away(example: Released) -> None:
    tables = outcome_tables(example.rows("select * from marts.poet_outcome"))
    hiding = [table for table in tables if None in table[1].values()]
    assert len(hiding) > 20
    for whole, shown, rest in hiding:
        assert given_away(whole, shown, rest=rest) == []


def test_no_effect_is_told_of_answers_that_are_hidden(example: Released) -> None:
    """An effect's n is the sum of its pair of groups, so it is told of pairs that are shown."""
    effects = example.rows(
        """
        select effects.wave, effects.instrument, effects.domain, effects.condition, effects.method,
            effects.n, sum(groups.n_valid) as n_valid, bool_or(groups.suppressed) as hides
        from marts.poet_process_effect as effects
        inner join marts.poet_outcome as groups
            on groups.group_type = effects.condition
            and (groups.wave, groups.instrument, groups.domain)
                = (effects.wave, effects.instrument, effects.domain)
        where effects.n is not null
        group by all
        """
    )
    assert effects
    assert all(not row["hides"] and row["n"] == row["n_valid"] for row in effects)
