"""Rates and verdicts, of councils and of England, and what changed between them.

Belongs here: the rows of attainment, change, comparison, bridge and direct payments.
Does not: surveys (`surveys`), what was received (`received`).
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class National:
    """England on one basis or definition in a year, against one target."""

    financial_year: str
    basis_id: str
    definition_id: str | None
    person_scope: str
    target_id: str
    timing: str
    councils_in_scope: int
    councils_with_data: int
    councils_met: int
    councils_missed: int
    councils_undetermined: int
    share_met_pct: float | None
    share_met_wilson_lower_pct: float | None
    share_met_wilson_upper_pct: float | None
    share_met_lower_pct: float | None
    share_met_upper_pct: float | None
    pooled_rate_pct: float | None
    mean_rate_pct: float | None
    estimated_rate_pct: float | None
    estimated_rate_se_pp: float | None
    estimate_note: str | None
    evidence_class: str


@dataclass(frozen=True)
class Attainment:
    """A council on one basis or definition in a year, against one target."""

    council_id: str
    council_name: str
    financial_year: str
    basis_id: str
    definition_id: str | None
    person_scope: str
    target_id: str
    threshold_pct: float
    timing: str
    numerator: float | None
    denominator: float | None
    rate_pct: float | None
    rate_lower_pct: float | None
    rate_upper_pct: float | None
    verdict: str | None
    evidence_class: str
    note: str | None


@dataclass(frozen=True)
class Comparison:
    """A council's rate and its place among its comparators."""

    council_id: str
    council_name: str
    financial_year: str
    basis_id: str
    definition_id: str | None
    person_scope: str
    rate_pct: float | None
    rate_lower_pct: float | None
    rate_upper_pct: float | None
    comparator_kind: str
    comparators: int
    comparators_with_data: int
    comparator_median_pct: float | None
    place_best: int | None
    place_worst: int | None
    evidence_class: str


@dataclass(frozen=True)
class Change:
    """A rate beside that of the year before, or why they may not be set beside each other."""

    area_level: str
    area_id: str
    financial_year: str
    basis_id: str
    definition_id: str | None
    person_scope: str
    rate_pct: float | None
    previous_year: str | None
    previous_definition_id: str | None
    previous_rate_pct: float | None
    change_pp: float | None
    refused_reason: str | None
    note: str | None
    evidence_class: str


@dataclass(frozen=True)
class Step:
    """One step of the bridge from one definition to another."""

    financial_year: str
    area_level: str
    area_id: str
    from_definition_id: str
    to_definition_id: str
    step_no: int
    step: str
    effect_pp: float | None
    effect_min_pp: float | None
    effect_max_pp: float | None
    rate_before_pct: float | None
    rate_after_pct: float | None
    councils: int | None
    councils_before: int | None
    evidence_class: str
    label: str
    note: str | None


@dataclass(frozen=True)
class DirectPayments:
    """How much of what is held or spent goes as direct payments."""

    financial_year: str
    area_level: str
    area_id: str
    source: str
    measure: str
    person_scope: str
    councils: int | None
    direct_payment: float | None
    total: float | None
    direct_payment_share_pct: float | None
    evidence_class: str


@dataclass(frozen=True)
class Return:
    """A council's own return to ADASS."""

    council_id: str
    financial_year: str
    definition_id: str | None
    release: str
    status: str
    reference_date: date
    q9_target_met_self_declared: str | None
    stated_reason: str | None
    evidence_class: str
    source_file: str
    source_locator: str
