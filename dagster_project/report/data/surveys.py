"""What people said: POET's outcomes and effects, and genuine budgets.

Belongs here: the rows of the surveys and of In Control's count. Does not: a single person.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Item:
    """What a question of POET is called."""

    wave: int
    instrument: str
    item: str
    kind: str
    domain: str
    wording: str


@dataclass(frozen=True)
class Outcome:
    """How many of a group say better, on one outcome."""

    wave: int
    instrument: str
    domain: str
    scale: str
    group_type: str
    group_value: str
    n_valid: int | None
    better_pct: float | None
    better_lower_pct: float | None
    better_upper_pct: float | None
    worse_pct: float | None
    suppressed: bool
    evidence_class: str


@dataclass(frozen=True)
class Effect:
    """What goes together: a condition of the process and an outcome."""

    wave: int
    instrument: str
    condition: str
    domain: str
    n: int | None
    councils: int | None
    odds_ratio: float | None
    or_lower: float | None
    or_upper: float | None
    risk_ratio: float | None
    rr_lower: float | None
    rr_upper: float | None
    risk_difference_pp: float | None
    rd_lower_pp: float | None
    rd_upper_pp: float | None
    q_value: float | None
    method: str
    statement: str | None
    evidence_class: str


@dataclass(frozen=True)
class Correlation:
    """Whether councils with a higher rate have better outcomes."""

    wave: int
    financial_year: str
    instrument: str
    domain: str
    activity: str
    definition_id: str | None
    person_scope: str
    source: str | None
    measure: str | None
    councils: int
    rank_correlation: float | None
    lower: float | None
    upper: float | None
    statement: str | None
    evidence_class: str


@dataclass(frozen=True)
class Genuine:
    """Budgets that pass In Control's three tests, as POET's answers imply."""

    wave: int
    financial_year: str
    area_level: str
    area_id: str
    budget_type: str
    official_holders: float | None
    n_valid: int | None
    n_passing: int | None
    passing_pct: float | None
    passing_lower_pct: float | None
    passing_upper_pct: float | None
    implied_count: float | None
    implied_lower: float | None
    implied_upper: float | None
    in_control_count: float | None
    in_control_as_of: date | None
    in_control_councils: int | None
    adass_estimate: float | None
    assumption: str
    suppressed: bool
    evidence_class: str
    note: str | None
