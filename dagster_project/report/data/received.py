"""What was received, refused, flagged, revised and reproduced.

Belongs here: the rows of the quality tables. Does not: judging them.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class File:
    """Files of one source, year and release, taken together."""

    source: str
    financial_year: str
    release: str
    status: str
    files: int
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    cells_flagged: int
    publisher: str | None
    title: str | None
    licence: str | None
    url: str | None
    published_on: date | None
    evidence_class: str | None


@dataclass(frozen=True)
class Quarantined:
    """A row that was refused."""

    source: str
    financial_year: str
    release: str
    source_file: str
    source_locator: str
    rule_id: str
    field: str | None
    message: str
    remedy: str | None
    evidence_class: str | None


@dataclass(frozen=True)
class Flag:
    """A value that was loaded as given, and is odd."""

    source: str
    financial_year: str
    source_file: str
    source_locator: str
    area_code: str | None
    field: str | None
    rule_id: str
    token: str | None
    message: str
    evidence_class: str | None


@dataclass(frozen=True)
class FlagCount:
    """How often a rule fired."""

    source: str
    rule_id: str
    found_by: str
    flags: int
    areas: int
    evidence_class: str | None


@dataclass(frozen=True)
class Conflict:
    """Two figures that cannot both be right as read."""

    conflict_id: str
    topic: str
    rule: str
    quantity: str | None
    financial_year: str | None
    area_id: str | None
    unit: str | None
    source_a: str | None
    value_a: float | None
    source_b: str | None
    value_b: float | None
    gap: float | None
    source_used: str | None
    why_used: str | None
    why: str | None
    status: str
    citation: str | None
    evidence_class: str


@dataclass(frozen=True)
class RevisionCount:
    """What a newer release changed, counted."""

    changed_by: str
    table_name: str
    source: str | None
    financial_year: str | None
    definition_id: str | None
    area_level: str | None
    older_release: str | None
    newer_release: str | None
    change: str
    revisions: int
    greatest: float | None
    evidence_class: str


@dataclass(frozen=True)
class Revision:
    """A figure of an area that a newer release changed."""

    changed_by: str
    source: str | None
    financial_year: str | None
    definition_id: str | None
    area_id: str | None
    basis_id: str | None
    person_scope: str | None
    statistic: str | None
    older_release: str | None
    newer_release: str | None
    change: str
    older_value: float | None
    newer_value: float | None
    evidence_class: str | None


@dataclass(frozen=True)
class Reproduction:
    """A figure of the register, and what the loaded files give for it."""

    figure_id: str
    definition_id: str | None
    financial_year: str
    release: str | None
    area_level: str
    area_id: str
    statistic: str
    published_value: float
    comparator: str
    computed_value: float | None
    difference: float | None
    verdict: str
    reason: str | None
    verification: str
    citation: str
    evidence_class: str
