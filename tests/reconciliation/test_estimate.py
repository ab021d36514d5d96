"""The estimate for silent councils, run over invented populations whose truth is known.

The models' own SQL is run once over all populations of a scenario: a population is a financial
year, which the models never mix. Every population is synthetic. What docs/estimate.md says of
coverage is recomputed here and compared with it.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import yaml
from rendered import build, load, load_seeds, macro, model

PROJECT = Path(__file__).parents[2]
MODEL_TESTS = PROJECT / "dbt/models/intermediate/rates/int_national_estimates.yml"
POPULATIONS, COUNCILS, SILENT = 1_000, 152, 26
THRESHOLD = 70.0
MODELS = ("int_national_estimates", "target_attainment_vintages", "national_attainment_vintages")
# councils by region on 31 March 2013
REGIONS = {"E": 11, "EM": 9, "L": 33, "NE": 12, "NW": 23, "SE": 19, "SW": 16, "WM": 14, "YH": 15}
Z = 1.96


@dataclass(frozen=True)
class Scenario:
    """How the populations are made.

    `size_spread` is the standard deviation of log size; `dependence` is how many standard deviations
    of the rate weigh as much as chance in who stays silent (above 0, the low rates do); in a
    `quiet_region` all councils of the East Midlands but two are silent.
    """

    name: str
    seed: int
    size_spread: float = 0.65
    dependence: float = 0.0
    quiet_region: bool = False


UNRELATED = Scenario("unrelated to the rate", seed=1)
UNEQUAL = Scenario("unrelated, sizes less equal", seed=2, size_spread=0.8)
QUIET = Scenario("unrelated, one region quiet", seed=3, quiet_region=True)
SLIGHTLY = Scenario("slightly related", seed=4, dependence=0.1)
RELATED = Scenario("related", seed=5, dependence=0.25)
STRONGLY = Scenario("strongly related", seed=6, dependence=0.5)
SCENARIOS = (UNRELATED, UNEQUAL, QUIET, SLIGHTLY, RELATED, STRONGLY)


@dataclass(frozen=True)
class Populations:
    """Arrays of one row per population and one column per council."""

    size: Any
    denominator: Any
    numerator: Any
    silent: Any

    @property
    def true_rate(self) -> Any:
        return 100 * self.numerator.sum(axis=1) / self.denominator.sum(axis=1)

    @property
    def true_share(self) -> Any:
        return 100 * (100 * self.numerator / self.denominator >= THRESHOLD).mean(axis=1)


def invent(scenario: Scenario) -> Populations:
    """Sizes are lognormal; 45 to 75% are eligible; rates scatter about their region's by a beta."""
    draw = np.random.default_rng(scenario.seed)
    shape = (POPULATIONS, COUNCILS)
    region = np.repeat(np.arange(len(REGIONS)), list(REGIONS.values()))
    size = np.maximum(np.round(draw.lognormal(8.6, scenario.size_spread, shape)), 20)
    denominator = np.maximum(np.round(size * draw.uniform(0.45, 0.75, shape)), 10)
    middle = draw.normal(0.72, 0.07, (POPULATIONS, len(REGIONS))).clip(0.3, 0.95)[:, region]
    rate = draw.beta(8 * middle, 8 * (1 - middle))
    numerator = draw.binomial(denominator.astype(int), rate)
    standing = (rate - rate.mean(axis=1, keepdims=True)) / rate.std(axis=1, keepdims=True)
    willing = draw.normal(size=shape) + scenario.dependence * standing
    if scenario.quiet_region:
        quiet = region == list(REGIONS).index("EM")
        willing[:, quiet] = -100
        willing[:, np.flatnonzero(quiet)[:2]] = 100
    silent = willing.argsort(axis=1).argsort(axis=1) < SILENT
    return Populations(size, denominator, numerator, silent)


@dataclass(frozen=True)
class Outcome:
    """What the models made of the populations, in their order."""

    truth: Populations
    estimate: Any
    error: Any
    pooled: Any
    lower: Any
    upper: Any
    notes: list[str]

    @property
    def coverage(self) -> float:
        """The share of populations whose 95% interval holds the true rate, in percent."""
        inside = np.abs(self.estimate - self.truth.true_rate) <= Z * self.error
        return float(100 * inside.mean())

    @property
    def bias(self) -> float:
        return float((self.estimate - self.truth.true_rate).mean())

    @property
    def true_error(self) -> float:
        return float((self.estimate - self.truth.true_rate).std())

    @property
    def stated_error(self) -> float:
        return float(np.sqrt((self.error**2).mean()))


