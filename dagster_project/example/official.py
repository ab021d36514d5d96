"""The six counts behind NI 130 and 1C, for every council, 2009-10 to 2013-14.

Belongs here: drawing a plausible path for each council through the years, limits that put each on
the side of each threshold where it was published to be, and the fit to England's sums.
Does not: the sums and thresholds (`figures`), rounding and layout (`layouts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from . import figures
from .areas import Council, councils
from .draws import bell, between, clamp, unit
from .figures import Components
from .fitting import Counts, Limits, fit, percent_limits

Year = dict[str, Components]
RateLimits = dict[str, tuple[float, float]]

# Share of adults who used community services in 2009-10, before the fit; and carers for a user.
USERS_PER_THOUSAND_ADULTS = 34.0
CARERS_PER_USER = 0.14
# In these a single person moves a rate by a point: never asked to be on the edge of anything.
SMALL_ADULTS_THOUSAND = 50
REVISED_COUNCILS = 46  # sent other figures for the final release than for the provisional one


@cache
def year(financial_year: str, release: str = "final") -> Year:
    """Each council's components for a year and release, unrounded."""
    if release == "provisional":
        return _provisional(financial_year)
    totals = figures.OFFICIAL[financial_year, "final"]
    bases = _bases(financial_year)
    limits = _rate_limits(financial_year)
    rates = {c.council_id: _drawn_rate(c, financial_year) for c in councils(financial_year)}
    sds = _fit_sds(financial_year, bases, rates, limits, totals.sds)
    return _components(financial_year, bases, sds, totals)


def rate_pct(counts: Components) -> float:
    """The official rate of one area: users and carers with self-directed support, in percent."""
    return 100 * counts.sds / counts.base


# --- bases ---------------------------------------------------------------------------------------


@cache
def _bases(financial_year: str) -> dict[str, tuple[int, int]]:
    """Users of community services and carers with carer-specific services, by council."""
    at = figures.FINAL_YEARS.index(financial_year)
    totals = figures.OFFICIAL[financial_year, "final"]
    if at == 0:
        users = {c.council_id: _first_users(c) for c in councils(financial_year)}
        carers = {
            key: count * CARERS_PER_USER * between(0.45, 1.7, "carers", key)
            for key, count in users.items()
        }
    else:
        before = figures.FINAL_YEARS[at - 1]
        old = figures.OFFICIAL[before, "final"]
        drift = {key: _drift(key, financial_year) for key in _bases(before)}
        users = {
            key: people * drift[key] * totals.users / old.users
            for key, (people, _) in _bases(before).items()
        }
        carers = {
            key: people * drift[key] * totals.carers / old.carers
            for key, (_, people) in _bases(before).items()
        }
    fitted_users = fit(users, _around(users), totals.users)
    fitted_carers = fit(carers, _around(carers), totals.carers)
    return {key: (fitted_users[key], fitted_carers[key]) for key in users}


def _first_users(council: Council) -> float:
    level = clamp(1 + 0.16 * bell("users", council.council_id), 0.65, 1.45)
    return council.adults_thousand * USERS_PER_THOUSAND_ADULTS * level


def _drift(council_id: str, financial_year: str) -> float:
    return 1 + 0.025 * bell("drift", council_id, financial_year)


def _around(start: Mapping[str, float]) -> Limits:
    return {key: (int(0.6 * value), int(1.6 * value) + 1) for key, value in start.items()}


# --- rates ---------------------------------------------------------------------------------------


def _pace(council: Council) -> float:
    """How fast a council took personal budgets up, through all years: mean 0, about 1 wide."""
    region = 0.45 * bell("region pace", council.region_code)
    return 0.85 * bell("pace", council.council_id) + region


def _drawn_rate(council: Council, financial_year: str) -> float:
    totals = figures.OFFICIAL[financial_year, "final"]
    spread = {"2009-10": 0.5, "2010-11": 0.42, "2011-12": 0.31, "2012-13": 0.24}.get(
        financial_year, 0.2
    )
    noise = 0.25 * bell("rate", council.council_id, financial_year)
    return rate_pct(totals) * max(0.05, 1 + spread * (_pace(council) + noise))


