"""What was published, and the exact figures the example is bent to so that it comes out.

Belongs here: constants, each with where it was published; beside them the national sums chosen
here so that every published rounding, rate and rise holds with room to spare.
Does not: the register of published figures (`data/raw/published`), which has every figure with
its verification; nor any arithmetic on councils.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Components:
    """The six counts of community care statistics behind NI 130 and 1C, for one area and year.

    People in the year to 31 March. Self-directed support includes direct payments.
    """

    users: int
    users_sds: int
    users_dp: int
    carers: int
    carers_sds: int
    carers_dp: int

    @property
    def sds(self) -> int:
        """Users and carers who received self-directed support."""
        return self.users_sds + self.carers_sds

    @property
    def dp(self) -> int:
        """Users and carers who received a direct payment."""
        return self.users_dp + self.carers_dp

    @property
    def base(self) -> int:
        """Users of community services and carers with carer-specific services."""
        return self.users + self.carers


# --- NI 130 and ASCOF 1C, England ----------------------------------------------------------------
# Published (users and carers together unless said):
#   2009-10  13% (Community Care 28 Mar 2012).
#   2010-11  29.2%, 377,000 users (NHS IC by way of Community Care 28 Mar 2012; DP 11.7% recalled).
#   2011-12  43%; 605,739 with self-directed support, +38%; 192,344 with a direct payment, +9.5%
#            (Guardian 26 Oct 2012, TEASC). Provisional: users 527,000 (+40%), their direct payments
#            139,000 (+11%), carers 78,000 (CCS 2011-12 provisional).
#   2012-13  provisional 55.6%, carers 59.1% (Community Care Sept 2013, and 22 Jul 2013 for the
#            reading of 55.6 as users and carers together). Final: users 611,000 (+16%), direct
#            payments 143,000 (+8%), carers 103,000 (+32%), direct payments 71,000 (+17%), 1.1m
#            users of community services (-10%) (content.digital.nhs.uk/article/3776).
#   2013-14  61.9%, 19.1% (recalled, unverified: a guide only).
# The rises tie the years together, which leaves each sum below little room.
OFFICIAL: dict[tuple[str, str], Components] = {
    ("2009-10", "final"): Components(1_462_000, 168_520, 107_060, 192_000, 46_500, 36_010),
    ("2010-11", "final"): Components(1_309_223, 377_020, 125_230, 194_000, 61_921, 50_426),
    ("2011-12", "provisional"): Components(1_220_400, 527_040, 139_020, 190_500, 78_010, 61_050),
    ("2011-12", "final"): Components(1_219_000, 527_639, 131_744, 189_695, 78_100, 60_600),
    ("2012-13", "provisional"): Components(1_104_000, 607_692, 142_310, 175_200, 103_543, 70_620),
    ("2012-13", "final"): Components(1_096_300, 611_020, 142_850, 174_200, 103_040, 71_100),
    ("2013-14", "final"): Components(1_052_400, 648_020, 153_010, 172_000, 109_900, 80_860),
}
FINAL_YEARS = ("2009-10", "2010-11", "2011-12", "2012-13", "2013-14")

# Councils by name, in the published accounts of a year (council codes).
SOMERSET, MANCHESTER, SWINDON = "905", "306", "819"
RICHMOND, NOTTINGHAMSHIRE, ISLINGTON = "733", "511", "706"

EARLY_COUNCILS_2009_10 = 6  # of 152 at 30% or more (BBC, Oct 2010)
# 2010-11: from 4% in Somerset to 71% in Manchester; South West 18.3%, North West 35%
# (Community Care 28 Mar 2012).
NAMED_2010_11 = {SOMERSET: (3.8, 4.3), MANCHESTER: (70.7, 71.3)}
REGIONS_2010_11 = {"SW": 18.3, "NW": 35.0}
# 2012-13: above 90 in Richmond, Nottinghamshire and Islington, below 25 in Somerset and Swindon;
# 10 councils rose by 30 points, 12 fell (Community Care 23 Jun 2014, from the department's report).
ABOVE_90_2012_13 = (RICHMOND, NOTTINGHAMSHIRE, ISLINGTON)
BELOW_25_2012_13 = (SOMERSET, SWINDON)
ROSE_BY_30_2012_13, FELL_2012_13 = 10, 12


# --- ASCOF 1C, SALT basis, 2015-16 ---------------------------------------------------------------
@dataclass(frozen=True)
class SaltTotals:
    """England's counts for one group of people: base, self-directed support, direct payments."""

    base: int
    sds: int
    dp: int