def council_rates(truth: Populations) -> pa.Table:
    region = np.repeat(list(REGIONS), list(REGIONS.values()))
    answered = ~truth.silent.ravel()
    hidden = truth.silent.ravel()
    rate = 100 * truth.numerator.ravel() / truth.denominator.ravel()
    rows = POPULATIONS * COUNCILS
    return pa.table(
        {
            "vintage_kind": ["known"] * rows,
            "breakdown": ["total"] * rows,
            "basis_id": ["ongoing_per_eligible"] * rows,
            "definition_id": pa.nulls(rows, pa.string()),
            "person_scope": ["users"] * rows,
            "vintage_no": [1] * rows,
            "known_from": pa.nulls(rows, pa.date32()),
            "known_until": pa.nulls(rows, pa.date32()),
            "is_current": [True] * rows,
            "financial_year": np.repeat([f"p{n:04}" for n in range(POPULATIONS)], COUNCILS),
            "region_code": np.tile(region, POPULATIONS),
            "region_name": np.tile(region, POPULATIONS),
            "council_id": np.tile([f"c{n:03}" for n in range(COUNCILS)], POPULATIONS),
            "council_name": np.tile([f"c{n:03}" for n in range(COUNCILS)], POPULATIONS),
            "auxiliary": truth.size.ravel(),
            "numerator": pa.array(truth.numerator.ravel().astype(float), mask=hidden),
            "numerator_upper": pa.array(truth.numerator.ravel().astype(float), mask=hidden),
            "denominator": pa.array(truth.denominator.ravel(), mask=hidden),
            "denominator_upper": pa.array(truth.denominator.ravel(), mask=hidden),
            "rate_pct": pa.array(rate, mask=hidden),
            "rate_lower_pct": pa.array(rate, mask=hidden),
            "rate_upper_pct": pa.array(rate, mask=hidden),
            "rate_status": np.where(answered, "rate", "no_data"),
            "basis_note": pa.nulls(rows, pa.string()),
            "weakness": [4] * rows,
        }
    )


@cache
def outcome(scenario: Scenario) -> Outcome:
    """All populations of a scenario through int_national_estimates and the two marts, in one run."""
    truth = invent(scenario)
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("invented", council_rates(truth))
        connection.execute("create table int_rates as from invented")
        connection.execute(
            """create view int_quantities as
            select 'size' as quantity_id, financial_year, vintage_no, 'known' as vintage_kind,
                'council' as area_level, 'total' as breakdown, council_id as area_id, auxiliary as value
            from int_rates"""
        )
        connection.execute(
            """create view quantities as
            select distinct 'size' as quantity_id, person_scope as size_of from int_rates"""
        )
        load_seeds(connection, "evidence_classes")
        connection.execute(
            """create table int_targets_by_year as
            select distinct financial_year, 'T' as target_id, ?::double as threshold_pct, 'due' as timing
            from int_rates""",
            [THRESHOLD],
        )
        connection.execute(
            """create table int_vintages as
            select distinct financial_year, vintage_no, known_from, known_until, is_current
            from int_rates"""
        )
        for name in MODELS:
            connection.execute(f"create table {name} as {model(name)}")
        found = connection.execute(
            """select estimated_rate_pct, estimated_rate_se_pp, pooled_rate_pct,
                share_met_lower_pct, share_met_upper_pct, estimate_note
            from national_attainment_vintages order by financial_year"""
        ).fetchnumpy()
    estimate, error, pooled, lower, upper, notes = found.values()
    return Outcome(truth, estimate, error, pooled, lower, upper, list(notes))


def test_the_error_worked_by_hand() -> None:
    """The rows and the arithmetic are those of the model's unit test, which compares to the last digit."""
    tests = yaml.safe_load(MODEL_TESTS.read_text("utf-8"))["unit_tests"]
    (case,) = [one for one in tests if one["name"] == "ratio_estimate_over_three_regions"]
    texts = {one["input"]: one["rows"] for one in case["given"]}
    with duckdb.connect() as connection:
        for name in ("int_rates", "int_quantities", "quantities"):
            rows = list(csv.DictReader(io.StringIO(texts[f"ref('{name}')"])))
            numbers = dict.fromkeys(("numerator", "denominator", "value"), "double")
            columns = dict.fromkeys(rows[0], "varchar") | {"vintage_no": "int"}
            columns |= {column: kind for column, kind in numbers.items() if column in columns}
            load(
                connection, name, columns, [{k: v or None for k, v in row.items()} for row in rows]
            )
        build(connection, ["int_national_estimates"])
        found = connection.execute(
            "select estimated_rate_pct, estimated_rate_se_pp from int_national_estimates order by vintage_no"
        ).fetchall()
    assert found == [(pytest.approx(60), pytest.approx(3.97934, abs=5e-6)), (4, 0)]