@cache
def _rate_limits(financial_year: str) -> RateLimits:
    """Between which percentages each council's final rate has to lie."""
    makers = {
        "2009-10": _limits_2009_10,
        "2010-11": _limits_2010_11,
        "2011-12": _limits_2011_12,
        "2012-13": _limits_2012_13,
        "2013-14": _limits_2013_14,
    }
    return makers[financial_year]()


def _limits_2009_10() -> RateLimits:
    large = [c for c in councils("2009-10") if c.adults_thousand >= SMALL_ADULTS_THOUSAND]
    early = sorted(large, key=lambda c: -_pace(c))[: figures.EARLY_COUNCILS_2009_10]
    limits = {c.council_id: (1.0, 27.5) for c in councils("2009-10")}
    return limits | {c.council_id: (31.0, 44.0) for c in early} | {figures.SOMERSET: (1.0, 3.0)}


def _limits_2010_11() -> RateLimits:
    limits = {c.council_id: (7.0, 66.0) for c in councils("2010-11")}
    return limits | figures.NAMED_2010_11


def _limits_2011_12() -> RateLimits:
    limits = {c.council_id: (11.0, 80.0) for c in councils("2011-12")}
    limits |= dict.fromkeys(figures.ABOVE_90_2012_13, (68.0, 80.0))
    limits |= {figures.SOMERSET: (9.0, 14.0), figures.SWINDON: (12.0, 18.0)}
    limits |= dict.fromkeys(_risers(), (12.0, 48.0))
    return limits | dict.fromkeys(_fallers(), (38.0, 75.0))


def _limits_2012_13() -> RateLimits:
    before = {key: rate_pct(counts) for key, counts in year("2011-12").items()}
    limits = {key: (max(rate + 0.4, 26.0), min(rate + 29.0, 88.5)) for key, rate in before.items()}
    limits |= dict.fromkeys(figures.ABOVE_90_2012_13, (90.6, 95.0))
    limits |= {key: (before[key] + 0.4, 24.3) for key in figures.BELOW_25_2012_13}
    limits |= {key: (before[key] + 30.6, min(before[key] + 41.0, 88.5)) for key in _risers()}
    limits |= {key: (before[key] - 11.0, before[key] - 0.6) for key in _fallers()}
    return {key: (round(low, 2), round(high, 2)) for key, (low, high) in limits.items()}


def _limits_2013_14() -> RateLimits:
    before = {key: rate_pct(counts) for key, counts in year("2012-13").items()}
    return {
        key: (round(max(rate - 6, 12.0), 2), round(min(rate + 20, 97.0), 2))
        for key, rate in before.items()
    }


@cache
def _movers() -> tuple[str, ...]:
    """Councils that may rise or fall far in 2012-13, in a drawn order: not small, not named."""
    named = {*figures.ABOVE_90_2012_13, *figures.BELOW_25_2012_13, figures.MANCHESTER}
    free = [
        c.council_id
        for c in councils("2012-13")
        if c.council_id not in named and c.adults_thousand >= SMALL_ADULTS_THOUSAND
    ]
    return tuple(sorted(free, key=lambda key: unit("mover", key)))


def _risers() -> tuple[str, ...]:
    return _movers()[: figures.ROSE_BY_30_2012_13]


def _fallers() -> tuple[str, ...]:
    return _movers()[-figures.FELL_2012_13 :]


# --- counts --------------------------------------------------------------------------------------


def _fit_sds(
    financial_year: str,
    bases: Mapping[str, tuple[int, int]],
    rates: Mapping[str, float],
    limits: RateLimits,
    total: int,
) -> Counts:
    """People with self-directed support; in 2010-11 two regions have a published rate of theirs."""
    whole = {key: sum(base) for key, base in bases.items()}
    bounds = {key: percent_limits(whole[key], *limits[key]) for key in whole}
    start = {key: whole[key] * _inside(rates[key], limits[key], key) / 100 for key in whole}
    published = figures.REGIONS_2010_11 if financial_year == "2010-11" else {}
    fitted: Counts = {}
    rest = set(whole)
    for region_code, percent in published.items():
        inside = _in_region(councils(financial_year), region_code)
        goal = round(sum(whole[key] for key in inside) * percent / 100)
        fitted |= fit(start, {key: bounds[key] for key in inside}, goal)
        rest -= set(inside)
    remaining = total - sum(fitted.values())
    fitted |= fit(start, {key: bounds[key] for key in whole if key in rest}, remaining)
    return {key: fitted[key] for key in whole}


