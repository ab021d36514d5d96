"""The bridge against a second, slower way to work it out: every order of the switches, one by one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from itertools import pairwise, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

YEAR, WAVE = "2012-13", "ADASS_2013"
SWITCHES = ("one_off", "measurement", "carers", "denominator")
CLOSE = 1e-9


@dataclass(frozen=True)
class Council:
    """The seven components of one council; None is missing, or a range."""

    name: str
    region: str
    eligible: int | None
    ongoing: int | None
    one_off: int | None
    users: int | None
    users_sds: int | None
    carers: int | None
    carers_sds: int | None

    def given(self, *names: str) -> bool:
        return all(getattr(self, name) is not None for name in names)


OFFERS = {
    "eligible": ("adass", "eligible", "users"),
    "ongoing": ("adass", "ongoing", "users"),
    "one_off": ("adass", "one_off", "users"),
    "users": ("ccs", "community", "users"),
    "users_sds": ("ccs", "self_directed_support", "users"),
    "carers": ("ccs", "community", "carers"),
    "carers_sds": ("ccs", "self_directed_support", "carers"),
}
AMOUNTS = tuple(OFFERS)


def offers(councils: Sequence[Council]) -> list[dict[str, object]]:
    return [
        {
            "financial_year": YEAR,
            "council_id": council.name,
            "region_code": council.region,
            "component": component,
            "person_scope": scope,
            "breakdown": "total",
            "source": source,
            "definition_id": WAVE if source == "adass" else None,
            "component_value": getattr(council, name),
            "weakness": 2 if source == "adass" else 1,
        }
        for council in councils
        for name, (source, component, scope) in OFFERS.items()
    ]


# --- the same, worked out order by order ----------------------------------------------------------


def rate(councils: Sequence[Council], on: frozenset[str]) -> Fraction:
    """N over D in percent, the formulas of the bridge written out."""
    numerator = denominator = 0
    for c in councils:
        numerator += c.ongoing
        numerator += c.one_off if "one_off" in on else 0
        numerator += c.users_sds - c.ongoing - c.one_off if "measurement" in on else 0
        numerator += c.carers_sds if "carers" in on else 0
        denominator += c.users if "denominator" in on else c.eligible
        denominator += c.carers if "carers" in on else 0
    return Fraction(100 * numerator, denominator)


def changes(councils: Sequence[Council]) -> dict[str, list[Fraction]]:
    """What turning each switch on changes, in each of the 24 orders."""
    found: dict[str, list[Fraction]] = {switch: [] for switch in SWITCHES}
    for order in permutations(SWITCHES):
        on: frozenset[str] = frozenset()
        for switch in order:
            found[switch].append(rate(councils, on | {switch}) - rate(councils, on))
            on |= {switch}
    return found


def from_adass(councils: Sequence[Council]) -> list[Council]:
    return [c for c in councils if c.given("ongoing", "eligible") and 0 < c.eligible >= c.ongoing]


def to_official(councils: Sequence[Council]) -> list[Council]:
    return [
        c
        for c in councils
        if c.given("users", "users_sds", "carers", "carers_sds")
        and 0 < c.users + c.carers >= c.users_sds + c.carers_sds
    ]


def with_all(councils: Sequence[Council]) -> list[Council]:
    """Neither end above 100, and somebody in every denominator on the way."""
    both_ends = [c for c in from_adass(councils) if c in to_official(councils)]
    return [c for c in both_ends if c.given("one_off") and c.users > 0]


def pooled(
    over: Sequence[Council], numerator: Sequence[str], denominator: Sequence[str]
) -> Fraction:
    above = sum(getattr(c, name) for c in over for name in numerator)
    return Fraction(100 * above, sum(getattr(c, name) for c in over for name in denominator))


def expected(councils: Sequence[Council]) -> dict[tuple[str, str], list[tuple[str, Fraction]]]:
    """Steps and effects of every bridge, by area."""
    inside = with_all(councils)
    areas = {("council", c.name): [c] for c in inside}
    areas |= {
        ("region", r): [c for c in inside if c.region == r] for r in {c.region for c in inside}
    }
    areas |= {("england", "England"): inside} if inside else {}
    bridges = {}
    for area, members in areas.items():
        steps = [(s, sum(found, Fraction(0)) / 24) for s, found in changes(members).items()]
        if area[0] == "england":
            start = pooled(from_adass(councils), ["ongoing"], ["eligible"])
            finish = pooled(to_official(councils), ["users_sds", "carers_sds"], ["users", "carers"])
            steps = [
                ("components", rate(members, frozenset()) - start),
                *steps,
                ("coverage", finish - rate(members, frozenset(SWITCHES))),
            ]
        bridges[area] = steps
    return bridges


# --- invented councils ----------------------------------------------------------------------------

counts = st.integers(0, 3000)
maybe = st.one_of(counts, counts, counts, counts, st.none())
# taking carers' one-offs off may leave less than none where a return contradicts itself
one_offs = st.one_of(st.integers(0, 500), st.integers(-40, 0), st.none())
invented = st.lists(
    st.tuples(st.sampled_from(["NW", "L"]), maybe, maybe, one_offs, maybe, maybe, maybe, maybe),
    max_size=6,
).map(
    lambda rows: [
        Council(f"council {n}", region, *amounts) for n, (region, *amounts) in enumerate(rows)
    ]
)


@st.composite
def plausible(draw: st.DrawFn) -> list[Council]:
    """Councils that are all in the bridge: no count above the one that contains it."""
    found = []
    for number in range(draw(st.integers(1, 5))):
        eligible, users = draw(st.integers(1, 5000)), draw(st.integers(1, 9000))
        carers = draw(st.integers(0, 4000))
        found.append(
            Council(
                f"council {number}",
                draw(st.sampled_from(["NW", "L", "SW"])),
                eligible,
                draw(st.integers(0, eligible)),
                draw(st.integers(0, 400)),
                users,
                draw(st.integers(0, users)),
                carers,
                draw(st.integers(0, carers)),
            )
        )
    return found


quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quick
@given(councils=st.one_of(invented, plausible()))
def test_effects_are_those_of_all_24_orders(bridge, councils):
    rows = bridge.run(offers(councils))
    wanted = expected(councils)
    found: dict[tuple[str, str], list[dict]] = {}
    for row in rows:
        found.setdefault((row["area_level"], row["area_id"]), []).append(row)
    assert found.keys() == wanted.keys()
    for area, steps in wanted.items():
        assert [row["step"] for row in found[area]] == [step for step, _ in steps]
        for row, (_, effect) in zip(found[area], steps, strict=True):
            assert row["effect_pp"] == pytest.approx(float(effect), abs=CLOSE)


@quick
@given(councils=plausible())
def test_least_and_greatest_are_those_of_all_24_orders(bridge, councils):
    wanted = changes(councils)
    for row in bridge.run(offers(councils)):
        if row["area_level"] != "england":
            continue
        if row["step"] not in SWITCHES:
            assert (row["effect_min_pp"], row["effect_max_pp"]) == (None, None)
            continue
        assert row["effect_min_pp"] == pytest.approx(float(min(wanted[row["step"]])), abs=CLOSE)
        assert row["effect_max_pp"] == pytest.approx(float(max(wanted[row["step"]])), abs=CLOSE)
        assert row["effect_min_pp"] <= row["effect_pp"] <= row["effect_max_pp"]


@quick
@given(councils=st.one_of(invented, plausible()))
def test_effects_sum_to_the_difference_between_the_two_rates(bridge, councils):
    rows = bridge.run(offers(councils))
    england = [row for row in rows if row["area_level"] == "england"]
    assert bool(england) == bool(with_all(councils))
    if not england:
        return
    start = pooled(from_adass(councils), ["ongoing"], ["eligible"])
    finish = pooled(to_official(councils), ["users_sds", "carers_sds"], ["users", "carers"])
    assert england[0]["rate_before_pct"] == pytest.approx(float(start), abs=CLOSE)
    assert england[-1]["rate_after_pct"] == pytest.approx(float(finish), abs=CLOSE)
    assert sum(row["effect_pp"] for row in england) == pytest.approx(
        float(finish - start), abs=CLOSE
    )
    for before, after in pairwise(england):
        assert before["rate_after_pct"] == after["rate_before_pct"]


@quick
@given(councils=plausible(), seed=st.integers())
def test_order_of_input_rows_changes_nothing(bridge, councils, seed):
    rows = offers(councils)
    shuffled = random.Random(seed).sample(rows, len(rows))
    for one, other in zip(bridge.run(rows), bridge.run(shuffled), strict=True):
        assert one.keys() == other.keys()
        for name, value in one.items():
            assert other[name] == (
                pytest.approx(value, abs=CLOSE) if isinstance(value, float) else value
            )


# --- known answers --------------------------------------------------------------------------------

# Together eligible 200, ongoing 120, one-off 20, users 800, of them 340, carers 200, of them 60.
ON_PAPER = [
    Council("a", "NW", 100, 60, 10, 400, 170, 100, 30),
    Council("b", "NW", 60, 40, 6, 240, 100, 60, 20),
    Council("c", "L", 40, 20, 4, 160, 70, 40, 10),
]
AROUND = [
    # gave no one-offs: answered (40 of 50), and has the official counts (60 + 15 of 150 + 50)
    Council("d", "L", 50, 40, None, 150, 60, 50, 15),
    # silent: the official counts only (195 + 5 of 250 + 50)
    Council("e", "L", None, None, None, 250, 195, 50, 5),
    # more with a budget than eligible: in no national figure; its carers are a range
    Council("f", "L", 50, 60, 1, 100, 50, None, 5),
]


def test_the_bridge_on_paper(bridge):
    """The arithmetic of the four effects is in int_bridge_contributions.yml.

    All that answered: (120 + 40) / (200 + 50) = 64; with all components 120 / 200 = 60.
    Official over the same: (340 + 60) / (800 + 200) = 40; over all that have it:
    (400 + 75 + 200) / (1,000 + 200 + 300) = 675 / 1,500 = 45.
    """
    rows = bridge.run(offers(ON_PAPER + AROUND))
    england = [row for row in rows if row["area_level"] == "england"]
    shown = [
        (r["step_no"], r["step"], r["effect_pp"], r["rate_after_pct"], r["councils"])
        for r in england
    ]
    assert shown == [
        (1, "components", -4.0, 60.0, 3),
        (2, "one_off", 5.25, 65.25, 3),
        (3, "measurement", 52.5, 117.75, 3),
        (4, "carers", -17.0, 100.75, 3),
        (5, "denominator", -60.75, 40.0, 3),
        (6, "coverage", 5.0, 45.0, 5),
    ]
    assert (england[0]["rate_before_pct"], england[0]["councils_before"]) == (64.0, 4)
    assert {(r["from_definition_id"], r["to_definition_id"]) for r in rows} == {
        (WAVE, "ASCOF_1C1_RAP")
    }
    assert {r["area_id"] for r in rows if r["area_level"] == "council"} == {"a", "b", "c"}
    assert {r["evidence_class"] for r in rows} == {"returned"}


def test_the_bridge_of_the_provisional_release_on_paper(bridge):
    """The councils on paper, whose final release has 50 more people with support: 290 became 340.

    The official rate was (290 + 60) / (800 + 200) = 35. Measurement is 290 - 120 - 20 = 150 where it
    was 200: three quarters of 52.5 is 39.375. One-offs are in both alike. Carers, in the order of
    int_bridge_contributions.yml:
    d off: 45-60 = -15, 50-70 = -20, 82.5-135 = -52.5, 87.5-145 = -57.5
    d on: 18-15 = 3, 20-17.5 = 2.5, 33-33.75 = -0.75, 35-36.25 = -1.25
    (6*-15 + 2*(-20 - 52.5 - 57.5 + 3 + 2.5 - 0.75) + 6*-1.25) / 24 = -348/24 = -14.5
    and the denominator is what is left of 35 - 60: -25 - 5.25 - 39.375 + 14.5 = -55.125.
    """
    before = {"a": 150, "b": 90, "c": 50}
    provisional = [replace(one, users_sds=before[one.name]) for one in ON_PAPER]
    rows = bridge.run(
        [row | {"vintage_no": 1} for row in offers(provisional)]
        + [row | {"vintage_no": 2} for row in offers(ON_PAPER)],
        vintages=[
            vintage(1, known_from="2013-09-10", known_until="2013-12-17", is_current=False),
            vintage(2, known_from="2013-12-17", known_until=None, is_current=True),
        ],
    )
    england = [row for row in rows if row["area_level"] == "england"]
    shown = [
        (str(r["known_from"]), r["is_current"], r["effect_pp"], r["rate_after_pct"])
        for r in england
        if r["step"] in SWITCHES
    ]
    assert shown == [
        ("2013-09-10", False, 5.25, 65.25),
        ("2013-09-10", False, 39.375, 104.625),
        ("2013-09-10", False, -14.5, 90.125),
        ("2013-09-10", False, -55.125, 35.0),
        ("2013-12-17", True, 5.25, 65.25),
        ("2013-12-17", True, 52.5, 117.75),
        ("2013-12-17", True, -17.0, 100.75),
        ("2013-12-17", True, -60.75, 40.0),
    ]


def vintage(number: int, **days: object) -> dict[str, object]:
    return {"financial_year": YEAR, "vintage_no": number, **days}


def test_a_council_and_a_region_have_the_four_switches(bridge):
    rows = bridge.run(offers(ON_PAPER + AROUND))
    for level, area in [("council", "a"), ("region", "L"), ("region", "NW")]:
        steps = [r["step"] for r in rows if (r["area_level"], r["area_id"]) == (level, area)]
        assert steps == list(SWITCHES)


def test_the_councils_own_words_stand_beside_its_bridge(bridge):
    words = {
        "financial_year": YEAR,
        "council_id": "a",
        "definition_id": WAVE,
        "comments": "equipment users are in our official return",
    }
    rows = bridge.run(offers(ON_PAPER), returns=[words])
    noted = {row["area_id"]: row["note"] for row in rows if row["note"]}
    assert noted == {"a": "equipment users are in our official return"}


def test_a_missing_amount_takes_a_council_out_and_nothing_is_read_as_nought(bridge):
    for name in AMOUNTS:
        values = {f.name: getattr(ON_PAPER[0], f.name) for f in fields(Council)} | {name: None}
        rows = bridge.run(offers([Council(**values), *ON_PAPER[1:]]))
        assert {r["area_id"] for r in rows if r["area_level"] == "council"} == {"b", "c"}


def figures(budgets: int, eligible: int, support: int, base: int, **other: str) -> list[dict]:
    published = [
        ("adass", "ADASS_2012", "people_with_budget", budgets),
        ("adass", "ADASS_2012", "people_eligible", eligible),
        ("ccs", None, "users_and_carers_sds", support),
        ("ccs", None, "users_and_carers", base),
    ]
    return [
        {
            "figure_id": statistic,
            "figure_source": source,
            "definition_id": definition,
            "figure_year": "2011-12",
            "area_level": "england",
            "area_id": "England",
            "statistic": statistic,
            "figure_value": value,
            "figure_precision": 1,
            "comparator": "eq",
            "verification": other.get(statistic, "P"),
        }
        for source, definition, statistic, value in published
    ]


ADASS, OFFICIAL = (432_349, 818_700), (605_739, 1_408_695)


@pytest.mark.parametrize(
    ("start", "end", "numerator", "denominator"),
    [(OFFICIAL, ADASS, -16.74, 26.55), (ADASS, OFFICIAL, 16.74, -26.55)],
)
def test_published_totals_give_two_factors_either_way(bridge, start, end, numerator, denominator):
    rows = bridge.run(figures=figures(*start, *end))
    assert [(r["step"], round(r["effect_pp"], 2)) for r in rows] == [
        ("numerator", numerator),
        ("denominator", denominator),
    ]
    assert rows[0]["rate_before_pct"] == pytest.approx(100 * start[0] / start[1], abs=CLOSE)
    assert rows[1]["rate_after_pct"] == pytest.approx(100 * end[0] / end[1], abs=CLOSE)
    assert {(r["area_level"], r["councils"], r["evidence_class"]) for r in rows} == {
        ("england", None, "published")
    }


@pytest.mark.parametrize(
    "statistic",
    ["people_with_budget", "people_eligible", "users_and_carers_sds", "users_and_carers"],
)
def test_an_unverified_figure_makes_no_bridge(bridge, statistic):
    assert bridge.run(figures=figures(*ADASS, *OFFICIAL, **{statistic: "U"})) == []


def test_published_totals_stand_back_where_there_are_components(bridge):
    other_year = [row | {"financial_year": "2011-12"} for row in offers(ON_PAPER)]
    wave = [row | {"definition_id": row["definition_id"] and "ADASS_2012"} for row in other_year]
    rows = bridge.run(wave, figures=figures(*ADASS, *OFFICIAL))
    assert {row["step"] for row in rows if row["area_level"] == "england"} == {
        "components",
        *SWITCHES,
        "coverage",
    }