# ------------------------------------------------------------------------------- simulations


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_the_bounds_hold_the_true_share_in_every_population(scenario: Scenario) -> None:
    """Silent councils may all have met or all have missed: nothing can lie outside."""
    result = outcome(scenario)
    share = result.truth.true_share
    assert len(share) == len(result.lower) == POPULATIONS
    assert np.all(result.lower <= share + 1e-9) and np.all(share <= result.upper + 1e-9)
    # 26 of 152 are silent, and the bounds are exactly that wide
    assert np.allclose(result.upper - result.lower, 100 * SILENT / COUNCILS)


@pytest.mark.parametrize("scenario", [UNRELATED, UNEQUAL], ids=lambda each: each.name)
def test_the_interval_holds_the_truth_when_silence_has_nothing_to_do_with_the_rate(
    scenario: Scenario,
) -> None:
    assert 93 <= outcome(scenario).coverage <= 97


def test_the_stated_error_is_the_true_one() -> None:
    """Over 1,000 populations the true error itself is known to about 2%."""
    result = outcome(UNRELATED)
    assert result.stated_error == pytest.approx(result.true_error, rel=0.06)
    assert abs(result.bias) < 3 * result.true_error / np.sqrt(POPULATIONS)


def test_the_estimate_follows_region_and_size() -> None:
    """Where the low rates stay silent, neither figure knows; where silence is chance, both do."""
    for scenario in (UNRELATED, QUIET):
        result = outcome(scenario)
        pooled_error = (result.pooled - result.truth.true_rate).std()
        assert result.true_error < pooled_error


def test_the_interval_fails_as_silence_depends_on_the_rate() -> None:
    """An interval measures chance. It does not know that those who do badly keep quiet."""
    slightly, related, strongly = (outcome(each) for each in (SLIGHTLY, RELATED, STRONGLY))
    assert 93 > slightly.coverage > related.coverage > strongly.coverage
    assert 0 < slightly.bias < related.bias < strongly.bias


def test_a_quiet_region_borrows_from_england_and_says_so() -> None:
    notes = set(outcome(QUIET).notes)
    assert notes == {
        "silent councils filled in: 26; fewer than 3 councils responded in EM, so England's ratio stands in there"
    }
    assert set(outcome(UNRELATED).notes) == {"silent councils filled in: 26"}
    assert 85 <= outcome(QUIET).coverage < 97


def textbook_coverage(scenario: Scenario) -> float:
    """Coverage with the usual error instead: N (N - n) / n of the residuals' variance per region."""
    result, truth = outcome(scenario), outcome(scenario).truth
    region = np.repeat(np.arange(len(REGIONS)), list(REGIONS.values()))
    ratio = result.estimate[:, None] / 100
    residual = truth.numerator - ratio * truth.denominator
    variance, total = np.zeros(POPULATIONS), np.zeros(POPULATIONS)
    for each in range(len(REGIONS)):
        here = region == each
        answered = ~truth.silent[:, here]
        x, u, d = truth.size[:, here], residual[:, here], truth.denominator[:, here]
        slope = (u * answered).sum(axis=1) / (x * answered).sum(axis=1)
        e = (u - slope[:, None] * x) * answered
        n, gone = answered.sum(axis=1), (~answered).sum(axis=1)
        variance += gone * (gone + n) / n * (e**2).sum(axis=1) / (n - 1)
        filled = (x * ~answered).sum(axis=1) / (x * answered).sum(axis=1)
        total += (d * answered).sum(axis=1) * (1 + filled)
    error = 100 * np.sqrt(variance) / total
    return float(100 * (np.abs(result.estimate - truth.true_rate) <= Z * error).mean())


