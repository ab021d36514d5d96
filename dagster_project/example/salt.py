"""ASCOF 1C on the SALT basis for one year, 2015-16: users at 31 March, carers in the year.

Belongs here: each council's base, self-directed support and direct payments by age band, fitted to
England's published outcomes.
Does not: the outcomes (`figures`), the file (`layouts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from . import figures
from .areas import Council, councils
from .draws import bell, between, clamp, unit
from .figures import SaltTotals
from .fitting import Counts, fit

FINANCIAL_YEAR = "2015-16"
USER_AGES = {"1864": "18-64", "65OV": "65 and over"}
CARER_AGES = {"64U": "64 and under", "6584": "65-84", "85OV": "85 and over"}


@dataclass(frozen=True)
class Group:
    """Users or carers of one council: base, self-directed support, direct payments by age band."""

    base: Counts
    sds: Counts
    dp: Counts


@cache
def users() -> dict[str, Group]:
    """People with long-term support in the community at 31 March 2016, by council."""
    bases = _fitted_bases("salt users", figures.SALT_USERS_2015_16.base, ())
    return _groups("salt users", bases, figures.SALT_USERS_2015_16, {"1864": 0.47, "65OV": 0.53})


@cache
def carers() -> dict[str, Group]:
    """Carers supported during the year, by council; two councils had none."""
    none = figures.NO_CARERS_2015_16
    bases = _fitted_bases("salt carers", figures.SALT_CARERS_2015_16.base, none)
    shares = {"64U": 0.56, "6584": 0.37, "85OV": 0.07}
    return _groups("salt carers", bases, figures.SALT_CARERS_2015_16, shares)


def _fitted_bases(who: str, total: int, none: tuple[str, ...]) -> Counts:
    wide = 0.16 if who == "salt users" else 0.5
    start = {
        c.council_id: c.adults_thousand * clamp(1 + wide * bell(who, c.council_id), 0.3, 2.2)
        for c in councils(FINANCIAL_YEAR)
    }
    scale = total / sum(value for key, value in start.items() if key not in none)
    limits = {
        key: (0, 0) if key in none else (max(1, int(value * scale * 0.8)), int(value * scale * 1.3))
        for key, value in start.items()
    }
    return fit({key: value * scale for key, value in start.items()}, limits, total)


def _groups(
    who: str, bases: Counts, totals: SaltTotals, shares: dict[str, float]
) -> dict[str, Group]:
    rates = {c.council_id: _rate(who, c) for c in councils(FINANCIAL_YEAR)}
    start = {key: base * rates[key] / 100 for key, base in bases.items()}
    # Councils that put everyone on a personal budget stay at 100%, the rest give way.
    limits = {
        key: (base, base) if rates[key] >= 100 else (int(0.2 * base), base)
        for key, base in bases.items()
    }
    sds = fit(start, limits, totals.sds)
    share = totals.dp / totals.sds
    dp_start = {
        key: people * clamp(share * (1 + 0.35 * bell(who, "dp", key)), 0.02, 1)
        for key, people in sds.items()
    }
    dp = fit(dp_start, {key: (0, people) for key, people in sds.items()}, totals.dp)
    return {key: _by_age(who, key, bases[key], sds[key], dp[key], shares) for key in bases}


def _rate(who: str, council: Council) -> float:
    """A rate in percent: many at 100, a few far below (as SALT rates were distributed)."""
    if unit(who, "all", council.council_id) < (0.18 if who == "salt users" else 0.4):
        return 100.0
    if unit(who, "few", council.council_id) < 0.08:
        return between(25, 60, who, "low", council.council_id)
    return between(70, 99.5, who, "rate", council.council_id)


def _by_age(
    who: str, council_id: str, base: int, sds: int, dp: int, shares: dict[str, float]
) -> Group:
    """Split one council's three counts over age bands so that each stays within the one before."""
    start = {
        band: base * share * (1 + 0.08 * bell(who, council_id, band))
        for band, share in shares.items()
    }
    by_base = fit(start, dict.fromkeys(shares, (0, base)), base)
    by_sds = fit(_scaled(by_base, sds, base), {b: (0, n) for b, n in by_base.items()}, sds)
    younger_more = {band: 1.25 - 0.4 * place for place, band in enumerate(shares)}
    tilted = {b: n * younger_more[b] for b, n in _scaled(by_sds, dp, sds).items()}
    by_dp = fit(tilted, {b: (0, n) for b, n in by_sds.items()}, dp)
    return Group(by_base, by_sds, by_dp)


def _scaled(counts: Counts, part: int, whole: int) -> dict[str, float]:
    return {band: count * part / whole if whole else 0.0 for band, count in counts.items()}
