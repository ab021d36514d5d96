"""Returns to the three ADASS personal budgets surveys, before anybody made a mistake in them.

Belongs here: which councils answered, on which side of each threshold each lies, and its answers
to every question, fitted to what ADASS published and kept believable beside the same council's
official figures (people eligible at 31 March are fewer than users in the year; people with an
ongoing budget are about those whom the official count has with self-directed support).
Does not: the mistakes (`mistakes`), files (`layouts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from dagster_project.sources.councils import last_day

from . import official
from .areas import Council, councils
from .draws import bell, between, clamp, unit
from .figures import Band, Wave
from .fitting import Counts, Limits, fit, percent_limits

Answer = int | str | None
Return = dict[str, Answer]

COMMENT = "SYNTHETIC example return, invented: not a figure of this council"
# Councils whose rate jumps in the year, and what their return says about why. The three ways of
# getting there are those that people argued about; which council says what is invented.
REASONS = {
    (2012, "210"): "Personal budgets were offered at every review of the year.",
    (2013, "319"): "A letter in March told everybody the amount of their budget; "
    "support plans will follow at the next review.",
    (2013, "723"): "Budgets that the council manages are counted now; last year's return "
    "held direct payments only.",
}
# Never among those who answer: a single person moves their rates by a point or two.
TOO_SMALL = ("714", "906")
# Answer whatever the draw says, because something is planted in their returns (`mistakes`).
ALWAYS = {
    2011: ("905", "306", "304", "211", "116", "614"),
    2012: ("102", "205", "318", "407", "508", "616", "711", "821", "911", "510", "722", "503"),
    2013: ("102", "116", "209", "316", "404", "607", "720", "815", "902", "909", "612", "606"),
}
# 2012: gave more people with a budget than people eligible. 2013: left question 1 blank.
ABOVE_100_2012 = "503"
BLANK_Q1_2013 = "606"

COUNT_FIELDS = (
    "q1_eligible_18_64",
    "q1_eligible_65_over",
    "q1_eligible_total",
    "q2_ongoing_pb_direct_payment",
    "q2_ongoing_pb_managed",
    "q2_ongoing_pb_mixed",
    "q2_ongoing_pb_total",
    "q2_ongoing_pb_18_64",
    "q2_ongoing_pb_65_over",
    "q3_one_off_pb_total",
    "q3_one_off_pb_carers",
    "q4_carers_eligible",
    "q4_carers_pb",
    "q4_carers_direct_payment",
)
SPEND_FIELDS = (
    "q6_spend_direct_payment_gbp",
    "q6_spend_managed_gbp",
    "q6_spend_mixed_gbp",
    "q6_spend_total_gbp",
)
FIELDS = (
    "council_code",
    "council_name",
    "wave",
    "reference_date",
    "status",
    *COUNT_FIELDS,
    *SPEND_FIELDS,
    "q8_forecast_next_year",
    "q9_target_met_self_declared",
    "comments",
)


@dataclass(frozen=True)
class Setting:
    """One wave with the councils that gave both items, and the official figures of its year."""

    wave: Wave
    year: official.Year
    band: dict[str, Band]

    @property
    def ids(self) -> tuple[str, ...]:
        """Councils that gave both the people eligible and the people with a budget."""
        return tuple(sorted(self.band))


@cache
def returns(wave: Wave) -> dict[str, Return]:
    """The return of each council that answered, by code."""
    setting = _setting(wave)
    eligible, eligible_age = _eligible(setting)
    budget = _with_budget(setting, eligible)
    budget_age = _budget_by_age(setting, budget, eligible, eligible_age)
    modes = _modes(setting, budget)
    columns: dict[str, Counts] = {
        "q1_eligible_18_64": eligible_age,
        "q1_eligible_65_over": _less(eligible, eligible_age),
        "q1_eligible_total": eligible,
        "q2_ongoing_pb_total": budget,
        "q2_ongoing_pb_18_64": budget_age,
        "q2_ongoing_pb_65_over": _less(budget, budget_age),
        **modes,
        **_one_off_and_carers(setting, budget),
        **_spend(setting, budget, modes),
    }
    names = {c.council_id: c.name for c in councils(wave.financial_year)}
    result = {
        key: _head(wave, key, names[key])
        | {field: column[key] for field, column in columns.items()}
        | _tail(wave, key, eligible[key], budget[key])
        for key in setting.ids
    }
    return result | _out_of_line(wave, setting, names)


# --- who answered, and where they lie -------------------------------------------------------------


def _setting(wave: Wave) -> Setting:
    year = official.year(wave.financial_year)
    everyone = councils(wave.financial_year)
    ids = _answering(wave, everyone)
    order = sorted(ids, key=lambda key: -_standing(wave, key, year))
    band: dict[str, Band] = {}
    for one in wave.bands:
        band |= dict.fromkeys(order[len(band) : len(band) + one.councils], one)
    return Setting(wave, year, band)


def _answering(wave: Wave, everyone: tuple[Council, ...]) -> list[str]:
    """Councils that gave both items: a little more often those with a high official rate."""
    year = official.year(wave.financial_year)
    never = {*TOO_SMALL, ABOVE_100_2012 if wave.wave == 2012 else BLANK_Q1_2013}
    never -= {BLANK_Q1_2013} if wave.wave == 2011 else set()
    always = set(ALWAYS[wave.wave]) - never
    free = [c.council_id for c in everyone if c.council_id not in never]

    def eagerness(key: str) -> float:
        return 2.0 * (key in always) + unit("answers", wave.wave, key) + _users_rate(year, key) / 90

    return sorted(free, key=lambda key: -eagerness(key))[: wave.answered]


def _standing(wave: Wave, council_id: str, year: official.Year) -> float:
    """Where a council stands among the others: by its official rate, not exactly."""
    return _users_rate(year, council_id) + 6 * bell("standing", wave.wave, council_id)


def _users_rate(year: official.Year, council_id: str) -> float:
    return 100 * year[council_id].users_sds / year[council_id].users


# --- question 1 and 2 -----------------------------------------------------------------------------


def _eligible(setting: Setting) -> tuple[Counts, Counts]:
    """People eligible for ongoing support: all of them, and those aged 18-64."""
    wave, year = setting.wave, setting.year
    start = {}
    for key in setting.ids:
        band = setting.band[key]
        middle = (band.low_pct + band.high_pct) / 200
        about = year[key].users_sds / middle * between(0.86, 1.02, "eligible", wave.wave, key)
        start[key] = clamp(about, 0.52 * year[key].users, 0.93 * year[key].users)
    limits = {key: _part(year[key].users, 0.5, 0.95) for key in setting.ids}
    total = round(sum(start.values())) if wave.eligible is None else wave.eligible
    eligible = fit(start, limits, total)
    younger = {
        key: round(people * clamp(0.36 + 0.05 * bell("younger", key), 0.22, 0.52))
        for key, people in eligible.items()
    }
    return eligible, younger


def _part(whole: int, low: float, high: float) -> tuple[int, int]:
    return int(whole * low) + 1, int(whole * high)


def _with_budget(setting: Setting, eligible: Counts) -> Counts:
    """People with an ongoing budget: each council on its side of each threshold."""
    wave = setting.wave
    limits: Limits = {}
    start = {}
    for key, people in eligible.items():
        band = setting.band[key]
        limits[key] = percent_limits(people, band.low_pct, band.high_pct)
        width = band.high_pct - band.low_pct
        likely = 97 * setting.year[key].users_sds / people
        inner = between(0.08, 0.92, "budget", wave.wave, key) * width + band.low_pct
        start[key] = people * clamp((likely + inner) / 2, band.low_pct, band.high_pct) / 100
    total = round(sum(eligible.values()) * wave.pooled_pct / 100)
    return fit(start, limits, total if wave.with_budget is None else wave.with_budget)


def _budget_by_age(setting: Setting, budget: Counts, eligible: Counts, younger: Counts) -> Counts:
    """People aged 18-64 with an ongoing budget, within those eligible in each age band."""
    percent = setting.wave.age_18_64_pct
    start = {key: people * percent / 100 for key, people in budget.items()}
    limits = {
        key: (max(0, people - (eligible[key] - younger[key])), min(people, younger[key]))
        for key, people in budget.items()
    }
    return fit(start, limits, round(sum(budget.values()) * percent / 100))


def _modes(setting: Setting, budget: Counts) -> dict[str, Counts]:
    """Ongoing budgets as direct payment, managed, and both."""
    wave = setting.wave
    start_dp, start_mixed = {}, {}
    for key, people in budget.items():
        tilt = 1 + 0.3 * bell("dp", "users", key) + 0.1 * bell("adass dp", wave.wave, key)
        start_dp[key] = people * clamp(wave.direct_payment_pct / 100 * tilt, 0.04, 0.8)
        mixed = wave.mixed_pct * between(0, 2, "mixed", wave.wave, key)
        start_mixed[key] = people * mixed / 100
    everyone = sum(budget.values())
    dp_limits = {key: (0, int(0.85 * people)) for key, people in budget.items()}
    direct = fit(start_dp, dp_limits, round(everyone * wave.direct_payment_pct / 100))
    mixed_limits = {key: (0, int(0.14 * people)) for key, people in budget.items()}
    mixed_people = fit(start_mixed, mixed_limits, round(everyone * wave.mixed_pct / 100))
    return {
        "q2_ongoing_pb_direct_payment": direct,
        "q2_ongoing_pb_managed": _less(_less(budget, direct), mixed_people),
        "q2_ongoing_pb_mixed": mixed_people,
    }


# --- questions 3, 4 and 6 -------------------------------------------------------------------------


def _one_off_and_carers(setting: Setting, budget: Counts) -> dict[str, Counts]:
    """One-off budgets (most go to carers), and carers with any budget."""
    wave = setting.wave
    base = {key: int(setting.year[key].carers * 0.9) for key in setting.ids}
    pb_start = {key: setting.year[key].carers_sds * 0.8 for key in setting.ids}
    carers_pb = fit(pb_start, {key: (0, n) for key, n in base.items()}, wave.carers_with_budget)
    share = wave.carers_direct_payment_pct / 100
    direct_limits = {key: (int(0.55 * n), int(0.95 * n) + 1) for key, n in carers_pb.items()}
    direct_start = {
        key: n * clamp(share + 0.08 * bell("carers direct", key), 0.55, 0.95)
        for key, n in carers_pb.items()
    }
    carers_dp = fit(direct_start, direct_limits, round(wave.carers_with_budget * share))
    one_off_start = {key: n * between(0.5, 0.9, "one-off", key) for key, n in carers_dp.items()}
    one_off_limits = {key: (0, n) for key, n in carers_dp.items()}
    one_off_carers = fit(one_off_start, one_off_limits, wave.one_off_carers)
    users_start = {key: n * between(0.0, 0.03, "one-off users", key) for key, n in budget.items()}
    users_limits = {key: (0, int(0.06 * n)) for key, n in budget.items()}
    one_off_users = fit(users_start, users_limits, wave.one_off - wave.one_off_carers)
    return {
        "q3_one_off_pb_total": {key: n + one_off_users[key] for key, n in one_off_carers.items()},
        "q3_one_off_pb_carers": one_off_carers,
        "q4_carers_eligible": base,
        "q4_carers_pb": carers_pb,
        "q4_carers_direct_payment": carers_dp,
    }


def _spend(setting: Setting, budget: Counts, modes: dict[str, Counts]) -> dict[str, Counts]:
    """Pounds spent in the year on ongoing budgets, by how they were held."""
    wave = setting.wave
    head = wave.spend_gbp / sum(budget.values())
    start = {
        key: people * head * clamp(1 + 0.18 * bell("spend", wave.wave, key), 0.55, 1.6)
        for key, people in budget.items()
    }
    limits = {key: (int(0.5 * n * head), int(1.8 * n * head)) for key, n in budget.items()}
    total = fit(start, limits, wave.spend_gbp)
    mixed_share = wave.spend_mixed_pct / wave.mixed_pct
    mixed_start = {
        key: n * modes["q2_ongoing_pb_mixed"][key] / budget[key] * mixed_share
        for key, n in total.items()
    }
    mixed_limits = {
        key: (0, int(0.15 * n) if modes["q2_ongoing_pb_mixed"][key] else 0)
        for key, n in total.items()
    }
    mixed = fit(mixed_start, mixed_limits, round(wave.spend_gbp * wave.spend_mixed_pct / 100))
    richer = wave.spend_direct_payment_pct / wave.direct_payment_pct
    direct_start = {
        key: n * modes["q2_ongoing_pb_direct_payment"][key] / budget[key] * richer
        for key, n in total.items()
    }
    direct_limits = {key: (0, int(0.84 * n)) for key, n in total.items()}
    goal = round(wave.spend_gbp * wave.spend_direct_payment_pct / 100)
    direct = fit(direct_start, direct_limits, goal)
    return {
        "q6_spend_direct_payment_gbp": direct,
        "q6_spend_managed_gbp": _less(_less(total, direct), mixed),
        "q6_spend_mixed_gbp": mixed,
        "q6_spend_total_gbp": total,
    }


def _less(whole: Counts, part: Counts) -> Counts:
    return {key: count - part[key] for key, count in whole.items()}


# --- the rest of a return -------------------------------------------------------------------------


def _head(wave: Wave, council_id: str, name: str) -> Return:
    return {
        "council_code": council_id,
        "council_name": name,
        "wave": wave.wave,
        "reference_date": last_day(wave.financial_year).isoformat(),
        "status": "final",
    }


def _tail(wave: Wave, council_id: str, eligible: int, budget: int) -> Return:
    hope = budget * between(1.03, 1.25, "forecast", wave.wave, council_id)
    met = None
    if wave.target_pct is not None:
        met = "yes" if 100 * budget >= wave.target_pct * eligible else "no"
    return {
        "q8_forecast_next_year": min(round(hope), eligible),
        "q9_target_met_self_declared": met,
        "comments": _comment(wave, council_id),
    }


def _comment(wave: Wave, council_id: str) -> str:
    reason = REASONS.get((wave.wave, council_id))
    return COMMENT if reason is None else f"{COMMENT}. Invented reason: {reason}"


def _out_of_line(wave: Wave, setting: Setting, names: dict[str, str]) -> dict[str, Return]:
    """Councils that answered but are in no rate: they lie outside every published count."""
    blank: Return = dict.fromkeys(FIELDS)
    if wave.wave == 2012:
        key = ABOVE_100_2012
        eligible = round(setting.year[key].users_sds * 0.9)
        budget = setting.year[key].users_sds
        counts: Return = {"q1_eligible_total": eligible, "q2_ongoing_pb_total": budget}
    elif wave.wave == 2013:
        key = BLANK_Q1_2013
        budget = round(setting.year[key].users_sds * 0.95)
        direct = budget // 4
        counts = {
            "q2_ongoing_pb_direct_payment": direct,
            "q2_ongoing_pb_managed": budget - direct,
            "q2_ongoing_pb_mixed": 0,
            "q2_ongoing_pb_total": budget,
            "q9_target_met_self_declared": "yes",
        }
    else:
        return {}
    return {key: blank | _head(wave, key, names[key]) | counts | {"comments": COMMENT}}