@pytest.mark.parametrize("scenario", [UNRELATED, UNEQUAL], ids=lambda each: each.name)
def test_why_the_error_is_not_the_textbook_one(scenario: Scenario) -> None:
    """It takes councils for alike in size, and covers too little; docs/estimate.md says how little."""
    found = textbook_coverage(scenario)
    assert found < 93
    text = (PROJECT / "docs" / "estimate.md").read_text(encoding="utf-8")
    assert f"{found:.1f}%" in text


ROW = re.compile(
    r"^\| (?P<name>[^|]+?) \| (?P<bias>[-+\d.]+) \| (?P<true>[\d.]+) \| (?P<stated>[\d.]+) \| (?P<coverage>[\d.]+) \|$",
    re.MULTILINE,
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_the_documented_numbers_are_those_of_the_simulation(scenario: Scenario) -> None:
    text = (PROJECT / "docs" / "estimate.md").read_text(encoding="utf-8")
    rows = {row["name"]: row for row in ROW.finditer(text)}
    assert set(rows) == {each.name for each in SCENARIOS}
    result = outcome(scenario)
    said = rows[scenario.name]
    assert said["bias"] == f"{result.bias:+.2f}"
    assert said["true"] == f"{result.true_error:.2f}"
    assert said["stated"] == f"{result.stated_error:.2f}"
    assert said["coverage"] == f"{result.coverage:.1f}"


# ------------------------------------------------------------------------------ Wilson limits

WILSON = [
    (91, 126, 63.83, 79.30),
    (79, 79, 95.36, 100.0),
    (12, 12, 75.75, 100.0),
    # the mirror image: none of 12 is 100 less 75.75
    (0, 12, 0.0, 24.25),
]


@pytest.mark.parametrize(("met", "councils", "lower", "upper"), WILSON)
def test_wilson_limits(met: int, councils: int, lower: float, upper: float) -> None:
    with duckdb.connect() as connection:
        query = "select {}, {} from (select {} as met, {} as councils)".format(
            macro("wilson_lower_pct", "met", "councils", 1.959963984540054),
            macro("wilson_upper_pct", "met", "councils", 1.959963984540054),
            met,
            councils,
        )
        found = connection.execute(query).fetchone()
    assert found == pytest.approx((lower, upper), abs=0.005)
    assert found is not None and 0 <= found[0] <= found[1] <= 100


def test_nobody_has_no_limits() -> None:
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select {macro('wilson_lower_pct', '0', '0', 2)}, {macro('wilson_upper_pct', '0', '0', 2)}"
        ).fetchone()
    assert found == (None, None)


def test_the_share_of_councils_has_wilson_limits_and_bounds() -> None:
    """91 of 126 over 152: 91/152 = 59.87, (152 - 35)/152 = 76.97; Wilson 63.83 to 79.30."""
    verdicts = ["met"] * 91 + ["missed"] * 35 + ["no_data"] * 26
    rows = [
        {
            "council_id": f"c{n}",
            "financial_year": "2012-13",
            "vintage_no": 1,
            "basis_id": "published",
            "definition_id": "D",
            "person_scope": "users",
            "target_id": "T",
            "timing": "due",
            "verdict": verdict,
            "numerator": 1,
            "denominator": 2,
            "rate_pct": None if verdict == "no_data" else 50,
            "evidence_class": "synthetic",
        }
        for n, verdict in enumerate(verdicts)
    ]
    kinds = {"vintage_no": "int"} | dict.fromkeys(
        ("numerator", "denominator", "rate_pct"), "double"
    )
    with duckdb.connect() as connection:
        columns = {name: kinds.get(name, "varchar") for name in rows[0]}
        load(connection, "target_attainment_vintages", columns, rows)
        connection.execute(
            """create table int_vintages as select '2012-13' as financial_year, 1 as vintage_no,
            null::date as known_from, null::date as known_until, true as is_current"""
        )
        load_seeds(connection, "evidence_classes")
        names = ("basis_id", "definition_id", "person_scope", "financial_year", "estimate_note")
        figures = ("estimated_rate_pct", "estimated_rate_se_pp")
        load(
            connection,
            "int_national_estimates",
            dict.fromkeys(names, "varchar")
            | dict.fromkeys(figures, "double")
            | {"vintage_no": "int"},
            [],
        )
        found = connection.execute(
            f"""select councils_with_data, share_met_wilson_lower_pct, share_met_wilson_upper_pct,
                share_met_lower_pct, share_met_upper_pct from ({model("national_attainment_vintages")})"""
        ).fetchone()
    assert found == pytest.approx((126, 63.83, 79.30, 59.87, 76.97), abs=0.005)