def _inside(rate: float, limits: tuple[float, float], council_id: str) -> float:
    """The rate; if it lies beyond a limit, one somewhere behind it: limits are not to be seen."""
    low, high = limits
    behind = between(0.02, 0.4, "inside", council_id) * (high - low)
    if rate < low:
        return low + behind
    return high - behind if rate > high else rate


def _in_region(everyone: Iterable[Council], region_code: str) -> list[str]:
    return [c.council_id for c in everyone if c.region_code == region_code]


def _components(
    financial_year: str,
    bases: Mapping[str, tuple[int, int]],
    sds: Counts,
    totals: Components,
) -> Year:
    """Part people with support into users and carers, and find those with a direct payment."""
    carers_start = {}
    carers_limits = {}
    for key, (users, carers) in bases.items():
        rate = 100 * sds[key] / (users + carers)
        rate += 9 * bell("carers rate", key) + 3 * bell("carers rate", key, financial_year)
        carers_start[key] = carers * clamp(rate, 2, 98) / 100
        # The users' own rate stays below 96%, the carers' between none and all.
        carers_limits[key] = (max(0, sds[key] - int(0.96 * users)), min(carers, sds[key]))
    carers_sds = fit(carers_start, carers_limits, totals.carers_sds)
    users_sds = {key: sds[key] - carers_sds[key] for key in sds}
    users_dp = _direct_payments(users_sds, totals.users_dp, "users", financial_year)
    carers_dp = _direct_payments(carers_sds, totals.carers_dp, "carers", financial_year)
    return {
        key: Components(
            users, users_sds[key], users_dp[key], carers, carers_sds[key], carers_dp[key]
        )
        for key, (users, carers) in bases.items()
    }


def _direct_payments(sds: Counts, total: int, who: str, financial_year: str) -> Counts:
    share = total / sum(sds.values())
    start = {}
    for key, people in sds.items():
        tilt = 0.25 * bell("dp", who, key) + 0.06 * bell("dp", who, key, financial_year)
        start[key] = people * clamp(share * (1 + tilt), 0.03, 0.98)
    return fit(start, {key: (0, people) for key, people in sds.items()}, total)


# --- the provisional releases --------------------------------------------------------------------


def _provisional(financial_year: str) -> Year:
    """The first release: as the final one, but for the councils that later sent other figures."""
    final = year(financial_year)
    totals = figures.OFFICIAL[financial_year, "provisional"]
    revised = _revised(financial_year)

    def near(field: str, percent: float, of: Counts | None = None) -> Counts:
        """Revised councils near their final count, all others at it, England as published."""
        value = {key: int(getattr(counts, field)) for key, counts in final.items()}
        limits = {key: (v, v) for key, v in value.items()}
        for key in revised:
            most = int(value[key] * (1 + percent / 100))
            limits[key] = (
                int(value[key] * (1 - percent / 100)),
                min(most, of[key] if of else most),
            )
        start = {
            key: v * (1 + percent / 400 * bell("revised", field, key, financial_year))
            for key, v in value.items()
        }
        return fit(start, limits, getattr(totals, field))

    users, carers = near("users", 7), near("carers", 12)
    users_sds, carers_sds = near("users_sds", 9, users), near("carers_sds", 12, carers)
    users_dp, carers_dp = near("users_dp", 30, users_sds), near("carers_dp", 14, carers_sds)
    return {
        key: Components(
            users[key], users_sds[key], users_dp[key], carers[key], carers_sds[key], carers_dp[key]
        )
        for key in final
    }


def _revised(financial_year: str) -> frozenset[str]:
    large = [c for c in councils(financial_year) if c.adults_thousand >= SMALL_ADULTS_THOUSAND]
    order = sorted(large, key=lambda c: unit("revised", financial_year, c.council_id))
    return frozenset(c.council_id for c in order[:REVISED_COUNCILS])