# ASCOF 2015-16 open data, England's numerators and denominators: 1C(1A) 86.9, 1C(2A) 28.1,
# 1C(1B) 77.7, 1C(2B) 67.4.
SALT_USERS_2015_16 = SaltTotals(452_993, 393_686, 127_145)
SALT_CARERS_2015_16 = SaltTotals(121_519, 94_398, 81_948)
NO_CARERS_2015_16 = ("324", SOMERSET)  # Blackburn with Darwen and Somerset printed 0 of 0


# --- ADASS personal budgets surveys --------------------------------------------------------------
@dataclass(frozen=True)
class Band:
    """So many councils whose rate lies between two percentages (both well clear of a threshold)."""

    councils: int
    low_pct: float
    high_pct: float


@dataclass(frozen=True)
class Wave:
    """One survey: who answered, how many lie where, and the sums over those who gave both items.

    Counts are people at 31 March, money is pounds in the year. `None` means nothing is published
    and the drawing is left as it falls.
    """

    wave: int
    financial_year: str
    bands: tuple[Band, ...]
    pooled_pct: float
    eligible: int | None
    with_budget: int | None
    direct_payment_pct: float
    mixed_pct: float
    age_18_64_pct: float
    one_off: int
    one_off_carers: int
    carers_with_budget: int
    carers_direct_payment_pct: float
    spend_gbp: int
    spend_direct_payment_pct: float
    spend_mixed_pct: float
    target_pct: float | None

    @property
    def answered(self) -> int:
        """Councils that gave both the people eligible and the people with a budget."""
        return sum(band.councils for band in self.bands)


# 31 March 2011 (ADASS, Community Care 14 Jun 2011): 132 answered; 35% of the eligible; 83 councils
# at a third or more, 27 above half, 19 below a fifth, "almost two-thirds" at 30% or more (86 of 132
# here); 338,000 people in the wider count, which is taken to include one-offs; a third of budgets
# and almost half of 1.5bn pounds as direct payments. 886,939 supported (ADASS 2012).
WAVE_2011 = Wave(
    2011,
    "2010-11",
    (
        Band(27, 50.4, 88.0),
        Band(56, 33.6, 49.6),
        Band(3, 30.4, 33.0),
        Band(27, 20.4, 29.6),
        Band(19, 3.0, 19.6),
    ),
    pooled_pct=35.0,
    eligible=886_939,
    with_budget=310_429,
    direct_payment_pct=33.3,
    mixed_pct=5.0,
    age_18_64_pct=40.0,
    one_off=27_576,
    one_off_carers=23_330,
    carers_with_budget=44_514,
    carers_direct_payment_pct=70.0,
    spend_gbp=1_502_000_000,
    spend_direct_payment_pct=48.0,
    spend_mixed_pct=5.0,
    target_pct=30.0,
)
# 31 March 2012 (adass.org.uk/personal-budget-survey): 432,349 of 818,700; 58.8% of councils above
# half (77 of 131 here: the number that answered is not published); carers 51,191 (+15%), just under
# half of them by one-off direct payments, carers 85% of one-off payments; 39% aged 18-64, 61% 65+;
# numbers with direct payments flat, spend on them +30%, on all budgets +57%.
WAVE_2012 = Wave(
    2012,
    "2011-12",
    (Band(77, 50.4, 92.0), Band(54, 10.0, 49.6)),
    pooled_pct=52.8,
    eligible=818_700,
    with_budget=432_349,
    direct_payment_pct=23.9,
    mixed_pct=6.0,
    age_18_64_pct=39.0,
    one_off=29_510,
    one_off_carers=25_084,
    carers_with_budget=51_191,
    carers_direct_payment_pct=72.0,
    spend_gbp=2_358_140_000,
    spend_direct_payment_pct=39.74,
    spend_mixed_pct=3.0,
    target_pct=None,
)
# April 2013 (Community Care Sept 2013, ADASS): 126 of 152 answered, 125 of them both items (73% is
# 91 of 125, not of 126); 91 at 70%, 33 at 90%, 11 below 50%; 76% of the eligible; of spend 30%
# direct payments, 70% managed.
WAVE_2013 = Wave(
    2013,
    "2012-13",
    (Band(33, 90.4, 99.6), Band(58, 70.4, 89.6), Band(23, 50.4, 69.6), Band(11, 18.0, 49.6)),
    pooled_pct=76.0,
    eligible=None,
    with_budget=None,
    direct_payment_pct=25.0,
    mixed_pct=3.0,
    age_18_64_pct=40.0,
    one_off=30_900,
    one_off_carers=26_100,
    carers_with_budget=56_300,
    carers_direct_payment_pct=74.0,
    spend_gbp=2_590_000_000,
    spend_direct_payment_pct=29.9,
    spend_mixed_pct=0.3,
    target_pct=70.0,
)
WAVES = (WAVE_2011, WAVE_2012, WAVE_2013)
